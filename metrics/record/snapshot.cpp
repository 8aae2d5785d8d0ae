#include "metrics/record/snapshot.hpp"

namespace gauntlet::metrics {

namespace {

void merge_into(std::unique_ptr<Histogram>& whole, const Histogram* part) {
  if (part == nullptr) return;
  if (!whole) whole = std::make_unique<Histogram>();
  whole->merge(*part);
}

}  // namespace

void Snapshot::add(const Recorder& recorder) {
  for (const SeriesDef& def : kSeries) {
    const auto i = static_cast<std::size_t>(def.id);
    merge_into(measured[i], recorder.histogram(def.id, Window::measured));
    merge_into(warm_up[i], recorder.histogram(def.id, Window::warm_up));
  }
  add_counts(recorder);
}

void Snapshot::add(const Snapshot& other) {
  for (std::size_t i = 0; i < kSeriesCount; ++i) {
    merge_into(measured[i], other.measured[i].get());
    merge_into(warm_up[i], other.warm_up[i].get());
  }
  for (std::size_t i = 0; i < kCounterCount; ++i) counters[i] += other.counters[i];
  for (std::size_t i = 0; i < kGaugeCount; ++i) gauges[i] += other.gauges[i];
}

void Snapshot::add_counts(const Recorder& recorder) {
  for (const CounterDef& def : kCounters)
    counters[static_cast<std::size_t>(def.id)] += recorder.value(def.id);
  for (const GaugeDef& def : kGauges)
    gauges[static_cast<std::size_t>(def.id)] += recorder.value(def.id);
}

std::uint64_t Snapshot::counter(std::string_view name) const {
  std::uint64_t sum = 0;
  for (const CounterDef& def : kCounters)
    if (def.name == name) sum += counter(def.id);
  return sum;
}

std::unique_ptr<Histogram> Snapshot::series(std::string_view name) const {
  std::unique_ptr<Histogram> whole;
  for (const SeriesDef& def : kSeries)
    if (def.name == name) merge_into(whole, measured[static_cast<std::size_t>(def.id)].get());
  return whole;
}

}  // namespace gauntlet::metrics
