// Intervals of a run whose latencies are drawn, so that what is true of them is known.
#pragma once

#include <cmath>
#include <vector>

#include "metrics/record/timeline.hpp"
#include "metrics/summary/bucket_counts.hpp"
#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/random.hpp"

namespace gauntlet::metrics {

struct Made {
  int samples{1'000};  // in each interval
  double slower{1};    // every latency times this
  double spells{0};    // by how much, in logarithms, the median of an interval may be off
};

/// Log-normal latencies with a median of 10 ms and a p99 of 40 ms.
inline std::vector<BucketCounts> made_intervals(Stream& random, const Made& made) {
  using namespace std::chrono_literals;
  std::vector<BucketCounts> intervals;
  for (int i = 0; i < Timeline::kIntervals; ++i) {
    const double spell = made.slower * std::exp(made.spells * (2 * random.unit() - 1));
    Histogram histogram;
    for (int n = 0; n < made.samples; ++n)
      histogram.record(from_seconds(seconds(draw(LogNormal{10ms, 40ms}, random)) * spell));
    intervals.emplace_back(histogram);
  }
  return intervals;
}

}  // namespace gauntlet::metrics
