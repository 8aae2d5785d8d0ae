#include "sim/actor/arena_operator.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>

#include "scenarios/terms/match.hpp"
#include "sim/actor/replies.hpp"
#include "sim/actor/round_times.hpp"
#include "sim/wire/json_text.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::LedgerEvent;

constexpr Duration kTimeout = std::chrono::seconds{10};

/// How often it looks whether somebody has missed the session, while it has nothing else to do.
constexpr Duration kLook = std::chrono::milliseconds{500};

/// How a step that failed is tried again.
constexpr scenarios::Reconnect kRetries{.backoff = scenarios::Reconnect::Backoff::exponential,
                                        .first = std::chrono::seconds{1},
                                        .max = std::chrono::seconds{10},
                                        .attempts = 5};

/// Whether the same request may succeed a moment later.
bool passes(Outcome why) {
  switch (why) {
    case Outcome::refused:
    case Outcome::unreachable:
    case Outcome::exhausted:
    case Outcome::timed_out:
    case Outcome::reset:
    case Outcome::closed_early:
    case Outcome::rate_limited:
      return true;
    default:
      return false;
  }
}

/// As the ledger takes it. What does not fit, nobody has sent: nor have they as many as that.
std::uint32_t count_told(std::int64_t tokens) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
  return tokens < 0 || tokens > kMost ? kMost : static_cast<std::uint32_t>(tokens);
}

Slice body_of_round(const scenarios::Round& round, Outbox& out) {
  const std::uint32_t from = out.mark();
  std::string& json = out.buffer();
  json += R"({"prompt":)";
  wire::append_json_string(json, round.prompt);
  json += R"(,"maxTokens":)";
  wire::append_json_number(json, std::int64_t{round.max_tokens});
  json += R"(,"temperature":)";
  wire::append_json_number(json, round.temperature);
  json += R"(,"deadlineMs":)";
  wire::append_json_number(
      json, std::int64_t{std::chrono::ceil<std::chrono::milliseconds>(round.deadline).count()});
  if (round.seed) {
    json += R"(,"seed":)";
    wire::append_json_number(json, *round.seed);
  }
  json += '}';
  return out.since(from);
}

}  // namespace

ArenaOperator::ArenaOperator(Crew& crew, ActorId actor)
    : crew_{crew},
      actor_{actor},
      start_{crew.plan.actors[actor].start},
      request_{kTimeout},
      backoff_{Stream{crew.plan.seed, actor, Purpose::backoff}} {}

void ArenaOperator::handle(Instant now, const Input& input, Outbox& out) {
  if (done()) return;
  if (const auto reply = request_.handle(now, input, out)) follow(now, *reply, out);
  dispatch(match{
               [&](const Start&) {
                 if (step_ == Step::waiting) begin(now, out);
               },
               [&](const Stop&) { stop(now, out); },
               [&](const Leave&) { leave(now, out); },
               [](const auto&) {},
           },
           input);
  act(now, out);
}

void ArenaOperator::begin(Instant now, Outbox& out) {
  const auto pin = given_pin(crew_.scenario);
  if (!pin) return go(Step::session, start_);
  out.push(Announce{out.hide(*pin)});
  go_to_round(0, now);
}

/// Rounds that have not begun are left out. One that runs goes on to its planned end, since those
/// who answer it may finish, too.
void ArenaOperator::stop(Instant now, Outbox& out) {
  stopping_ = true;
  if (step_ == Step::waiting || step_ == Step::session) {
    request_.cancel(out);
    go(Step::finished, kNever);
  } else if (step_ == Step::create || step_ == Step::start) {
    if (!request_.under_way()) go(Step::metrics, now);
  } else if (step_ == Step::metrics && !request_.under_way()) {
    due_ = now;
  }
}

/// What remains is asked for at once, and given up when it takes longer than a goodbye may.
void ArenaOperator::leave(Instant now, Outbox& out) {
  if (leave_by_ != kNever) return;
  stop(now, out);
  leave_by_ = now + kFarewell;
  due_ = std::min(due_, now);
}

void ArenaOperator::act(Instant now, Outbox& out) {
  if (now >= leave_by_ && !done()) {
    request_.cancel(out);
    go(Step::finished, kNever);
  }
  if (done() || request_.under_way()) return;
  if (watches_session() && crew_.session.missed()) renew_session(now, out);
  if (now >= due_) ask(now, out);
  look_ = now + kLook;
}

void ArenaOperator::ask(Instant now, Outbox& out) {
  switch (step_) {
    case Step::session:
      return request_.post("/session", out.keep("{}"), due_, now, out);
    case Step::create:
      return request_.post("/rounds", body_of_round(rounds()[round_], out), due_, now, out);
    case Step::start:
      crew_.rounds.start(round_);
      return command_round("/rounds/start", now, out);
    case Step::stop:
      track({.what = LedgerEvent::What::lane_over}, now, out);
      return command_round("/rounds/stop", now, out);
    case Step::scoreboard:
      asked_ = now;
      return request_.get("/scoreboard?roundId=" + query_value(crew_.rounds.id(round_)), due_, now,
                          out);
    case Step::metrics:
      return request_.get("/metrics", due_, now, out);
    case Step::export_csv:
      return request_.get("/export.csv", due_, now, out);
    case Step::waiting:
    case Step::finished:
      return;
  }
}

void ArenaOperator::command_round(std::string_view path, Instant now, Outbox& out) {
  const std::uint32_t from = out.mark();
  out.buffer().append(R"({"roundId":)").append(crew_.rounds.id(round_)).append("}");
  request_.post(path, out.since(from), due_, now, out);
}

// ---- What follows from a reply.

void ArenaOperator::follow(Instant now, const ControlReply& reply, Outbox& out) {
  if (reply.failure) return fall_back(now, *reply.failure, out);
  if (!read(now, reply.body, out)) {
    out.push(Count{metrics::arena_failure(Outcome::bad_reply)});
    return fall_back(now, Outcome::bad_reply, out);
  }
  advance(now);
}

bool ArenaOperator::read(Instant now, std::string_view body, Outbox& out) {
  switch (step_) {
    case Step::session: {
      const auto pin = read_pin(body);
      if (pin && renewing_) crew_.session.begin(round_);
      made_ = 0;
      unsure_ = false;
      if (pin) out.push(Announce{out.hide(*pin)});
      return pin.has_value();
    }
    case Step::create: {
      const auto id = read_round_id(body);
      if (!id) return false;
      crew_.rounds.publish(round_, *id);
      const auto number = unsure_ ? read_round_number(body) : std::nullopt;
      made_ = number.value_or(made_ + 1);
      crew_.session.count(round_, made_);
      return true;
    }
    case Step::scoreboard:
      return compare_scoreboard(now, body, out);
    case Step::metrics:
      return is_json_object(body);
    case Step::export_csv:
      return is_csv_table(body);
    default:
      return true;  // nothing in it that is needed
  }
}

bool ArenaOperator::compare_scoreboard(Instant now, std::string_view body, Outbox& out) const {
  const bool whole = read_scoreboard(body, [&](std::string_view name, std::int64_t tokens) {
    const auto number = crew_.participant_number(name);
    if (!number) return;
    const bool agree = tokens == std::int64_t{crew_.tally.get(*number, round_)};
    out.push(Count{agree ? Counter::arena_claims_agree : Counter::arena_claims_differ});
    track({.what = LedgerEvent::What::claimed,
           .message = {.sender = crew_.plan.participants[*number], .n = count_told(tokens)},
           .intended = asked_},
          now, out);
  });
  if (whole) track({.what = LedgerEvent::What::claims_read, .intended = asked_}, now, out);
  return whole;
}

void ArenaOperator::track(LedgerEvent event, Instant now, Outbox& out) const {
  if (!has_own_rounds(crew_.scenario)) return;
  event.actor = actor_;
  event.at = now;
  event.message.lane = crew_.own_round_lane(round_);
  out.push(Track{Track::Book::arena, event});
}

void ArenaOperator::advance(Instant now) {
  backoff_.reset();
  switch (step_) {
    case Step::session:
      return go_to_round(round_, now);
    case Step::create:
      if (stopping_) return go(Step::metrics, now);
      return go(Step::start, at(rounds()[round_].at));
    case Step::start:
      crew_.rounds.begin(round_);
      return go(Step::stop, leave_by_ == kNever ? end_of_round(rounds(), round_) : now);
    case Step::stop:
      return go(Step::scoreboard, now);
    case Step::scoreboard:
      return go_to_round(round_ + 1, now);
    case Step::metrics:
      return go(Step::export_csv, now);
    default:
      return go(Step::finished, kNever);
  }
}

/// The step failed: again after a pause, or on without it. Without a session there is no evening.
void ArenaOperator::fall_back(Instant now, Outcome why, Outbox& out) {
  if (why == Outcome::no_session && watches_session()) return renew_session(now, out);
  unsure_ = unsure_ || step_ == Step::create;
  const bool again = step_ == Step::session || passes(why);
  const auto pause = again && !stopping_ ? backoff_.next(kRetries) : std::nullopt;
  if (pause) {
    due_ = now + *pause;
    return;
  }
  backoff_.reset();
  switch (step_) {
    case Step::session:
      return go(Step::finished, kNever);
    case Step::start:  // whether or not it runs, nobody here knows when it ends
      track({.what = LedgerEvent::What::lane_over}, now, out);
      [[fallthrough]];
    case Step::create:
      return go_to_round(round_ + 1, now);
    default:
      return advance(now);
  }
}

/// Whether the session is one that it made and would make again.
bool ArenaOperator::watches_session() const {
  const bool has_one = step_ > Step::session && step_ <= Step::metrics;
  return has_one && !stopping_ && !given_pin(crew_.scenario);
}

/// The rounds that have not begun are made again in it; one that ran is over.
void ArenaOperator::renew_session(Instant now, Outbox& out) {
  if (step_ == Step::stop || step_ == Step::scoreboard) {
    track({.what = LedgerEvent::What::lane_over}, now, out);
    ++round_;
  }
  backoff_.reset();
  renewing_ = true;
  go(Step::session, now);
}

void ArenaOperator::go(Step step, Instant due) {
  step_ = step;
  due_ = due;
}

void ArenaOperator::go_to_round(std::size_t index, Instant now) {
  round_ = index;
  if (stopping_) return go(Step::metrics, now);
  if (index < rounds().size()) return go(Step::create, now);
  go(Step::metrics, kNever);  // when the run stops: until then there may be votes
}

bool ArenaOperator::busy() const {
  if (done() || step_ == Step::waiting) return false;
  const bool round_runs = step_ == Step::stop || step_ == Step::scoreboard;
  return stopping_ || round_runs || request_.under_way();
}

std::optional<Instant> ArenaOperator::next_deadline() const {
  if (done()) return std::nullopt;
  Instant next = request_.under_way() ? request_.next_deadline() : due_;
  if (!request_.under_way() && watches_session()) next = std::min(next, look_);
  return unless_never(std::min(next, leave_by_));
}

const StateChart* ArenaOperator::chart() const {
  using enum Step;
  constexpr auto step = [](Step from, Step to) {
    return StateChart::Step{static_cast<std::uint8_t>(from), static_cast<std::uint8_t>(to)};
  };
  static constexpr std::array<std::string_view, 9> kStates{
      "waiting",    "session", "create",     "start",    "stop",
      "scoreboard", "metrics", "export_csv", "finished",
  };
  static constexpr std::array kSteps{
      step(waiting, session),    step(waiting, create),      step(waiting, finished),
      step(session, create),     step(session, metrics),     step(session, finished),
      step(create, start),       step(create, create),       step(create, metrics),
      step(create, session),     step(start, stop),          step(start, create),
      step(start, metrics),      step(start, session),       step(stop, scoreboard),
      step(stop, session),       step(scoreboard, create),   step(scoreboard, metrics),
      step(scoreboard, session), step(metrics, export_csv),  step(metrics, session),
      step(metrics, finished),   step(export_csv, finished), step(create, finished),
      step(start, finished),     step(stop, finished),       step(scoreboard, finished),
  };
  static constexpr StateChart kChart{"operator", kStates, kSteps};
  return &kChart;
}

}  // namespace gauntlet::sim
