// The time of day, as an embedded server tells it: fixed at construction, moved by machine time.
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

class WallClock {
 public:
  /// @param epoch_unix_ms  the Unix time of the run's start.
  explicit constexpr WallClock(std::int64_t epoch_unix_ms) : epoch_unix_ms_{epoch_unix_ms} {}

  std::int64_t unix_ms(Instant now) const {
    const auto since_start = now.time_since_epoch();
    return epoch_unix_ms_ +
           std::chrono::duration_cast<std::chrono::milliseconds>(since_start).count();
  }

  /// "2026-01-31T23:59:59.999Z", as JavaScript writes a date into JSON.
  std::string iso(Instant now) const;

 private:
  std::int64_t epoch_unix_ms_;
};

}  // namespace gauntlet::sim
