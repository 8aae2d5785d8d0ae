// Whether a run ended in the middle of something: a latency that still grew, because more came than
// left. A short run may meet its thresholds all the same; a longer one would not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "metrics/record/timeline.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

struct Backlog {
  std::string_view series;
  /// Seconds of mean latency for each second of the run. In an overloaded line 1 - served / came:
  /// at 0.04, four of a hundred that came were left to wait.
  double growth;
  Duration first;  // mean latency in the first interval
  Duration last;   // and in the last
};

/// Growth that counts; less of it is lost in the edge's tolerance.
inline constexpr double kGrowthMin = 0.01;

/// The first series that answers a load (deliveries, answers, first tokens, relayed tokens) whose
/// latency grew by kGrowthMin or more: steadily, by a test that noise passes once in a thousand
/// times. Nothing for a series with samples in fewer than 10 of the measured intervals.
/// @source Theil and Sen's slope, the median of those between any two points; Kendall's test.
std::optional<Backlog> find_backlog(const Intervals& intervals);

/// "relay.delivery was still growing, from 5.00 ms to 405 ms: 4.1 % of what came was left to wait".
std::string in_words(const Backlog& backlog);

}  // namespace gauntlet::metrics
