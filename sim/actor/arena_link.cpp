#include "sim/actor/arena_link.hpp"

#include <algorithm>
#include <array>

#include "scenarios/terms/match.hpp"
#include "sim/actor/outcomes.hpp"
#include "sim/wire/arena_messages.hpp"

namespace gauntlet::sim {

using metrics::Counter;
using metrics::Series;

ArenaLink::ArenaLink(const Manners& manners, std::uint64_t seed, ActorId actor)
    : manners_{manners},
      backoff_{Stream{seed, actor, Purpose::backoff}},
      phase_{heartbeat_phase(seed, actor)} {}

void ArenaLink::open(Instant due, Instant now, Outbox& out) {
  if (idle() && !stopping_) connect(due, now, out);
}

void ArenaLink::connect(Instant due, Instant now, Outbox& out) {
  if (lost_ != kNever) out.push(Count{Counter::arena_reconnects});
  state_ = State::connecting;
  since_ = due;
  deadline_ = now + manners_.connect_timeout;
  out.push(Connect{.to = Endpoint::arena_socket});
}

bool ArenaLink::handle(Instant now, const Input& input, Outbox& out) {
  bool opened = false;
  dispatch(match{
               [&](const Connected&) {
                 if (state_ != State::connecting) return;
                 out.push(Observe{Series::arena_connect, now - since_, since_});
                 state_ = State::introducing;
                 since_ = now;
                 deadline_ = now + manners_.introduction_timeout;
                 opened = true;
               },
               [&](const ConnectFailed& failed) {
                 if (state_ == State::connecting) fail(now, outcome_of(failed), out);
               },
               [&](const Ponged&) { heartbeat_.answered(); },
               [&](const Closed& how) { closed(now, how, out); },
               [](const auto&) {},
           },
           input);
  return opened;
}

void ArenaLink::accepted(Instant now, Outbox& out) {
  if (!introducing()) return;
  state_ = State::in;
  deadline_ = kNever;
  if (lost_ != kNever) out.push(Observe{Series::arena_reconnect, now - lost_, lost_});
  lost_ = kNever;
  backoff_.reset();
  heartbeat_.start(now, manners_.heartbeat, phase_);
}

void ArenaLink::refused(Outcome why, Then then, Instant now, Outbox& out) {
  if (!hears()) return;
  if (in()) lost_ = now;
  out.push(Count{metrics::arena_failure(why)});
  out.push(Close{1000});
  heartbeat_.stop();
  state_ = State::closing;
  then_ = then;
  deadline_ = now + kFarewell;
}

void ArenaLink::fail(Instant now, Outcome why, Outbox& out) {
  if (in()) lost_ = now;
  out.push(Count{metrics::arena_failure(why)});
  heartbeat_.stop();
  pause(now);
}

void ArenaLink::pause(Instant now) {
  const auto wait = stopping_ ? std::nullopt : backoff_.next(manners_.reconnect);
  state_ = wait ? State::backing_off : State::out;
  deadline_ = wait ? now + *wait : kNever;
}

void ArenaLink::closed(Instant now, const Closed& how, Outbox& out) {
  if (hears()) return fail(now, outcome_of(how), out);
  if (state_ == State::leaving) {
    state_ = State::gone;
  } else if (state_ == State::closing) {
    if (then_ == Then::try_again) return pause(now);
    state_ = State::idle;
    deadline_ = kNever;
  }
}

void ArenaLink::stop() {
  stopping_ = true;
  if (state_ == State::backing_off) {
    state_ = State::out;
    deadline_ = kNever;
  }
}

void ArenaLink::leave(Instant now, Outbox& out) {
  stop();
  // An attempt that the end of the run cuts short has had no answer.
  if (state_ == State::introducing || state_ == State::connecting)
    out.push(Count{metrics::arena_failure(Outcome::timed_out)});
  switch (state_) {
    case State::introducing:
    case State::in:
      heartbeat_.stop();
      out.push(Close{1000});
      state_ = State::leaving;
      deadline_ = now + kFarewell;
      return;
    case State::closing:
      state_ = State::leaving;
      return;
    case State::connecting:
      out.push(Abort{Abort::How::reset});
      break;
    case State::leaving:
      return;
    case State::idle:
    case State::backing_off:
    case State::out:
    case State::gone:
      break;
  }
  state_ = State::gone;
}

void ArenaLink::act(Instant now, Outbox& out) {
  if (gone()) return;
  if (now >= deadline_) overdue(now, out);
  beat(now, out);
}

void ArenaLink::overdue(Instant now, Outbox& out) {
  switch (state_) {
    case State::backing_off:
      return connect(deadline_, now, out);
    case State::connecting:
    case State::introducing:
      out.push(Abort{Abort::How::reset});
      return fail(now, Outcome::timed_out, out);
    case State::closing:
    case State::leaving:
      out.push(Abort{Abort::How::reset});
      return closed(now, {}, out);
    case State::idle:
    case State::in:
    case State::out:
    case State::gone:
      return;
  }
}

void ArenaLink::beat(Instant now, Outbox& out) {
  switch (heartbeat_.due(now, manners_.heartbeat)) {
    case Heartbeat::Beat::none:
      return;
    case Heartbeat::Beat::ask:
      out.push(Ping{});
      if (manners_.says_heartbeat) {
        const std::uint32_t from = out.mark();
        wire::append_arena_heartbeat(out.buffer());
        out.push(Send{out.since(from)});
      }
      return;
    case Heartbeat::Beat::dead:
      out.push(Abort{Abort::How::reset});
      return fail(now, Outcome::no_pong, out);
  }
}

Instant ArenaLink::next_deadline() const {
  return gone() ? kNever : std::min(deadline_, heartbeat_.next());
}

// ---- What there is to be reached.

std::span<const std::string_view> ArenaLink::states() {
  static constexpr std::array<std::string_view, 9> kStates{
      "idle", "connecting", "introducing", "in", "closing", "backing_off", "out", "leaving", "gone",
  };
  return kStates;
}

std::span<const StateChart::Step> ArenaLink::steps() {
  using enum State;
  constexpr auto step = [](State from, State to) {
    return StateChart::Step{static_cast<std::uint8_t>(from), static_cast<std::uint8_t>(to)};
  };
  static constexpr std::array kSteps{
      step(idle, connecting),
      step(idle, gone),
      step(connecting, introducing),
      step(connecting, backing_off),
      step(connecting, out),
      step(connecting, gone),
      step(introducing, in),
      step(introducing, closing),
      step(introducing, backing_off),
      step(introducing, out),
      step(introducing, leaving),
      step(in, closing),
      step(in, backing_off),
      step(in, out),
      step(in, leaving),
      step(closing, backing_off),
      step(closing, idle),
      step(closing, out),
      step(closing, leaving),
      step(backing_off, connecting),
      step(backing_off, out),
      step(backing_off, gone),
      step(out, gone),
      step(leaving, gone),
  };
  return kSteps;
}

}  // namespace gauntlet::sim
