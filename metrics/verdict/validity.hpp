// Whether a run may be believed: a generator that was late, or dropped work, has measured itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/record/snapshot.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// What the generator knows about itself at the end of a run.
struct GeneratorFacts {
  std::uint64_t dropped{0};       // planned operations never made although their actor was ready
  std::vector<double> loop_busy;  // fraction of the measured time, 0 to 1, of each thread's loop
  double cpu_seconds{0};
  std::uint64_t rss_bytes{0};
  bool interrupted{false};
};

/// A loop that is busy for more than this fraction of the time has no room left for a burst.
inline constexpr double kLoopBusyMax = 0.95;

/// Every reason why the run does not count, each a sentence with what, how much, the limit and what
/// to do about it. Empty: the run is valid.
std::vector<std::string> why_invalid(const Snapshot& snapshot, const GeneratorFacts& generator,
                                     Duration slip_p99_limit);

}  // namespace gauntlet::metrics
