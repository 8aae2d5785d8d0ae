// One simulated ARC agent.
#pragma once

#include <memory>
#include <string>

#include "sim/actor/arc_conversation.hpp"
#include "sim/actor/crew.hpp"
#include "sim/actor/patience.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// Registers, connects, stays in (heartbeats, reconnects) and speaks as the plan says.
///
///   waiting -> registering -> connecting -> entering -> in -> leaving -> done
///                   ^             ^            |         |
///                   +-------------+-- backing_off <------+      (then `out`: all attempts failed)
///
/// An agent is in when the relay's welcome came or, since not every relay sends one, when a
/// WebSocket ping or another agent's message has made its way: whatever is first. One that is out
/// for good stays to count what the plan still wants of it. One whose token the scenario gives does
/// not register, and is out for good when the relay refuses it.
class ArcAgent final : public Machine {
 public:
  ArcAgent(Crew& crew, ActorId actor);

  void handle(Instant now, const Input& input, Outbox& out) override;
  std::optional<Instant> next_deadline() const override;
  bool done() const override { return state_ == State::done; }
  bool busy() const override { return conversation_ != nullptr && conversation_->busy(); }
  const StateChart* chart() const override;
  std::uint8_t state() const override { return static_cast<std::uint8_t>(state_); }

 private:
  enum class State : std::uint8_t {
    waiting,
    registering,
    connecting,
    entering,  // the upgrade was accepted
    in,
    backing_off,
    out,
    leaving,  // our close frame is sent
    done,
  };

  void start(Instant now, Outbox& out);
  void begin(Instant due, Instant now, Outbox& out);
  const scenarios::Enrolled* enrolled() const;
  void enlist(Instant now, Outbox& out);
  void enlisted(Instant now, const HttpReply& reply, Outbox& out);
  void connect(Instant now, Outbox& out);
  void opened(Instant now, Outbox& out);
  void enter(Instant now, Outbox& out);
  void fail(Instant now, Outcome why, Outbox& out);
  void give_up(Outbox& out);
  void leave_room(Instant now, Outbox& out);
  void ended(Instant now, const Closed& closed, Outbox& out);
  void stop(Instant now, Outbox& out);
  void leave(Instant now, Outbox& out);
  void act(Instant now, Outbox& out);
  void beat(Instant now, Outbox& out);
  void overdue(Instant now, Outbox& out);

  void hear(Instant now, std::string_view text, Outbox& out);
  void hear_relay(Instant now, const wire::ArcMessage& message, Outbox& out);
  void hear_welcome(Instant now, const wire::ArcMessage& message, Outbox& out);
  void hear_complaint(Instant now, const wire::ArcMessage& message, Outbox& out);
  void hear_agent(Instant now, const wire::ArcMessage& message, Outbox& out);
  metrics::LedgerEvent event(metrics::LedgerEvent::What what, Instant now) const;
  bool is_ours(const wire::ArcMessage& message) const;
  bool is_beside_the_point(const wire::ArcMessage& message) const;
  bool is_misattributed(const wire::ArcMessage& message) const;
  bool is_for_our_name(const wire::ArcMessage& message) const;
  ArcConversation& conversation();

  bool speaking() const { return state_ == State::entering || state_ == State::in; }
  std::uint32_t number() const { return crew_.plan.actors[actor_].number; }
  std::uint32_t relay() const { return crew_.plan.relay_of(actor_); }

  Crew& crew_;
  const scenarios::Agents& rules_;
  std::unique_ptr<ArcConversation> conversation_;  // null while there is nothing to say
  Secret token_;
  Instant due_{};             // when the step under way was to begin
  Instant opened_{};          // when the upgrade was accepted
  Instant deadline_{kNever};  // of the step under way
  Instant lost_{kNever};      // when it lost the connection that it has not got back
  Backoff backoff_;
  Heartbeat heartbeat_;
  ActorId actor_;
  State state_{State::waiting};
  bool stopping_{false};
};

}  // namespace gauntlet::sim
