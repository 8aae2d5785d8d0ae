// A stream of intended times: absolute, never a chain of sleeps.
#pragma once

#include <cstdint>
#include <optional>

#include "scenarios/model/arrivals.hpp"
#include "scenarios/terms/random.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::scenarios {

/// The intended times of one stream within [begin, end), in order. A pure function of its
/// arguments and the stream's key; holds no sample.
class ArrivalTimes {
 public:
  ArrivalTimes(const Arrivals& arrivals, Rate rate, Instant begin, Instant end, Stream random);

  /// The next intended time, or nothing at the end.
  std::optional<Instant> next();

 private:
  Arrivals arrivals_;
  double rate_per_s_;
  Instant end_;
  Stream random_;
  Instant begin_;
  double elapsed_s_{0};  // since begin_, of the last time given
  double first_s_{0};
  std::uint64_t given_{0};
};

/// When the `number`th of `count` clients starts.
Instant arrival_of(const Arrive& arrive, std::uint32_t number, std::uint32_t count);

}  // namespace gauntlet::scenarios
