// Time as every stage speaks of it: integer nanoseconds since the start of the run.
#pragma once

#include <chrono>
#include <cstdint>

namespace gauntlet {

using Duration = std::chrono::nanoseconds;

/// The run's own time line. It has no now(): time is an argument, handed down by a driver.
struct RunClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<RunClock, Duration>;
  static constexpr bool is_steady = true;
};

/// A moment, in nanoseconds since the run began. Two instants cannot be added; their difference is
/// a Duration.
using Instant = RunClock::time_point;

constexpr Instant at(Duration since_start) { return Instant{since_start}; }

constexpr double seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

/// Rounded to the nearest nanosecond; the caller keeps |s| under 9e9 (285 years).
constexpr Duration from_seconds(double s) {
  const double ns = s * 1e9;
  return Duration{static_cast<std::int64_t>(ns < 0 ? ns - 0.5 : ns + 0.5)};
}

}  // namespace gauntlet
