// The run's clock in a live run: the only place where it is read.
#pragma once

#include <chrono>

#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

/// Monotonic time since the run began; shared by every thread of the process.
class Clock {
 public:
  Instant now() const { return at(std::chrono::steady_clock::now() - start_); }
  std::chrono::steady_clock::time_point when(Instant moment) const {
    return start_ + moment.time_since_epoch();
  }

 private:
  std::chrono::steady_clock::time_point start_{std::chrono::steady_clock::now()};
};

}  // namespace gauntlet::sim
