#include "sim/actor/arc_conversation.hpp"

#include <algorithm>

#include "sim/actor/addressees.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::LedgerEvent;
using metrics::MessageKind;
using metrics::Series;
using scenarios::Operation;

constexpr std::uint32_t kPlanned = 0;  // the lane of planned messages

const scenarios::Agents& rules_of(const Crew& crew, ActorId agent) {
  return std::get<scenarios::Agents>(crew.scenario.population[crew.plan.actors[agent].population]);
}

Addressees& addressees() {
  thread_local Addressees scratch;
  return scratch;
}

std::string_view make_payload(const wire::PayloadTag& tag, std::uint32_t bytes) {
  thread_local std::string scratch;
  scratch.clear();
  wire::append_payload(scratch, tag, bytes);
  return scratch;
}

}  // namespace

ArcConversation::ArcConversation(const Crew& crew, ActorId agent)
    : crew_{&crew},
      rules_{&rules_of(crew, agent)},
      agent_{agent},
      restraint_{Stream{crew.plan.seed, agent, Purpose::backoff, 2}} {
  if (!rules_->send.empty() || rules_->ask || rules_->list || rules_->ping)
    schedule_.emplace(crew.scenario, crew.plan, agent);
  if (ClosedLoops::any(*rules_)) loops_.emplace(*rules_, crew.plan, agent);
  if (rules_->subscribe) subscriptions_.emplace(*rules_->subscribe, crew.plan, agent);
}

bool ArcConversation::has_plans(const scenarios::Agents& rules) {
  return !rules.send.empty() || rules.subscribe || rules.ask || rules.list || rules.ping;
}

void ArcConversation::entered(Instant now) {
  if (subscriptions_) subscriptions_->entered(now);
  if (loops_) loops_->entered(now);
}

void ArcConversation::left() {
  commands_.abandon();
  if (subscriptions_) subscriptions_->left();
  if (loops_) loops_->left();
}

void ArcConversation::stop(Instant now, Outbox& out) {
  loops_.reset();
  while (schedule_ && schedule_->next_time() && *schedule_->next_time() <= now)
    skip(schedule_->take(), out);
  schedule_.reset();
  if (subscriptions_) subscriptions_->stop();
}

void ArcConversation::abandon(Outbox& out) {
  answers_.clear();
  drop_commands(out);
  if (const std::size_t open = questions_.abandon(); open > 0)
    out.push(Count{Counter::relay_unanswered, open});
  if (const std::size_t open = commands_.abandon(); open > 0)
    out.push(Count{metrics::relay_failure(Outcome::timed_out), open});
}

void ArcConversation::act(Instant now, bool in, Outbox& out) {
  if (const std::size_t expired = questions_.expire(now); expired > 0) {
    out.push(Count{Counter::relay_unanswered, expired});
    if (loops_) loops_->questions_closed(expired, now);
  }
  if (loops_) loops_->expire(now);
  if (const std::size_t expired = commands_.expire(now); expired > 0)
    out.push(Count{metrics::relay_failure(Outcome::timed_out), expired});
  if (in) renew_subscriptions(now, out);
  act_on_plan(now, in, out);
  while (const auto pending = answers_.take(now))
    if (in) give(*pending, now, out);
}

void ArcConversation::act_on_plan(Instant now, bool in, Outbox& out) {
  while (!in && next_planned() <= now) skip(schedule_->take(), out);
  while (in && next_send(true) <= now) carry_out_next(now, out);
  if (schedule_ && !schedule_->next_time()) schedule_.reset();
}

/// What is due by the clock comes before what a loop has waited for, when both are due together.
void ArcConversation::carry_out_next(Instant now, Outbox& out) {
  if (!loops_ || next_planned() <= loops_->next_due()) {
    carry_out(schedule_->take(), now, out);
    return;
  }
  if (carry_out(loops_->take(), now, out))
    loops_->sent(sent_ - 1, now);
  else
    loops_->not_sent(now);
}

/// A command that is not sent is not missed.
void ArcConversation::skip(const Operation& operation, Outbox& out) {
  if (operation.kind != Operation::Kind::send && operation.kind != Operation::Kind::ask) return;
  out.push(Count{Counter::relay_offered});
  out.push(Count{Counter::relay_unsent});
}

/// False when it could not be sent.
bool ArcConversation::carry_out(const Operation& operation, Instant now, Outbox& out) {
  const Instant release = pass(operation.intended, now, out);
  switch (operation.kind) {
    case Operation::Kind::send:
    case Operation::Kind::ask:
      out.push(Count{Counter::relay_offered});
      if (send(operation, release, now, out)) return true;
      out.push(Count{Counter::relay_unsent});
      return false;
    case Operation::Kind::list:
      command(ArcCommand::list, release, now, out);
      return true;
    case Operation::Kind::ping:
      command(ArcCommand::ping, release, now, out);
      return true;
  }
  return false;
}

/// When the next planned message or command may leave: by the agent's own throttle, and after what
/// the relay has complained of.
Instant ArcConversation::free() const {
  const Instant free = restraint_.free();
  return rules_->throttle ? std::max(free, throttle_.next(*rules_->throttle)) : free;
}

/// When a message may leave that was intended for an earlier moment: what is late beyond that is
/// the generator's doing.
Instant ArcConversation::pass(Instant intended, Instant now, Outbox& out) {
  const Instant release = std::max(intended, free());
  if (rules_->throttle) throttle_.spend(*rules_->throttle, now);
  restraint_.sent(now, rules_->reconnect);
  if (release > intended) out.push(Observe{Series::relay_throttle, release - intended, intended});
  return release;
}

/// False when none of the recipients has a name yet.
bool ArcConversation::send(const Operation& operation, Instant release, Instant now, Outbox& out) {
  Addressees& to = addressees();
  to.name(*crew_, operation.to);
  if (!operation.everyone && to.names().empty()) return false;

  const bool question = operation.kind == Operation::Kind::ask;
  LedgerEvent sent;
  sent.kind = operation.everyone ? MessageKind::broadcast : MessageKind::direct;
  sent.message = {agent_, kPlanned, sent_++};
  sent.at = now;
  sent.intended = operation.intended;
  track_sent(sent, operation.everyone, out);

  std::string ref;
  std::string_view type = "question";
  std::uint32_t bytes = 0;
  if (question) {
    bytes = rules_->ask->payload_bytes;
    ref = question_ref(crew_->run, agent_, sent.message.n);
    questions_.open(sent.message.n, operation.intended, operation.intended + rules_->ask->timeout);
    out.push(Count{Counter::relay_asked});
    out.push(Count{Counter::relay_sent_question});
  } else {
    bytes = rules_->send[operation.rule].payload_bytes;
    type = rules_->send[operation.rule].type;
    out.push(
        Count{operation.everyone ? Counter::relay_sent_broadcast : Counter::relay_sent_direct});
  }
  const auto payload = make_payload(
      {crew_->run, sent.message, operation.intended.time_since_epoch().count()}, bytes);
  const std::uint32_t from = out.mark();
  if (operation.everyone)
    wire::append_arc_broadcast(out.buffer(), payload, type, ref);
  else
    wire::append_arc_direct(out.buffer(), to.names(), payload, type, ref);
  out.push(Send{out.since(from), release});
  return true;
}

/// Tells the ledger, before the send itself: nothing may arrive that is not known to be sent.
void ArcConversation::track_sent(const LedgerEvent& sent, bool to_all, Outbox& out) const {
  LedgerEvent event = sent;
  event.actor = agent_;
  event.what = to_all ? LedgerEvent::What::sent_to_all : LedgerEvent::What::sent_to;
  if (to_all) return out.push(Track{Track::Book::relay, event});
  for (const ActorId receiver : addressees().agents()) {
    event.actor = receiver;
    out.push(Track{Track::Book::relay, event});
  }
}

void ArcConversation::renew_subscriptions(Instant now, Outbox& out) {
  if (!subscriptions_) return;
  for (auto step = subscriptions_->due(now); step != Subscriptions::Step::none;
       step = subscriptions_->due(now)) {
    const bool begin = step == Subscriptions::Step::subscribe;
    command(begin ? ArcCommand::subscribe : ArcCommand::unsubscribe, subscriptions_->intended(),
            now, out);
  }
}

void ArcConversation::command(ArcCommand command, Instant intended, Instant now, Outbox& out) {
  Addressees& about = addressees();
  const bool names_agents = command == ArcCommand::subscribe || command == ArcCommand::unsubscribe;
  about.name(*crew_, names_agents ? subscriptions_->agents() : std::span<const ActorId>{});
  if (names_agents && about.names().empty()) return;

  const std::uint32_t from = out.mark();
  wire::append_arc_command(out.buffer(), request_word(command), about.names());
  out.push(Count{Counter::relay_sent_command});
  out.push(Send{out.since(from), intended});
  commands_.open(command, intended, now + rules_->timeout);
}

void ArcConversation::acknowledged(ArcCommand command, Instant now, Outbox& out) {
  if (command == ArcCommand::unsubscribe && subscriptions_) subscriptions_->ended();
  if (const auto intended = commands_.acknowledge(command))
    out.push(Observe{Series::relay_command, now - *intended, *intended});
}

void ArcConversation::came_back(const metrics::MessageKey& message, Instant now) {
  if (loops_ && message.lane == kPlanned) loops_->came_back(message.n, now);
}

Instant ArcConversation::next_planned() const {
  return schedule_ ? schedule_->next_time().value_or(kNever) : kNever;
}

Instant ArcConversation::next_send(bool in) const {
  if (!in) return next_planned();
  const Instant due = loops_ ? std::min(next_planned(), loops_->next_due()) : next_planned();
  return std::max(due, free());
}

Instant ArcConversation::next_deadline(bool in) const {
  Instant next = std::min({questions_.next(), commands_.next(), answers_.next()});
  if (in && subscriptions_) next = std::min(next, subscriptions_->next());
  if (loops_) next = std::min(next, loops_->next_give_up());
  if (schedule_ || loops_) next = std::min(next, next_send(in));
  return next;
}

}  // namespace gauntlet::sim
