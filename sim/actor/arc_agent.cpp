// Getting in, staying in and leaving. What it hears is arc_messages_in.cpp.
#include "sim/actor/arc_agent.hpp"

#include <algorithm>
#include <array>

#include "scenarios/terms/match.hpp"
#include "sim/actor/outcomes.hpp"
#include "sim/actor/replies.hpp"
#include "sim/wire/json_text.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::Gauge;
using metrics::LedgerEvent;
using metrics::Series;

}  // namespace

ArcAgent::ArcAgent(Crew& crew, ActorId actor)
    : crew_{crew},
      rules_{std::get<scenarios::Agents>(
          crew.scenario.population[crew.plan.actors[actor].population])},
      backoff_{Stream{crew.plan.seed, actor, Purpose::backoff}},
      actor_{actor} {
  if (ArcConversation::has_plans(rules_)) conversation();
  if (const auto* known = enrolled()) token_ = known->token;
}

/// By its place in its population; null when it has to register.
const scenarios::Enrolled* ArcAgent::enrolled() const {
  if (!rules_.tokens) return nullptr;
  return &rules_.tokens->agents.at(place_of(crew_.scenario, crew_.plan.actors[actor_]));
}

ArcConversation& ArcAgent::conversation() {
  if (!conversation_) conversation_ = std::make_unique<ArcConversation>(crew_, actor_);
  return *conversation_;
}

void ArcAgent::handle(Instant now, const Input& input, Outbox& out) {
  if (done()) return;
  dispatch(match{
               [&](const Start&) {
                 if (state_ == State::waiting) start(now, out);
               },
               [&](const HttpReply& reply) {
                 if (state_ == State::registering) enlisted(now, reply, out);
               },
               [&](const HttpFailed& failed) {
                 if (state_ == State::registering) fail(now, failed.why, out);
               },
               [&](const Connected&) {
                 if (state_ == State::connecting) opened(now, out);
               },
               [&](const ConnectFailed& failed) {
                 if (state_ == State::connecting) fail(now, outcome_of(failed), out);
               },
               [&](const Received& received) {
                 if (speaking()) hear(now, received.text, out);
               },
               [&](const Ponged&) {
                 heartbeat_.answered();
                 if (state_ == State::entering) enter(now, out);
               },
               [&](const Closed& closed) { ended(now, closed, out); },
               [&](const GenerationBegan& began) {
                 out.push(Observe{Series::runner_queue, began.waited, now - began.waited});
               },
               [&](const Token& token) {
                 if (conversation_) conversation_->written(token.text);
               },
               [&](const Generated&) {
                 if (conversation_) conversation_->written_all(now, state_ == State::in, out);
               },
               [&](const GenerationFailed& failed) {
                 if (conversation_) conversation_->not_written(now, failed.why, out);
               },
               [&](const Stop&) { stop(now, out); },
               [&](const Leave&) { leave(now, out); },
               [](const auto&) {},
           },
           input);
  if (!done()) act(now, out);
}

// ---- Getting in.

void ArcAgent::start(Instant now, Outbox& out) {
  const auto* known = enrolled();
  if (known != nullptr && !known->id.empty()) crew_.contacts.publish(number(), known->id);
  begin(crew_.plan.actors[actor_].start, now, out);
}

/// One attempt to get in, with the token of an earlier registration when there is one.
void ArcAgent::begin(Instant due, Instant now, Outbox& out) {
  due_ = due;
  if (lost_ != kNever) out.push(Count{Counter::relay_reconnects});
  if (token_.empty())
    enlist(now, out);
  else
    connect(now, out);
}

void ArcAgent::enlist(Instant now, Outbox& out) {
  state_ = State::registering;
  deadline_ = now + rules_.timeout;
  const Slice path = out.keep("/register");
  const std::uint32_t from = out.mark();
  if (rules_.choose_id) {
    out.buffer() += R"({"agent_id":)";
    wire::append_json_string(out.buffer(), crew_.agent_name(number()));
    out.buffer() += '}';
  } else {
    out.buffer() += "{}";
  }
  out.push(Request{Method::post, relay_http(relay()), path, out.since(from), due_});
}

void ArcAgent::enlisted(Instant now, const HttpReply& reply, Outbox& out) {
  if (!succeeded(reply.status)) return fail(now, outcome_of_refusal(reply), out);
  auto registration = read_registration(reply.body);
  if (registration && registration->agent_id.empty() && rules_.choose_id)
    registration->agent_id = crew_.agent_name(number());
  if (!registration || registration->agent_id.empty()) return fail(now, Outcome::bad_reply, out);

  crew_.contacts.publish(number(), registration->agent_id);
  token_ = std::move(registration->token);
  out.push(Count{Counter::relay_registered});
  out.push(Observe{Series::relay_register, now - due_, due_});
  due_ = now;
  connect(now, out);
}

void ArcAgent::connect(Instant now, Outbox& out) {
  state_ = State::connecting;
  deadline_ = now + rules_.timeout;
  out.push(Connect{.to = relay_socket(relay()), .bearer = out.hide(token_)});
}

void ArcAgent::opened(Instant now, Outbox& out) {
  state_ = State::entering;
  opened_ = now;
  deadline_ = now + rules_.timeout;
  out.push(Ping{});
}

void ArcAgent::enter(Instant now, Outbox& out) {
  state_ = State::in;
  deadline_ = kNever;
  if (lost_ != kNever) out.push(Observe{Series::relay_reconnect, now - lost_, lost_});
  lost_ = kNever;
  backoff_.reset();
  heartbeat_.start(now, rules_.heartbeat, heartbeat_phase(crew_.plan.seed, actor_));
  out.push(Observe{Series::relay_connect, opened_ - due_, due_});
  out.push(Count{Counter::relay_connected});
  out.push(Track{Track::Book::relay, event(LedgerEvent::What::entered, now)});
  out.push(Shift{Gauge::relay_agents, 1});
  if (conversation_ && !stopping_) conversation_->entered(now);
}

// ---- Losing the connection, and giving up.

void ArcAgent::fail(Instant now, Outcome why, Outbox& out) {
  if (state_ == State::in) {
    lost_ = now;
    leave_room(now, out);
  }
  out.push(Count{metrics::relay_failure(why)});
  const bool refused = why == Outcome::unauthorized;
  if (refused) token_.clear();  // tokens die with the relay's process
  const bool over = stopping_ || (refused && rules_.tokens);
  const auto pause = over ? std::nullopt : backoff_.next(rules_.reconnect);
  if (!pause) return give_up(out);
  state_ = State::backing_off;
  deadline_ = now + *pause;
}

void ArcAgent::give_up(Outbox& out) {
  state_ = State::out;
  deadline_ = kNever;
  if (conversation_) conversation_->abandon(out);
}

void ArcAgent::leave_room(Instant now, Outbox& out) {
  heartbeat_.stop();
  if (conversation_) conversation_->left();
  out.push(Track{Track::Book::relay, event(LedgerEvent::What::left, now)});
  out.push(Shift{Gauge::relay_agents, -1});
}

LedgerEvent ArcAgent::event(LedgerEvent::What what, Instant now) const {
  LedgerEvent event;
  event.what = what;
  event.actor = actor_;
  event.at = now;
  return event;
}

void ArcAgent::ended(Instant now, const Closed& closed, Outbox& out) {
  if (state_ == State::leaving)
    state_ = State::done;
  else if (speaking())
    fail(now, outcome_of(closed), out);
}

/// What was due before the stop is still made; an attempt to get in that is under way may finish.
void ArcAgent::stop(Instant now, Outbox& out) {
  if (conversation_) {
    conversation_->act(now, state_ == State::in, out);
    conversation_->stop(now, out);
  }
  stopping_ = true;
  if (state_ == State::backing_off || state_ == State::waiting) give_up(out);
}

void ArcAgent::leave(Instant now, Outbox& out) {
  if (state_ == State::leaving) return;
  stopping_ = true;
  // An attempt that the end of the run cuts short has had no answer.
  if (state_ == State::registering || state_ == State::connecting || state_ == State::entering)
    out.push(Count{metrics::relay_failure(Outcome::timed_out)});
  if (state_ == State::in) leave_room(now, out);
  if (conversation_) conversation_->abandon(out);
  conversation_.reset();
  if (speaking()) {
    out.push(Close{1000});
    state_ = State::leaving;
    deadline_ = now + kFarewell;
    return;
  }
  if (state_ == State::registering) out.push(CancelRequest{});
  if (state_ == State::connecting) out.push(Abort{Abort::How::reset});
  state_ = State::done;
}

// ---- What is due.

void ArcAgent::act(Instant now, Outbox& out) {
  if (now >= deadline_) overdue(now, out);
  if (done()) return;
  beat(now, out);
  if (conversation_) conversation_->act(now, state_ == State::in, out);
}

void ArcAgent::overdue(Instant now, Outbox& out) {
  switch (state_) {
    case State::backing_off:
      return begin(deadline_, now, out);
    case State::registering:
      out.push(CancelRequest{});
      return fail(now, Outcome::timed_out, out);
    case State::connecting:
    case State::entering:
      out.push(Abort{Abort::How::reset});
      return fail(now, Outcome::timed_out, out);
    case State::leaving:
      out.push(Abort{Abort::How::reset});
      state_ = State::done;
      return;
    case State::waiting:
    case State::in:
    case State::out:
    case State::done:
      return;
  }
}

void ArcAgent::beat(Instant now, Outbox& out) {
  switch (heartbeat_.due(now, rules_.heartbeat)) {
    case Heartbeat::Beat::none:
      return;
    case Heartbeat::Beat::ask:
      return out.push(Ping{});
    case Heartbeat::Beat::dead:
      out.push(Abort{Abort::How::reset});
      return fail(now, Outcome::no_pong, out);
  }
}

std::optional<Instant> ArcAgent::next_deadline() const {
  if (done()) return std::nullopt;
  Instant next = std::min(deadline_, heartbeat_.next());
  if (conversation_) next = std::min(next, conversation_->next_deadline(state_ == State::in));
  return unless_never(next);
}

// ---- What there is to be reached.

const StateChart* ArcAgent::chart() const {
  using enum State;
  constexpr auto step = [](State from, State to) {
    return StateChart::Step{static_cast<std::uint8_t>(from), static_cast<std::uint8_t>(to)};
  };
  static constexpr std::array<std::string_view, 9> kStates{
      "waiting",     "registering", "connecting", "entering", "in",
      "backing_off", "out",         "leaving",    "done",
  };
  static constexpr std::array kSteps{
      step(waiting, registering),
      step(waiting, connecting),
      step(registering, connecting),
      step(registering, backing_off),
      step(registering, out),
      step(registering, done),
      step(connecting, entering),
      step(connecting, backing_off),
      step(connecting, out),
      step(connecting, done),
      step(entering, in),
      step(entering, backing_off),
      step(entering, out),
      step(entering, leaving),
      step(in, backing_off),
      step(in, out),
      step(in, leaving),
      step(backing_off, registering),
      step(backing_off, connecting),
      step(backing_off, out),
      step(backing_off, done),
      step(out, done),
      step(leaving, done),
  };
  static constexpr StateChart kChart{"agent", kStates, kSteps};
  return &kChart;
}

}  // namespace gauntlet::sim
