#include "sim/population/population.hpp"

#include "sim/actor/arc_agent.hpp"
#include "sim/actor/arena_observer.hpp"
#include "sim/actor/arena_operator.hpp"
#include "sim/actor/arena_participant.hpp"
#include "sim/actor/voter.hpp"

namespace gauntlet::sim {

Population::Population(Crew& crew) : crew_{crew} {
  for (std::size_t i = 0; i < crew.scenario.population.size(); ++i)
    loads_.push_back(std::make_unique<runners::MockLoad>());
}

Performer Population::make(const scenarios::PlannedActor& actor) {
  using scenarios::Role;
  switch (actor.role) {
    case Role::agent:
      return {std::make_unique<ArcAgent>(crew_, actor.id), nullptr};
    case Role::participant: {
      const auto& spec =
          std::get<scenarios::Participants>(crew_.scenario.population[actor.population]);
      return {std::make_unique<ArenaParticipant>(crew_, actor.id),
              std::make_unique<runners::MockRunner>(spec.runner, crew_.plan.seed, actor.id,
                                                    *loads_[actor.population])};
    }
    case Role::observer:
      return {std::make_unique<ArenaObserver>(crew_, actor.id), nullptr};
    case Role::voter:
      return {std::make_unique<Voter>(crew_, actor.id), nullptr};
    case Role::operator_:
      return {std::make_unique<ArenaOperator>(crew_, actor.id), nullptr};
  }
  return {};
}

}  // namespace gauntlet::sim
