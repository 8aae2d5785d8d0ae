// Does a series of measurements have one level, or did it change while it was measured?
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace gauntlet::metrics {

struct Shift {
  std::size_t at;  // the first of the new level
  double before;   // the mean up to there
  double after;
};

/// The fewest values that tell a shift from chance.
inline constexpr std::size_t kShiftValuesMin = 12;

/// Where the values of equal intervals change most, when that is more than chance: the greatest
/// difference of two means, one of the values before and one of those after, in units of its own
/// standard error. A trend and a warm-up that fades away show as such a difference, too.
///
/// Neighbours may resemble one another, as latencies do: the error grows with the correlation of
/// neighbours, estimated from what neither a straight line nor a single step explains.
///
/// False alarms: at most 1 of 100 series of independent values, or of values of which a third
/// carries over to the next; 5 of 100 where half of it does. The test holds it to that.
/// @source D. M. Hawkins, "Testing a sequence of observations for a shift in location", 1977, with
///         the variance of the mean of a first-order autoregression.
std::optional<Shift> find_shift(std::span<const double> values);

}  // namespace gauntlet::metrics
