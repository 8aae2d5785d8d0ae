// Intervals with a given latency at each moment.
#pragma once

#include <functional>

#include "metrics/record/timeline.hpp"

namespace gauntlet::metrics {

/// A measured window that begins at 0, with a hundred direct deliveries of the same latency in each
/// interval: latency(time since the beginning of measuring).
inline Intervals made_intervals(Duration length, const std::function<Duration(Duration)>& latency) {
  Intervals intervals;
  for (int i = 0; i < Timeline::kIntervals; ++i) {
    Interval interval{.begin = at(length * i / Timeline::kIntervals),
                      .end = at(length * (i + 1) / Timeline::kIntervals)};
    const Duration value =
        latency((interval.begin.time_since_epoch() + interval.end.time_since_epoch()) / 2);
    interval.series[static_cast<std::size_t>(Series::relay_delivery_direct)].append(
        Histogram::bucket_of(static_cast<std::uint64_t>(value.count())), 100);
    intervals.measured.push_back(std::move(interval));
  }
  return intervals;
}

}  // namespace gauntlet::metrics
