#include <algorithm>
#include <iterator>

#include "metrics/shard/merge.hpp"

namespace gauntlet::metrics {

namespace {

// The index of the cut that ended an interval; a run that was interrupted first has none.
int cut_of(const Interval& interval, const MeasuredWindow& window) {
  const Timeline timeline{window.begin, window.end};
  int index = Timeline::kIntervals;
  while (index >= 0 && timeline.due(index) > interval.end) --index;
  return index;
}

std::vector<int> cuts_of(const Intervals& all, const MeasuredWindow& window) {
  std::vector<int> cuts{cut_of(all.before, window)};
  for (const Interval& interval : all.measured) cuts.push_back(cut_of(interval, window));
  std::erase(cuts, -1);
  return cuts;
}

std::vector<int> shared_cuts(std::span<const Intervals* const> timelines,
                             const MeasuredWindow& window) {
  std::vector<int> shared = cuts_of(*timelines.front(), window);
  for (const Intervals* timeline : timelines) {
    const std::vector<int> theirs = cuts_of(*timeline, window);
    std::vector<int> both;
    std::ranges::set_intersection(shared, theirs, std::back_inserter(both));
    shared = std::move(both);
  }
  return shared;
}

}  // namespace

Intervals merged(std::span<const Intervals* const> timelines, const MeasuredWindow& window) {
  const std::vector<int> cuts = shared_cuts(timelines, window);
  std::vector<Interval> whole(cuts.size() + 1);  // the last one is what came after all cuts
  const auto add = [&](Interval& to, const Interval& part) {
    to.add(part);
    to.end = std::max(to.end, part.end);
  };
  for (const Intervals* timeline : timelines) {
    const auto add_cut = [&](const Interval& part) {
      const auto cut = std::ranges::lower_bound(cuts, cut_of(part, window));
      add(whole[static_cast<std::size_t>(cut - cuts.begin())], part);
    };
    add_cut(timeline->before);
    for (const Interval& part : timeline->measured) add_cut(part);
    add(whole.back(), timeline->after);
  }
  for (std::size_t i = 1; i < whole.size(); ++i) whole[i].begin = whole[i - 1].end;
  Intervals all;
  all.after = std::move(whole.back());
  whole.pop_back();
  if (whole.empty()) return all;
  all.before = std::move(whole.front());
  std::move(whole.begin() + 1, whole.end(), std::back_inserter(all.measured));
  return all;
}

}  // namespace gauntlet::metrics
