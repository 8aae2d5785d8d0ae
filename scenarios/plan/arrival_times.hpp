// A stream of intended times: absolute, never a chain of sleeps.
#pragma once

#include <cstdint>
#include <optional>

#include "scenarios/model/load.hpp"
#include "scenarios/plan/intensity.hpp"
#include "scenarios/terms/random.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::scenarios {

/// The intended times of one open load of one agent within [begin, end), in order: a pure function
/// of its arguments and the stream's key, drawn one by one.
///
///   arrivals at rate 1    u1 u2 u3 ...      evenly, independently, in bursts
///   intensity             L(t)              how much is due until t, at this agent's rate
///   intended times        t = L^-1(u)
///
/// So every shape of arrivals works at every rate, also at one that changes, and the streams of a
/// population add up to what was asked for.
/// @source Cinlar, "Introduction to Stochastic Processes", 1975, section 4.7.
class ArrivalTimes {
 public:
  /// Keeps a reference to the load's stages and trace. A closed loop has no such times.
  ArrivalTimes(const Load& load, Share share, Instant begin, Instant end, Stream random);

  /// The next intended time, or nothing at the end.
  std::optional<Instant> next();

 private:
  double next_at_unit_rate();
  std::optional<Instant> next_of_trace();

  Arrivals arrivals_;
  Share share_;
  const std::vector<Duration>* trace_;  // null: drawn
  Intensity intensity_;
  Instant begin_;
  Instant end_;
  Stream random_;
  double unit_{0};  // the last time at rate 1; of evenly spaced ones, where in a gap they begin
  std::uint64_t given_{0};
};

}  // namespace gauntlet::scenarios
