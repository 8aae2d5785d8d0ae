// What an ARC agent hears.
#include "sim/actor/arc_agent.hpp"

#include <algorithm>

#include "sim/actor/decoders.hpp"
#include "sim/actor/outcomes.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::LedgerEvent;

constexpr std::string_view kRelay = "relay";  // what a relay calls itself in `from`

}  // namespace

void ArcAgent::hear(Instant now, std::string_view text, Outbox& out) {
  const wire::ArcMessage* message = arc_decoder().decode(text);
  if (message == nullptr) return out.push(Count{Counter::relay_malformed});
  if (message->from.empty() || message->from == kRelay)
    hear_relay(now, *message, out);
  else
    hear_agent(now, *message, out);
}

void ArcAgent::hear_relay(Instant now, const wire::ArcMessage& message, Outbox& out) {
  if (message.error) return hear_complaint(now, message, out);
  if (message.type.empty()) return out.push(Count{Counter::relay_malformed});
  if (message.type == "welcome") {
    hear_welcome(now, message, out);
  } else if (const auto command = command_of_reply(message.type)) {
    if (conversation_) conversation_->acknowledged(*command, now, out);
  } else {
    out.push(Count{Counter::relay_unknown});
  }
}

/// It tells an agent whose token came without an id who it is.
void ArcAgent::hear_welcome(Instant now, const wire::ArcMessage& message, Outbox& out) {
  if (message.to.size() == 1 && crew_.contacts.look_up(number()).empty())
    crew_.contacts.publish(number(), message.to.front());
  if (state_ == State::entering) enter(now, out);
}

void ArcAgent::hear_complaint(Instant now, const wire::ArcMessage& message, Outbox& out) {
  out.push(Count{Counter::relay_errors});
  out.push(Track{Track::Book::relay, event(LedgerEvent::What::interrupted, now)});
  if (!is_rate_limit(message.error_code)) return;
  out.push(Count{Counter::relay_rate_limited});
  if (conversation_) conversation_->restrain(now);
}

void ArcAgent::hear_agent(Instant now, const wire::ArcMessage& message, Outbox& out) {
  if (message.payload.empty()) return out.push(Count{Counter::relay_malformed});
  if (state_ == State::entering) enter(now, out);
  if (is_ours(message)) {
    LedgerEvent arrived = event(LedgerEvent::What::arrived, now);
    arrived.message = message.tag->message;
    arrived.misattributed = is_misattributed(message);
    arrived.by_name = is_for_our_name(message);
    arrived.subscribed = conversation_ && conversation_->subscribes_to(arrived.message.sender);
    out.push(Track{Track::Book::relay, arrived});
    if (conversation_ && arrived.message.sender == actor_)
      conversation_->came_back(arrived.message, now);
    if (rules_.answer && message.type == "question" && arrived.message.sender != actor_)
      conversation().asked(message, now);
  } else if (!is_beside_the_point(message)) {
    out.push(Count{Counter::relay_foreign});
  }
  // Anybody may answer a question, clients that are not ours included.
  if (message.type == "answer" &&
      (!conversation_ || !conversation_->answered(message.ref, now, out)))
    out.push(Count{Counter::relay_answers_unmatched});
}

bool ArcAgent::is_ours(const wire::ArcMessage& message) const {
  if (!message.tag || message.tag->run != crew_.run) return false;
  const ActorId sender = message.tag->message.sender;
  return sender < crew_.plan.actors.size() &&
         crew_.plan.actors[sender].role == scenarios::Role::agent;
}

/// What a conformance case said to everybody. To anybody else, it should not have come.
bool ArcAgent::is_beside_the_point(const wire::ArcMessage& message) const {
  return crew_.is_of_a_case(message.from) && std::ranges::find(message.to, "*") != message.to.end();
}

/// A relay that assigns ids may give one to the next that comes: where ids are chosen, it cannot.
bool ArcAgent::is_for_our_name(const wire::ArcMessage& message) const {
  return !rules_.choose_id &&
         std::ranges::find(message.to, crew_.contacts.look_up(number())) != message.to.end();
}

/// Who sent it is in the payload, which the relay does not touch.
bool ArcAgent::is_misattributed(const wire::ArcMessage& message) const {
  const std::uint32_t sender = crew_.plan.actors[message.tag->message.sender].number;
  const bool known = !crew_.contacts.look_up(sender).empty();
  return known && !crew_.contacts.has_been(sender, message.from);
}

}  // namespace gauntlet::sim
