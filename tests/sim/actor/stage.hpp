// A scenario, its plan and its crew, for tests of one actor.
#pragma once

#include <memory>
#include <utility>

#include "scenarios/plan/plan.hpp"
#include "sim/actor/crew.hpp"

namespace gauntlet::sim {

struct Stage {
  scenarios::Scenario scenario;
  scenarios::Plan plan;
  Crew crew;

  explicit Stage(scenarios::Scenario written)
      : scenario{std::move(written)}, plan{make_plan(scenario)}, crew{scenario, plan, "0badcafe"} {}
};

/// Agents that are quiet unless the caller gives them something to do.
inline scenarios::Agents quiet_agents(std::uint32_t count) {
  scenarios::Agents agents;
  agents.count = count;
  agents.heartbeat = Duration::zero();
  return agents;
}

inline scenarios::Scenario relay_scenario(scenarios::Agents agents) {
  scenarios::Scenario scenario;
  scenario.seed = 7;
  scenario.targets.relay = scenarios::RelayOptions{};
  scenario.population.emplace_back(std::move(agents));
  return scenario;
}

inline scenarios::Participants participants(std::uint32_t count) {
  scenarios::Participants some;
  some.count = count;
  some.heartbeat = Duration::zero();
  return some;
}

inline scenarios::Round round_at(Duration start, Duration deadline) {
  scenarios::Round round;
  round.at = start;
  round.prompt = "Why?";
  round.deadline = deadline;
  return round;
}

/// An arena that an operator runs, unless `targets.arena` is replaced.
inline scenarios::Scenario arena_scenario(scenarios::Population who,
                                          std::vector<scenarios::Round> rounds) {
  scenarios::Scenario scenario;
  scenario.seed = 7;
  scenario.duration = std::chrono::seconds{60};
  scenario.targets.arena = scenarios::ArenaOptions{};
  scenario.population.push_back(std::move(who));
  scenario.rounds = std::move(rounds);
  return scenario;
}

}  // namespace gauntlet::sim
