// One simulated arena participant: somebody's computer with a model on it.
#pragma once

#include <optional>
#include <string>

#include "sim/actor/arena_link.hpp"
#include "sim/actor/attendance.hpp"
#include "sim/actor/crew.hpp"
#include "sim/actor/generation.hpp"
#include "sim/machine/machine.hpp"
#include "sim/wire/arena_messages.hpp"

namespace gauntlet::sim {

/// Waits for the PIN, registers, and answers each challenge with a stream of tokens. A PIN that was
/// refused is not tried again: the participant rests until another one is announced. A round ends
/// with its session.
class ArenaParticipant final : public Machine {
 public:
  ArenaParticipant(Crew& crew, ActorId actor);

  void handle(Instant now, const Input& input, Outbox& out) override;
  std::optional<Instant> next_deadline() const override;
  bool done() const override { return link_.gone(); }
  bool busy() const override { return generation_.has_value(); }
  const StateChart* chart() const override;
  std::uint8_t state() const override { return link_.state(); }

 private:
  void start(Instant now, Outbox& out);
  void learn_pin(SecretView pin);
  void introduce(Outbox& out);
  void hear_registered(Instant now, const wire::ArenaMessage& registered, Outbox& out);
  void join(Instant now, Outbox& out);
  void leave(Instant now, Outbox& out);

  void hear(Instant now, std::string_view text, Outbox& out);
  void hear_error(Instant now, const wire::ArenaMessage& error, Outbox& out);
  void accept_challenge(Instant now, const wire::ArenaMessage& challenge, Outbox& out);
  void take_token(Instant now, const Token& token, Outbox& out);
  void settle(Instant now, bool was_in, Outbox& out);
  void account_for_missed(Outbox& out);
  void track(metrics::LedgerEvent::What what, Instant now, Outbox& out) const;

  Crew& crew_;
  const scenarios::PlannedActor& planned_;
  const scenarios::Participants& rules_;
  std::string name_;
  Secret pin_;       // empty: not known yet
  Secret pin_said_;  // in the last introduction
  ArenaLink link_;
  Attendance attendance_;
  std::optional<Generation> generation_;
  std::string session_;              // of the generation, if the arena said
  std::uint32_t session_number_{0};  // when it introduced itself
  Instant round_deadline_{kNever};
  bool started_{false};
  bool pin_refused_{false};
};

}  // namespace gauntlet::sim
