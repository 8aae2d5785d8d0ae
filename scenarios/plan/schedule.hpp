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
  void open(Operation::Kind kind, std::uint32_t rule, const Arrivals& arrivals, Rate rate,
            Purpose purpose);
  void choose(const Recipients& to, Source& source);

  const Scenario* scenario_;
  const Plan* plan_;
  ActorId agent_;
  std::vector<Source> sources_;  // those that still have something; none when idle
  std::uint32_t taken_{0};
  Operation current_;
};

/// Up to `count` different members of `crowd` (ascending ids), never `self`, in a random order of
/// no meaning.
void choose_others(const std::vector<ActorId>& crowd, ActorId self, std::uint32_t count,
                   Stream& random, std::vector<ActorId>& chosen);

}  // namespace gauntlet::scenarios
