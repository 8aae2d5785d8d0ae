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
  /// The same moment of the wall's clock, as both clocks are now: what is corrected later does not
  /// count.
  static Epoch of_wall(std::chrono::system_clock::time_point moment);
  Epoch when(Instant moment) const { return start_ + moment.time_since_epoch(); }

 private:
  Epoch start_;
};

inline Clock::Epoch Clock::of_wall(std::chrono::system_clock::time_point moment) {
  // The two clocks are read one after the other; whoever is interrupted between them tries again.
  constexpr int kAttempts = 32;
  auto narrowest = Epoch::duration::max();
  Epoch found{};
  for (int i = 0; i < kAttempts; ++i) {
    const auto before = std::chrono::steady_clock::now();
    const auto wall = std::chrono::system_clock::now();
    const auto after = std::chrono::steady_clock::now();
    if (after - before >= narrowest) continue;
    narrowest = after - before;
    found = before + narrowest / 2 + std::chrono::duration_cast<Epoch::duration>(moment - wall);
  }
  return found;
}

}  // namespace gauntlet::sim
