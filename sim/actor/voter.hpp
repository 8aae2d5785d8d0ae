// One simulated member of the audience.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/actor/control_request.hpp"
#include "sim/actor/crew.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// Scores some participants of each round, some time after it ended. Whom, when and how high is
/// drawn before the first vote; the arena's ids of the rounds come from the operator. A vote for a
/// round that the operator never made cannot be sent, and counts as offered all the same.
class Voter final : public Machine {
 public:
  Voter(Crew& crew, ActorId actor);

  void handle(Instant now, const Input& input, Outbox& out) override;
  std::optional<Instant> next_deadline() const override;
  bool done() const override { return done_; }
  bool busy() const override { return request_.under_way() || waiting_ > 0; }

 private:
  struct Vote {
    Instant due;
    std::uint32_t round;  // index
    std::uint32_t participant;
    std::uint32_t score;
  };

  void decide();
  void offer_due(Instant now, Outbox& out);
  void cast(const Vote& vote, Instant now, Outbox& out);

  Crew& crew_;
  const scenarios::Voters& rules_;
  ActorId actor_;
  ControlRequest request_;
  std::vector<Vote> votes_;  // by due
  std::size_t next_{0};      // the first that is not due yet
  std::size_t waiting_{0};   // those before it that wait for the request before them
  bool started_{false};
  bool done_{false};
};

}  // namespace gauntlet::sim
