// Whether a run may be believed: a generator that was late, or dropped work, has measured itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/host/host_facts.hpp"
#include "metrics/record/snapshot.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// What the generator knows about itself at the end of a run. Shares are of the measured window.
struct GeneratorFacts {
  std::uint64_t dropped{0};          // planned operations never made although their actor was ready
  std::vector<double> loop_busy;     // 0 to 1, of each thread: how long its loop worked
  std::vector<double> loop_starved;  // 0 to 1, of each thread: ready to run, but without a core
  Instant longest_pause_at{};        // when the longest of generator.pause began
  HostFacts host;
  double cpu_seconds{0};
  std::uint64_t rss_bytes{0};
  bool interrupted{false};
  std::vector<std::string> losses{};  // a sentence for each worker that did not live to the end
};

/// A loop that is busy for more than this fraction of the time has no room left for a burst.
inline constexpr double kLoopBusyMax = 0.95;

/// How much of each a run may have and still count. Shares are from 0 to 1.
struct ValidityLimits {
  Duration slip_p99;       // of what is sent late, and of what waits for our own send buffers
  Duration loop_lag_p99;   // of what is read late
  Duration pause;          // the longest
  double starved;          // of the most starved thread
  double stolen;           // of all cores
  double throttled;        // all stopped cores together
  double packets_dropped;  // of the segments that arrived
};

/// Every reason why the run does not count, each a sentence with what, how much, the limit and what
/// to do about it. Empty: the run is valid.
std::vector<std::string> why_invalid(const Snapshot& snapshot, const GeneratorFacts& generator,
                                     const ValidityLimits& limits);

/// What held the target's clients up without being the generator's doing, a sentence each: sends
/// that waited for a target to read, and connects that found its accept queue full.
std::vector<std::string> held_up(const Snapshot& snapshot, const GeneratorFacts& generator);

}  // namespace gauntlet::metrics
