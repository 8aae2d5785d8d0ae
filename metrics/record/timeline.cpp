#include "metrics/record/timeline.hpp"

#include <utility>

namespace gauntlet::metrics {

BucketCounts Interval::merged(std::string_view name) const {
  BucketCounts whole;
  for (const SeriesDef& def : kSeries)
    if (def.name == name) whole.merge(of(def.id));
  return whole;
}

std::int64_t Interval::total(std::string_view name) const {
  std::int64_t sum = 0;
  for (const CounterDef& def : kCounters)
    if (def.name == name) sum += of(def.id);
  return sum;
}

void Interval::add(const Interval& other) {
  for (std::size_t i = 0; i < kSeriesCount; ++i) series[i].merge(other.series[i]);
  for (std::size_t i = 0; i < kCounterCount; ++i) counters[i] += other.counters[i];
}

Timeline::Timeline(Instant measuring_begins, Instant measuring_ends)
    : begin_{measuring_begins}, end_{measuring_ends} {}

Instant Timeline::due(int index) const { return begin_ + (end_ - begin_) * index / kIntervals; }

std::optional<Instant> Timeline::next_cut() const {
  if (next_ > kIntervals) return std::nullopt;
  return due(next_);
}

void Timeline::cut(Instant now, std::span<const Recorder* const> recorders) {
  const auto when = next_cut();
  if (!when || now < *when) return;
  if (next_ == 0)
    done_.before = take(now, recorders);
  else
    done_.measured.push_back(take(now, recorders));
  while (next_ <= kIntervals && due(next_) <= now) ++next_;
}

Intervals Timeline::finish(Instant now, std::span<const Recorder* const> recorders) && {
  done_.after = take(now, recorders);
  return std::move(done_);
}

Interval Timeline::take(Instant now, std::span<const Recorder* const> recorders) {
  Interval whole{.begin = {}, .end = now};
  for (const Recorder* recorder : recorders) {
    for (const SeriesDef& def : kSeries)
      if (const Histogram* histogram = recorder->histogram(def.id, Window::measured))
        whole.series[static_cast<std::size_t>(def.id)].merge(BucketCounts{*histogram});
    for (const CounterDef& def : kCounters)
      whole.counters[static_cast<std::size_t>(def.id)] +=
          static_cast<std::int64_t>(recorder->value(def.id));
  }
  Interval came{.begin = so_far_.end, .end = now};
  for (std::size_t i = 0; i < kSeriesCount; ++i)
    came.series[i] = whole.series[i].since(so_far_.series[i]);
  for (std::size_t i = 0; i < kCounterCount; ++i)
    came.counters[i] = whole.counters[i] - so_far_.counters[i];
  so_far_ = std::move(whole);
  return came;
}

}  // namespace gauntlet::metrics
