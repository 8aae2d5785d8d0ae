// What a target does when it is asked for more than it holds.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "metrics/capacity/search.hpp"
#include "metrics/capacity/step.hpp"

namespace gauntlet::metrics {

/// A load, and the medians of its runs.
struct LoadPoint {
  double load;
  Tally tally;
  std::optional<Duration> latency_p99;
  double goodput_per_s;
};

/// One for each load that was tried, ascending.
std::vector<LoadPoint> load_points(std::span<const Step> steps);

struct Knee {
  enum class Shape : std::uint8_t {
    cliff,  // past the edge goodput falls by a fifth or more, or the latency grows tenfold
    slope,  // it gets slower, and goes on
  };
  Shape shape;
  LoadPoint at;    // the highest load that is met
  LoadPoint past;  // the first one that is well above it
};

/// The load to try, once the edge is known, so that a knee can be seen; nothing when one was tried
/// already, or when there is no room below `max`.
std::optional<double> load_past(const CapacitySearch& search, const SearchRange& range);

/// Nothing when no load well above the edge was tried, or when its runs were not valid.
std::optional<Knee> find_knee(const CapacitySearch& search, std::span<const Step> steps);

}  // namespace gauntlet::metrics
