// Where one thread writes down what happened. Nothing here locks or waits.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory_resource>

#include "metrics/record/metric.hpp"
#include "metrics/summary/histogram.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// Whether a sample belongs to the measured window or to the warm-up, by its intended time.
enum class Window : std::uint8_t { measured, warm_up };

/// One thread's counters and histograms. A histogram is allocated at its first sample.
///
/// @threads One writer. Readers may merge it at any time (see Histogram).
class Recorder {
 public:
  /// @param memory  for the histograms; outlives this. Where processes share it, one may read what
  ///                another writes.
  explicit Recorder(std::pmr::memory_resource& memory = *std::pmr::get_default_resource())
      : memory_{&memory} {}
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder();

  /// A value below zero is skipped and counted as generator.negative, never clamped.
  void observe(Series series, Duration value, Window window);
  void count(Counter counter, std::uint64_t n = 1);
  /// For totals that are worked out elsewhere (the ledger's): replaces the value.
  void set(Counter counter, std::uint64_t n);
  void shift(Gauge gauge, std::int64_t by);

  std::uint64_t value(Counter counter) const;
  std::int64_t value(Gauge gauge) const;
  /// Null until the first sample.
  const Histogram* histogram(Series series, Window window) const;

 private:
  // Atomic, since a reader may look while the writer allocates. Owned.
  using Slots = std::array<std::atomic<Histogram*>, kSeriesCount>;

  std::pmr::memory_resource* memory_;
  std::array<Slots, 2> histograms_{};  // by Window
  std::array<std::atomic<std::uint64_t>, kCounterCount> counters_{};
  std::array<std::atomic<std::int64_t>, kGaugeCount> gauges_{};
};

}  // namespace gauntlet::metrics
