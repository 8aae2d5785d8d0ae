// One run in several processes: who acts in which.
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/plan/plan.hpp"

namespace gauntlet::scenarios {

/// Number `number` of `count`, from 0.
struct Shard {
  std::uint32_t number{0};
  std::uint32_t count{1};
};

/// The actors whose ids leave the shard's number when divided by the count. What each does follows
/// from the whole plan, so the shards together are the plan of one process.
std::vector<PlannedActor> actors_of(const Plan& plan, Shard shard);

}  // namespace gauntlet::scenarios
