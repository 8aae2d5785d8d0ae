#include "metrics/record/recorder.hpp"

#include "scenarios/terms/placed.hpp"

namespace gauntlet::metrics {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

template <class Id>
std::size_t index(Id id) {
  return static_cast<std::size_t>(id);
}

}  // namespace

Recorder::~Recorder() {
  for (const Slots& slots : histograms_)
    for (const auto& slot : slots)
      if (Histogram* histogram = slot.load(kRelaxed)) Dispose{memory_}(histogram);
}

void Recorder::observe(Series series, Duration value, Window window) {
  if (value < Duration::zero()) {
    count(Counter::generator_negative);
    return;
  }
  auto& slot = histograms_[index(window)][index(series)];
  Histogram* histogram = slot.load(kRelaxed);
  if (histogram == nullptr) {
    histogram = place<Histogram>(*memory_, *memory_).release();
    slot.store(histogram, std::memory_order_release);
  }
  histogram->record(value);
}

void Recorder::count(Counter counter, std::uint64_t n) {
  auto& cell = counters_[index(counter)];
  cell.store(cell.load(kRelaxed) + n, kRelaxed);
}

void Recorder::set(Counter counter, std::uint64_t n) {
  counters_[index(counter)].store(n, kRelaxed);
}

void Recorder::shift(Gauge gauge, std::int64_t by) {
  auto& cell = gauges_[index(gauge)];
  cell.store(cell.load(kRelaxed) + by, kRelaxed);
}

std::uint64_t Recorder::value(Counter counter) const {
  return counters_[index(counter)].load(kRelaxed);
}

std::int64_t Recorder::value(Gauge gauge) const { return gauges_[index(gauge)].load(kRelaxed); }

const Histogram* Recorder::histogram(Series series, Window window) const {
  return histograms_[index(window)][index(series)].load(std::memory_order_acquire);
}

}  // namespace gauntlet::metrics
