// What happened when: a run's samples and counts, cut into intervals.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "metrics/record/metric.hpp"
#include "metrics/record/recorder.hpp"
#include "metrics/summary/bucket_counts.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// What was recorded from `begin` to `end`, whenever it was intended. Of the series, the samples of
/// the measured window only; those of the warm-up are not cut.
struct Interval {
  Instant begin;
  Instant end;
  std::array<BucketCounts, kSeriesCount> series{};
  /// By how much each total grew; `expected` and `in_flight` may shrink.
  std::array<std::int64_t, kCounterCount> counters{};

  /// Of one row.
  const BucketCounts& of(Series id) const { return series[static_cast<std::size_t>(id)]; }
  std::int64_t of(Counter id) const { return counters[static_cast<std::size_t>(id)]; }
  /// The merge, or the sum, of the rows of a name ("relay.delivery", "relay.sent").
  BucketCounts merged(std::string_view name) const;
  std::int64_t total(std::string_view name) const;

  /// Adds the samples and counts of another.
  void add(const Interval& other);
};

/// A whole run: together, exactly what its recorders hold.
struct Intervals {
  Interval before;                 // from the start to the beginning of measuring
  std::vector<Interval> measured;  // of equal length, but for the lateness of whoever cut
  Interval after;                  // what was still under way at its end
};

/// Calls visit(interval) for each, in the order of time.
template <class Visit>
void for_each_interval(const Intervals& intervals, Visit visit) {
  visit(intervals.before);
  for (const Interval& interval : intervals.measured) visit(interval);
  visit(intervals.after);
}

/// Cuts a run into intervals by looking at its recorders: what an interval holds is the difference
/// of two looks, so whoever records pays nothing. The number of intervals is fixed, and so is the
/// size of what comes of them, however long the run is.
///
/// @threads One. The recorders' writers may be at work meanwhile; a record that a look lacks is in
///          the next interval.
class Timeline {
 public:
  /// Into how many intervals the measured window is cut.
  static constexpr int kIntervals = 20;

  Timeline(Instant measuring_begins, Instant measuring_ends);

  /// When the interval before the cut of that index is to end, from 0 to kIntervals.
  Instant due(int index) const;

  /// When to call cut() next; nothing once the measured window is over.
  std::optional<Instant> next_cut() const;
  /// Ends an interval if one is due. Late calls make it longer, and later than that fewer.
  void cut(Instant now, std::span<const Recorder* const> recorders);
  /// Ends the last one.
  Intervals finish(Instant now, std::span<const Recorder* const> recorders) &&;

 private:
  Interval take(Instant now, std::span<const Recorder* const> recorders);

  Instant begin_;
  Instant end_;
  int next_{0};  // the index of the next cut; that at 0 ends `before`
  Intervals done_{};
  Interval so_far_{};  // from the start to the last cut
};

}  // namespace gauntlet::metrics
