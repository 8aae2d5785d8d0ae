// Who has not been heard of for how long: whom to ask for a sign of life, and whom to give up.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/terms/time.hpp"
#include "sim/target/roster.hpp"

namespace gauntlet::sim {

/// To hear of an agent costs one store. An agent is looked at only when its silence, as it was at
/// the last look, could have become too long: a few times a minute, whatever it says meanwhile.
class SilenceWatch {
 public:
  struct Limits {
    Duration ask;      // zero: never
    Duration give_up;  // zero: never
  };

  explicit SilenceWatch(Limits limits) : limits_{limits} {}

  /// The agent is here, from `now` on, and counts as heard of.
  void begin(Instant now, AgentNumber agent);
  void end(AgentNumber agent);
  void heard_of(Instant now, AgentNumber agent) { lines_[agent].heard = now; }

  /// Calls ask(agent) for each that has been silent for one more `ask`, and give_up(agent), at
  /// once after end(agent), for each that has been silent for too long.
  template <class Ask, class GiveUp>
  void check(Instant now, Ask&& ask, GiveUp&& give_up) {
    while (const auto agent = take_due(now)) {
      const Duration silence = now - lines_[*agent].heard;
      if (reaches(silence, limits_.give_up)) {
        end(*agent);
        give_up(*agent);
        continue;
      }
      const bool asked = reaches(silence, limits_.ask);
      if (asked) ask(*agent);
      look_again(asked ? now : lines_[*agent].heard, *agent);
    }
  }

  /// When to call check(). Often nothing has become of it by then: the agent has spoken.
  std::optional<Instant> next_deadline() const {
    return looks_.empty() ? std::nullopt : std::optional{looks_.front().due};
  }

 private:
  struct Line {
    Instant heard{};
    bool here{false};
    bool looked_at{false};  // at some time to come: at most one look for each agent
  };
  struct Look {
    Instant due;
    AgentNumber agent;
  };

  static bool reaches(Duration silence, Duration limit) {
    return limit > Duration::zero() && silence >= limit;
  }
  static bool later(const Look& a, const Look& b);

  std::optional<AgentNumber> take_due(Instant now);
  void look_again(Instant asked, AgentNumber agent);

  Limits limits_;
  std::vector<Line> lines_;  // by agent
  std::vector<Look> looks_;  // a heap, the next in front
};

}  // namespace gauntlet::sim
