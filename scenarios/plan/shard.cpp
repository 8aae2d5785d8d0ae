#include "scenarios/plan/shard.hpp"

namespace gauntlet::scenarios {

std::vector<PlannedActor> actors_of(const Plan& plan, Shard shard) {
  std::vector<PlannedActor> actors;
  actors.reserve(plan.actors.size() / shard.count + 1);
  for (std::size_t id = shard.number; id < plan.actors.size(); id += shard.count)
    actors.push_back(plan.actors[id]);
  return actors;
}

}  // namespace gauntlet::scenarios
