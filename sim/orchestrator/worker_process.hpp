// What a forked process does: one shard of a run, until it is told to end.
#pragma once

#include "scenarios/plan/shard.hpp"
#include "sim/orchestrator/desk.hpp"

namespace gauntlet::sim {

/// Everything here lies in shared memory.
struct Workplace {
  Desk& desk;
  PinBoard& pins;
  std::vector<Worker::Recording> recordings;  // one for each thread
};

/// Right after the fork, before there is a thread. Never returns, and runs no destructor: what this
/// process has of its parent's (sockets, event loops, buffers) is left alone.
/// @param parent  when it is gone, so is this process.
[[noreturn]] void become_worker(const Job& job, scenarios::Shard shard, Workplace at,
                                std::size_t unanswered_max, int parent);

}  // namespace gauntlet::sim
