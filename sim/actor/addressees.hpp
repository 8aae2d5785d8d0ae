// The relay's names of the agents that a message or a subscription is about.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/actor/crew.hpp"

namespace gauntlet::sim {

/// Names some agents, in buffers that are used again and again.
class Addressees {
 public:
  /// Names those of `agents` that have a name yet: one that lets the relay choose has none before
  /// it is registered. The names and the agents named are valid until the next call.
  void name(const Crew& crew, std::span<const ActorId> agents) {
    made_.clear();
    names_.clear();
    agents_.clear();
    for (const ActorId agent : agents) add(crew, agent);
  }

  std::span<const std::string_view> names() const { return names_; }
  std::span<const ActorId> agents() const { return agents_; }

 private:
  void add(const Crew& crew, ActorId agent) {
    const scenarios::PlannedActor& planned = crew.plan.actors[agent];
    std::string_view name = crew.contacts.look_up(planned.number);
    if (name.empty()) {
      const auto& rules = std::get<scenarios::Agents>(crew.scenario.population[planned.population]);
      if (!rules.choose_id) return;
      name = made_.emplace_back(crew.agent_name(planned.number));
    }
    names_.push_back(name);
    agents_.push_back(agent);
  }

  std::deque<std::string> made_;  // a deque, since names_ points into its strings
  std::vector<std::string_view> names_;
  std::vector<ActorId> agents_;
};

}  // namespace gauntlet::sim
