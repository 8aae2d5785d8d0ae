// A small scenario in which everything that can go wrong has somebody to befall.
#pragma once

#include "scenarios/terms/defect_table.hpp"
#include "sim/explore/exploration.hpp"
#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {

inline scenarios::Scenario explored_scenario() {
  return scenario_of(R"(
name: explored
duration: 12s
drain: 2s
targets:
  relay: {embedded: {double_delivery: true}}
  arena: {embedded: {pin_hash_rounds: 1}}
network: {latency: {uniform: {min: 100us, max: 5ms}}}
population:
  - agents: 4
    send:
      - {to: random agent, rate: 2/s}
      - {to: 2 random agents, rate: 0.5/s}
      - {to: everyone, rate: 0.5/s}
    subscribe: {to: 2 random agents, after: 500ms, keep: 2s}
    ask: {to: everyone, rate: 0.2/s, timeout: 5s}
    answer: {probability: 0.5, after: 50ms}
  - participants: 2
    runner: {mock: {tokens: 20, first_token: 200ms, gap: {uniform: {min: 20ms, max: 80ms}}}}
  - observers: 1
rounds:
  - {at: 2s, prompt: one, deadline: 4s}
  - {at: 7s, prompt: two, deadline: 4s}
)");
}

/// The same, with a target that has a defect.
inline scenarios::Scenario explored_scenario(Defect defect) {
  scenarios::Scenario scenario = explored_scenario();
  if (def(defect).of == DefectOf::relay)
    std::get<scenarios::RelayOptions>(*scenario.targets.relay).defects.add(defect);
  else
    std::get<scenarios::ArenaOptions>(*scenario.targets.arena).defects.add(defect);
  return scenario;
}

}  // namespace gauntlet::sim
