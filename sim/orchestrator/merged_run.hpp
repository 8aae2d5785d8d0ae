// A run whose shards ran by themselves: what became of it, from what each of them left.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "metrics/shard/event_log.hpp"
#include "metrics/shard/merge.hpp"
#include "sim/orchestrator/run.hpp"

namespace gauntlet::sim {

struct MergedRun {
  RunResult result;
  std::chrono::nanoseconds started;     // of the first shard, since 1970
  Duration lasted;                      // of the longest
  std::string host;                     // what the shards ran on, in words
  std::vector<std::string> warnings{};  // of all shards
};

/// Plays the events of all shards, in the order of their time, to the same ledgers that a run of
/// one machine has, and adds what else the shards know. A shard that is missing is a loss: what it
/// sent counts nowhere, and nothing was owed to it.
/// @param parts  that fit (see metrics::misfits()).
/// @param logs   of the parts, in their order; read to their ends.
MergedRun merged_run(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
                     std::span<const metrics::FoundPart> parts,
                     std::span<metrics::EventDecoder> logs);

}  // namespace gauntlet::sim
