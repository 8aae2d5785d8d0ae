// The planned operations of one agent, in order of their intended times: a pure function of the
// scenario, the seed and the agent's id.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/plan/arrival_times.hpp"
#include "scenarios/plan/plan.hpp"

namespace gauntlet::scenarios {

struct Operation {
  enum class Kind : std::uint8_t { send, ask, list, ping };
  Kind kind{};
  Instant intended{};
  std::uint32_t n{};     // from 0, among this agent's operations
  std::uint32_t rule{};  // index into Agents::send, for a send
  bool everyone{false};
  std::vector<ActorId> to;  // when not everyone
};

/// What an agent does by the clock. What its closed loops do follows from what comes back, and is
/// not in it.
class AgentSchedule {
 public:
  /// Keeps references: both must outlive it.
  AgentSchedule(const Scenario& scenario, const Plan& plan, ActorId agent);

  /// When the next operation is due; unset when there is none left.
  std::optional<Instant> next_time() const;
  /// The next operation; only when next_time() is set. The reference is valid until the next call.
  const Operation& take();

 private:
  struct Source {
    Operation::Kind kind;
    std::uint32_t rule;
    ArrivalTimes times;
    Instant due;
    Stream recipients;
  };
  void open(Operation::Kind kind, std::uint32_t rule, const Load& load, Purpose purpose);

  const Scenario* scenario_;
  const Plan* plan_;
  ActorId agent_;
  std::vector<Source> sources_;  // those that still have something; none when idle
  std::uint32_t taken_{0};
  Operation current_;
};

/// How many sends and questions the plan has for one actor; draws them one by one.
std::uint64_t count_operations(const Scenario& scenario, const Plan& plan, ActorId actor);

/// An agent's random numbers of one purpose, for one of its rules: the `rule`th of this kind.
Stream rule_stream(const Plan& plan, ActorId agent, Purpose purpose, Operation::Kind kind,
                   std::uint32_t rule);

/// Fills in whom `operation` of `agent` goes to.
void address(Operation& operation, const Recipients& to, const Plan& plan, ActorId agent,
             Stream& random);

/// Up to `count` different agents on the same relay as `self`, never itself, in a random order of
/// no meaning.
void choose_others(const Plan& plan, ActorId self, std::uint32_t count, Stream& random,
                   std::vector<ActorId>& chosen);

}  // namespace gauntlet::scenarios
