#include "scenarios/plan/plan.hpp"

#include <algorithm>
#include <variant>

#include "scenarios/model/arrival.hpp"
#include "scenarios/plan/plan_hash.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet::scenarios {
namespace {

Phases make_phases(const Scenario& scenario, const std::vector<PlannedActor>& actors) {
  Instant last_arrival{};
  for (const PlannedActor& actor : actors) last_arrival = std::max(last_arrival, actor.start);
  const Instant measure = at(scenario.duration);
  const Instant connect =
      std::min(measure, scenario.connect ? at(*scenario.connect) : last_arrival + kSettle);
  return {.connect = connect,
          .warm_up = std::min(measure, connect + scenario.warm_up),
          .measure = measure,
          .drain = measure + scenario.drain};
}

}  // namespace

std::uint32_t Plan::count(Role role) const {
  switch (role) {
    case Role::agent:
      return static_cast<std::uint32_t>(agents.size());
    case Role::participant:
      return static_cast<std::uint32_t>(participants.size());
    case Role::observer:
      return static_cast<std::uint32_t>(observers.size());
    case Role::voter:
      return static_cast<std::uint32_t>(voters.size());
    case Role::operator_:
      return !actors.empty() && actors.back().role == Role::operator_ ? 1 : 0;
  }
  return 0;
}

bool has_operator(const Scenario& scenario) {
  if (!scenario.targets.arena) return false;
  const auto* address = std::get_if<ArenaAddress>(&*scenario.targets.arena);
  return address == nullptr || address->control_url.has_value();
}

Plan make_plan(const Scenario& scenario) {
  Plan plan;
  plan.seed = scenario.seed;
  plan.relays = static_cast<std::uint32_t>(
      std::max<std::size_t>(relay_addresses(scenario.targets).size(), 1));
  const auto add = [&](Role role, std::uint32_t population, const Arrive& arrive,
                       std::uint32_t count, std::vector<ActorId>& ids) {
    for (std::uint32_t number = 0; number < count; ++number) {
      const auto id = static_cast<ActorId>(plan.actors.size());
      plan.actors.push_back({.id = id,
                             .role = role,
                             .population = population,
                             .number = static_cast<std::uint32_t>(ids.size()),
                             .start = arrival_of(arrive, number, count)});
      ids.push_back(id);
    }
  };
  for (std::uint32_t index = 0; index < scenario.population.size(); ++index) {
    std::visit(
        match{
            [&](const Agents& p) { add(Role::agent, index, p.arrive, p.count, plan.agents); },
            [&](const Participants& p) {
              add(Role::participant, index, p.arrive, p.count, plan.participants);
            },
            [&](const Observers& p) {
              add(Role::observer, index, p.arrive, p.count, plan.observers);
            },
            [&](const Voters& p) { add(Role::voter, index, {}, p.count, plan.voters); },
        },
        scenario.population[index]);
  }
  if (has_operator(scenario))
    plan.actors.push_back(
        {.id = static_cast<ActorId>(plan.actors.size()), .role = Role::operator_});
  plan.phases = make_phases(scenario, plan.actors);
  plan.hash = plan_hash(scenario, plan);
  return plan;
}

std::uint32_t place_of(const Scenario& scenario, const PlannedActor& agent) {
  std::uint32_t place = agent.number;
  for (std::uint32_t i = 0; i < agent.population; ++i)
    if (const auto* others = std::get_if<Agents>(&scenario.population[i])) place -= others->count;
  return place;
}

}  // namespace gauntlet::scenarios
