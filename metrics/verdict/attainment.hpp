// How many of the operations that were offered were good: what a latency threshold means for each
// single one of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "metrics/record/snapshot.hpp"
#include "metrics/verdict/threshold.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

struct Attainment {
  std::string text;       // of the threshold
  std::uint64_t good;     // operations of the whole run that kept the limit
  std::uint64_t offered;  // operations that there should have been: late, lost, unsent too
  double attainment;      // good / offered, from 0 to 1
  double goodput_per_s;   // good ones of the measured window, per second of it
};

/// One for each upper limit on a quantile of a series whose operations are counted when offered
/// (relay.delivery, relay.answer, arena.first_token, arena.round, arena.relayed_token), unless
/// nothing was offered. Dividing by what was offered, rather than by what succeeded, is what keeps
/// a target from gaining by failing fast.
std::vector<Attainment> attain(std::span<const ThresholdRule> rules, const Snapshot& snapshot,
                               Duration window);

}  // namespace gauntlet::metrics
