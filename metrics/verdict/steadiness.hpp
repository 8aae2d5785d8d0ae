// Whether what was measured is a steady state, of which the numbers of a whole window can speak.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/record/timeline.hpp"
#include "metrics/verdict/backlog.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

struct Steadiness {
  enum class Kind : std::uint8_t {
    not_judged,  // too few samples, or the load itself was not meant to be steady
    steady,      // no shift was found
    warming_up,  // the beginning of the window differs from the rest, which is steady
    drifting,    // it changed while it was measured
    overloaded,  // a backlog grew for as long as it was measured
  };
  Kind kind{Kind::not_judged};
  std::string text{};                // a sentence
  std::optional<Backlog> backlog{};  // looked for even where the rest is not judged
};

/// "not judged", "steady", "warm-up", "not steady", "overloaded".
std::string_view name(Steadiness::Kind kind);

/// Looks at the relay's deliveries, else at the arena's tokens: the median, the highest of p99 and
/// p90 that every interval carries, and the throughput, each by find_shift(). Less than a quarter
/// of a latency, or a twentieth of a throughput, is no shift worth a word.
/// @param warm_up  What the scenario has already, for the advice.
Steadiness judge_steadiness(const Intervals& intervals, Duration warm_up);

}  // namespace gauntlet::metrics
