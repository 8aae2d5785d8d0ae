// Scenario + seed -> who does what when. Nothing here depends on how, where or how fast it runs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "scenarios/model/scenario.hpp"
#include "scenarios/terms/actor_id.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::scenarios {

/// When each phase of the run ends. Traffic is made from `connect` to `measure`.
struct Phases {
  Instant connect;
  Instant warm_up;  // == connect without a warm-up
  Instant measure;
  Instant drain;  // at the latest
};

enum class Role : std::uint8_t { agent, participant, observer, voter, operator_ };

struct PlannedActor {
  ActorId id{};
  Role role{};
  std::uint32_t population{};  // index into Scenario::population (0 for the operator)
  std::uint32_t number{};      // from 0, among those of its role
  Instant start{};
};

struct Plan {
  std::uint64_t seed{};
  Phases phases{};
  std::vector<PlannedActor> actors;  // index == id
  std::vector<ActorId> agents;       // ids by number, and so on
  std::vector<ActorId> participants;
  std::vector<ActorId> observers;
  std::vector<ActorId> voters;
  /// A fingerprint of the scenario's intent; see plan_hash().
  std::uint64_t hash{};
  std::uint32_t relays{1};

  std::uint32_t count(Role role) const;
  /// Which relay an agent is on: they take turns, by number.
  std::uint32_t relay_of(ActorId agent) const { return actors[agent].number % relays; }
};

/// The agents on the relay of one of them, in the order of their numbers.
class Room {
 public:
  Room(const Plan& plan, ActorId member)
      : agents_{&plan.agents}, first_{plan.relay_of(member)}, step_{plan.relays} {}

  std::uint32_t size() const {
    return (static_cast<std::uint32_t>(agents_->size()) - first_ + step_ - 1) / step_;
  }
  ActorId operator[](std::uint32_t place) const { return (*agents_)[first_ + place * step_]; }
  /// The place of an agent that is in it.
  std::uint32_t place_of(const PlannedActor& agent) const { return agent.number / step_; }

 private:
  const std::vector<ActorId>* agents_;
  std::uint32_t first_;
  std::uint32_t step_;
};

/// The scenario must have passed the parser. Actors come in the order of the file; an operator is
/// added last when the arena can be controlled.
Plan make_plan(const Scenario& scenario);

/// Whether this scenario has someone who can make sessions and start rounds.
bool has_operator(const Scenario& scenario);

/// The place of an agent, from 0, in its population.
std::uint32_t place_of(const Scenario& scenario, const PlannedActor& agent);

}  // namespace gauntlet::scenarios
