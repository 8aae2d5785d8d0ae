// What is known at one moment: every thread's recorder, merged.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "metrics/record/metric.hpp"
#include "metrics/record/recorder.hpp"
#include "metrics/summary/histogram.hpp"

namespace gauntlet::metrics {

struct Snapshot {
  std::array<std::unique_ptr<Histogram>, kSeriesCount> measured;  // null: no sample
  std::array<std::unique_ptr<Histogram>, kSeriesCount> warm_up;
  std::array<std::uint64_t, kCounterCount> counters{};
  std::array<std::int64_t, kGaugeCount> gauges{};

  /// Adds one thread's recorder; exact once its writer has stopped.
  void add(const Recorder& recorder);
  /// Exact, associative and commutative.
  void add(const Snapshot& other);
  /// The same as of a recorder, without the samples, which are most of the work.
  void add_counts(const Recorder& recorder);

  std::uint64_t counter(Counter id) const { return counters[static_cast<std::size_t>(id)]; }
  /// The sum over the rows of that name ("relay.sent").
  std::uint64_t counter(std::string_view name) const;
  /// The exact merge of the measured rows of that name ("relay.delivery"); null without a sample.
  std::unique_ptr<Histogram> series(std::string_view name) const;
};

}  // namespace gauntlet::metrics
