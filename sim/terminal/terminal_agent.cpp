// Getting in, staying in and leaving. What it does there is terminal_errands.cpp.
#include "sim/terminal/terminal_agent.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "metrics/report/explain.hpp"
#include "metrics/summary/words.hpp"
#include "scenarios/terms/match.hpp"
#include "sim/actor/outcomes.hpp"
#include "sim/actor/replies.hpp"
#include "sim/wire/json_text.hpp"

namespace gauntlet::sim {
namespace {

/// Trying again would not change it.
bool is_final(Outcome why, bool own_token) {
  return why == Outcome::id_taken || why == Outcome::rejected ||
         (why == Outcome::unauthorized && own_token);
}

}  // namespace

TerminalAgent::TerminalAgent(Orders orders, AgentVoice voice)
    : orders_{std::move(orders)},
      voice_{std::move(voice)},
      id_{orders_.id},
      token_{orders_.token},
      backoff_{Stream{0, 0, Purpose::backoff}},
      restraint_{Stream{0, 0, Purpose::backoff, 2}} {}

void TerminalAgent::handle(Instant now, const Input& input, Outbox& out) {
  if (done()) return;
  std::visit(match{
                 [&](const Start&) { begin(now, out); },
                 [&](const HttpReply& reply) {
                   if (state_ == State::registering) enlisted(now, reply, out);
                 },
                 [&](const HttpFailed& failed) {
                   if (state_ == State::registering) fail(now, failed.why);
                 },
                 [&](const Connected&) {
                   if (state_ == State::connecting) opened(now, out);
                 },
                 [&](const ConnectFailed& failed) {
                   if (state_ == State::connecting) fail(now, outcome_of(failed));
                 },
                 [&](const Received& received) {
                   if (speaking()) hear(now, received.text, out);
                 },
                 [&](const Ponged&) { ponged(now, out); },
                 [&](const Closed& closed) { ended(now, closed); },
                 [&](const Token& token) {
                   if (types())
                     typed(now, token.text, out);
                   else
                     answer_ += token.text;
                 },
                 [&](const Generated&) {
                   if (types()) {
                     typed_all_ = true;
                     say_what_waits(now, out);
                   } else {
                     answer(now, out);
                   }
                 },
                 [&](const GenerationFailed& failure) { drop_question(failure.words, out); },
                 [&](const Leave&) { leave(now, out); },
                 [](const auto&) {},
             },
             input);
  if (!done()) act(now, out);
}

// ---- Getting in.

void TerminalAgent::begin(Instant now, Outbox& out) {
  if (token_.empty())
    enlist(now, out);
  else
    connect(now, out);
}

void TerminalAgent::enlist(Instant now, Outbox& out) {
  state_ = State::registering;
  deadline_ = now + orders_.timeout;
  const Slice path = out.keep("/register");
  const std::uint32_t from = out.mark();
  if (id_.empty()) {
    out.buffer() += "{}";
  } else {
    out.buffer() += R"({"agent_id":)";
    wire::append_json_string(out.buffer(), id_);
    out.buffer() += '}';
  }
  out.push(Request{
      .method = Method::post, .to = Endpoint::relay_http, .path = path, .body = out.since(from)});
}

void TerminalAgent::enlisted(Instant now, const HttpReply& reply, Outbox& out) {
  if (!succeeded(reply.status)) {
    voice_.remark(fmt::format("the registration was refused ({}): {}", reply.status,
                              complaint_of(reply.body)));
    if (reply.status == 404)
      voice_.remark("perhaps agents register at another address or port: --register-url");
    return retreat(now, outcome_of_refusal(reply));
  }
  const auto registration = read_registration(reply.body);
  if (!registration) return fail(now, Outcome::bad_reply);
  if (!registration->agent_id.empty()) id_ = registration->agent_id;
  token_ = registration->token;
  if (!std::holds_alternative<Register>(orders_.errand)) return connect(now, out);
  voice_.registered(id_, token_);
  state_ = State::done;
}

void TerminalAgent::connect(Instant now, Outbox& out) {
  state_ = State::connecting;
  deadline_ = now + orders_.timeout;
  out.push(Connect{.to = Endpoint::relay_socket, .bearer = out.hide(token_)});
}

void TerminalAgent::opened(Instant now, Outbox& out) {
  state_ = State::entering;
  deadline_ = now + orders_.timeout;
  pings_open_ = 0;
  ping(out);
}

void TerminalAgent::enter(Instant now, Outbox& out) {
  state_ = State::in;
  deadline_ = kNever;
  backoff_.reset();
  heartbeat_.start(now, orders_.heartbeat, 1);
  voice_.remark(id_.empty() ? fmt::format("connected to {}", orders_.relay)
                            : fmt::format("connected to {} as {}", orders_.relay, id_));
  pursue(now, out);
}

// ---- Losing the connection, and the end.

void TerminalAgent::fail(Instant now, Outcome why) {
  voice_.remark(fmt::format("{}: {}", name(why), metrics::explain(why)));
  retreat(now, why);
}

void TerminalAgent::retreat(Instant now, Outcome why) {
  if (has_told()) voice_.remark("whether the message was taken is not known");
  heartbeat_.stop();
  const bool own_token = !orders_.token.empty();
  if (why == Outcome::unauthorized && !own_token) token_.clear();  // the relay was restarted
  const auto pause =
      has_told() || is_final(why, own_token) ? std::nullopt : backoff_.next(orders_.reconnect);
  if (!pause) {
    state_ = State::done;
    ending_ = Ending::turned_away;
    return;
  }
  state_ = State::backing_off;
  deadline_ = now + *pause;
  voice_.remark(fmt::format("trying again in {}", metrics::in_words(*pause)));
}

void TerminalAgent::ended(Instant now, const Closed& closed) {
  if (state_ == State::leaving) {
    state_ = State::done;
  } else if (speaking()) {
    if (!closed.reason.empty())
      voice_.remark(
          fmt::format("the relay closed the connection: {} ({})", closed.reason, closed.code));
    fail(now, outcome_of(closed));
  }
}

void TerminalAgent::conclude(Ending ending, Instant now, Outbox& out) {
  ending_ = ending;
  leave(now, out);
}

void TerminalAgent::leave(Instant now, Outbox& out) {
  if (state_ == State::leaving) return;
  heartbeat_.stop();
  answer_due_ = kNever;
  if (!questions_.empty()) out.push(CancelGeneration{});
  questions_.clear();
  if (!unsaid_.empty())
    voice_.remark(fmt::format("not said any more: the last {} of the messages", unsaid_.size()));
  unsaid_.clear();
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

void TerminalAgent::act(Instant now, Outbox& out) {
  if (now >= answer_due_) {
    const Duration timeout = std::get<Ask>(orders_.errand).timeout;
    voice_.remark(fmt::format("no answer within {}", metrics::in_words(timeout)));
    conclude(Ending::no_answer, now, out);
  }
  if (!done() && now >= deadline_) overdue(now, out);
  if (!done()) beat(now, out);
  if (!unsaid_.empty() && now >= free()) say_what_waits(now, out);
}

void TerminalAgent::overdue(Instant now, Outbox& out) {
  switch (state_) {
    case State::backing_off:
      return begin(now, out);
    case State::registering:
      out.push(CancelRequest{});
      return fail(now, Outcome::timed_out);
    case State::connecting:
    case State::entering:
    case State::in:  // the message is sent, and nothing shows that it was read
      out.push(Abort{Abort::How::reset});
      return fail(now, Outcome::timed_out);
    case State::leaving:
      out.push(Abort{Abort::How::reset});
      state_ = State::done;
      return;
    case State::idle:
    case State::done:
      return;
  }
}

void TerminalAgent::beat(Instant now, Outbox& out) {
  switch (heartbeat_.due(now, orders_.heartbeat)) {
    case Heartbeat::Beat::none:
      return;
    case Heartbeat::Beat::ask:
      return ping(out);
    case Heartbeat::Beat::dead:
      out.push(Abort{Abort::How::reset});
      return fail(now, Outcome::no_pong);
  }
}

std::optional<Instant> TerminalAgent::next_deadline() const {
  if (done()) return std::nullopt;
  const Instant free_to_speak = state_ == State::in && !unsaid_.empty() ? free() : kNever;
  return unless_never(std::min({deadline_, answer_due_, heartbeat_.next(), free_to_speak}));
}

}  // namespace gauntlet::sim
