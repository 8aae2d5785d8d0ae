// What an ARC agent says once it is in: its planned traffic, subscriptions, commands, questions and
// answers.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/plan/schedule.hpp"
#include "sim/actor/awaited.hpp"
#include "sim/actor/closed_loops.hpp"
#include "sim/actor/commands.hpp"
#include "sim/actor/crew.hpp"
#include "sim/actor/questions.hpp"
#include "sim/actor/restraint.hpp"
#include "sim/actor/subscriptions.hpp"
#include "sim/actor/throttle.hpp"
#include "sim/machine/machine.hpp"
#include "sim/wire/arc_messages.hpp"

namespace gauntlet::sim {

/// One agent's side of all that is said. Knows nothing of how the agent gets in and stays in, only
/// whether it is; an agent that has nothing to say needs none of this.
///
/// A planned send or question that is due while the agent is not in counts as offered and unsent; a
/// closed loop waits until it is in. A
/// command that is due then is not made, and an answer is not given: its asker's books show it.
class ArcConversation {
 public:
  ArcConversation(const Crew& crew, ActorId agent);

  /// Whether the plan gives such an agent something to say of its own accord.
  static bool has_plans(const scenarios::Agents& rules);

  void entered(Instant now);
  /// What waits for the relay will wait in vain: nothing is replayed after a reconnect.
  void left();
  /// Does everything that is due.
  void act(Instant now, bool in, Outbox& out);
  /// Begins nothing new; answers thought about and questions asked may finish. What is held back
  /// is never sent.
  void stop(Instant now, Outbox& out);
  /// Gives up what is under way.
  void abandon(Outbox& out);

  /// The relay has said that the agent sends too much.
  void restrain(Instant now) { restraint_.complained(now, rules_->reconnect); }
  void acknowledged(ArcCommand command, Instant now, Outbox& out);
  /// An answer, by its ref; false when it matches no open question.
  bool answered(std::string_view ref, Instant now, Outbox& out);
  /// A message that this agent sent to itself.
  void came_back(const metrics::MessageKey& message, Instant now);
  /// A question of ours that arrived from another agent.
  void asked(const wire::ArcMessage& question, Instant now);
  /// What comes of the command that answers.
  void written(std::string_view more) { output_ += more; }
  void written_all(Instant now, bool in, Outbox& out);
  void not_written(Instant now, Outcome why, Outbox& out);

  bool subscribes_to(ActorId agent) const {
    return subscriptions_ && subscriptions_->includes(agent);
  }
  bool busy() const {
    return !questions_.empty() || !answers_.empty() || !commanded_.empty() || !commands_.empty();
  }
  Instant next_deadline(bool in) const;

 private:
  void act_on_plan(Instant now, bool in, Outbox& out);
  void skip(const scenarios::Operation& operation, Outbox& out);
  void carry_out_next(Instant now, Outbox& out);
  bool carry_out(const scenarios::Operation& operation, Instant now, Outbox& out);
  bool send(const scenarios::Operation& operation, Instant release, Instant now, Outbox& out);
  Instant pass(Instant intended, Instant now, Outbox& out);
  Instant free() const;
  Instant next_planned() const;
  Instant next_send(bool in) const;
  void renew_subscriptions(Instant now, Outbox& out);
  void command(ArcCommand command, Instant intended, Instant now, Outbox& out);
  void give(PendingAnswer pending, Instant now, Outbox& out);
  void answer(const PendingAnswer& pending, Instant now, Outbox& out);
  void run_command(Instant now, Outbox& out);
  void drop_commands(Outbox& out);
  void track_sent(const metrics::LedgerEvent& sent, bool to_all, Outbox& out) const;

  const Crew* crew_;
  const scenarios::Agents* rules_;
  ActorId agent_;
  std::uint32_t sent_{0};      // planned messages so far: the number of the next
  std::uint32_t answered_{0};  // answers so far
  Throttle throttle_;
  Restraint restraint_;
  std::optional<scenarios::AgentSchedule> schedule_;
  std::optional<ClosedLoops> loops_;
  std::optional<Subscriptions> subscriptions_;
  OpenCommands commands_;
  Awaited questions_;
  PendingAnswers answers_;
  std::deque<PendingAnswer> commanded_;  // the command of the one in front is under way
  std::string output_;                   // of it, so far
};

}  // namespace gauntlet::sim
