// What there should have been: the operations that were offered, and those of them that never came.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "metrics/record/snapshot.hpp"
#include "metrics/verdict/threshold.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// A series whose operations are counted when they are offered, whatever becomes of them.
struct OfferedSeries {
  std::string_view name;
  Counter owed;
  std::optional<Counter> unsent;  // offered as well, each for one sample at least
  std::string_view fate;          // of those that never came: "3 of 10 lost"
};

/// The series on which `rule` sets an upper limit for a quantile or the maximum; null for any other
/// rule, and for one row of a series: what is owed of one kind is not counted apart.
const OfferedSeries* limited_series(const ThresholdRule& rule);

std::uint64_t offered(const OfferedSeries& series, const Snapshot& snapshot);

/// How many of `histograms` (a snapshot's) came within `limit`. A subscriber's second copy of a
/// broadcast is not among them: nobody is owed it.
std::uint64_t came_within(Duration limit, const OfferedSeries& series,
                          const std::array<std::unique_ptr<Histogram>, kSeriesCount>& histograms);

/// How many came neither in the measured window nor in the warm-up: counters cover both.
std::uint64_t never_came(const OfferedSeries& series, const Snapshot& snapshot);

}  // namespace gauntlet::metrics
