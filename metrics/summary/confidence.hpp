// How far a quantile of so many samples may be believed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "metrics/summary/histogram.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// So many samples must lie beyond a quantile for it to be one: with fewer, it is the luck of a
/// few.
inline constexpr std::uint64_t kSamplesBeyond = 10;

/// Whether so many samples carry a quantile. One sample carries the median, and the maximum, which
/// says only what was seen.
bool carries(std::uint64_t count, double fraction);

/// The highest quantile that so many samples carry, rounded down: "p99.7" for 4,000.
std::string highest_carried(std::uint64_t count);

/// Ranks of sorted samples, from 1.
struct Ranks {
  std::uint64_t low;
  std::uint64_t high;
  bool operator==(const Ranks&) const = default;
};

/// Between the samples of these ranks lies the quantile of what the samples were drawn from, with a
/// probability of 95 % at least, whatever its distribution, if they are independent. Nothing when
/// there are too few for that.
/// @source Order statistics: the number of samples below a quantile is binomial. H. A. David and
///         H. N. Nagaraja, Order Statistics, 7.1.
std::optional<Ranks> confidence_ranks(std::uint64_t count, double fraction);

struct Bounds {
  Duration low;
  Duration high;
  bool operator==(const Bounds&) const = default;
};
std::optional<Bounds> confidence_bounds(const Histogram& histogram, double fraction);

}  // namespace gauntlet::metrics
