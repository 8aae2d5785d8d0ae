// The run's clock in a live run: the only place where it is read.
#pragma once

#include <chrono>

#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

/// Monotonic time since the run began; shared by every thread, and by the processes of
/// a run: the system has one such clock.
class Clock {
 public:
  using Epoch = std::chrono::steady_clock::time_point;

  explicit Clock(Epoch start = std::chrono::steady_clock::now()) : start_{start} {}

  Instant now() const { return at(std::chrono::steady_clock::now() - start_); }
  Epoch when(Instant moment) const { return start_ + moment.time_since_epoch(); }

 private:
  Epoch start_;
};

}  // namespace gauntlet::sim
