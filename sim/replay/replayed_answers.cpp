// What comes back to a replayed actor.
#include "scenarios/terms/http_status.hpp"
#include "scenarios/terms/match.hpp"
#include "sim/recording/mask.hpp"
#include "sim/replay/answers.hpp"
#include "sim/replay/replayed_client.hpp"

namespace gauntlet::sim::replay {
namespace {

using metrics::Counter;
using metrics::Series;
using recording::Entry;
using recording::Kind;

bool is_registration(const Entry& question) {
  return !recording::is_arena(question.place) && question.text.words.ends_with("/register");
}

// As the documents have it, and as it was seen.
bool may_be_taken(int status) { return status == 400 || status == 409; }

/// What the recording has in answer to a question of it; nothing when there was none.
std::optional<recording::EntryReader> recorded_answer(const Script& script,
                                                      const Script::Part& part, std::size_t act) {
  for (std::size_t i = act + 1; i < part.acts.size(); ++i) {
    auto reader = script.at(part.acts[i]);
    const auto entry = reader.next();
    if (!entry || entry->kind == Kind::asks) return std::nullopt;
    if (entry->kind == Kind::answered) return script.at(part.acts[i]);
  }
  return std::nullopt;
}

}  // namespace

void ReplayedClient::hear(Instant now, const Input& input, Outbox& out) {
  std::visit(match{
                 [&](const Start&) {
                   out.push(Count{Counter::replay_offered, part_.sends});
                   out.push(Count{Counter::replay_expected, part_.hears});
                   out.push(Count{Counter::replay_cuts_expected, part_.cuts});
                 },
                 [&](const Connected&) { opened(now, out); },
                 [&](const ConnectFailed& failed) {
                   become(Connection::none, out);
                   fail(socket_place_,
                        failed.status >= 400 ? outcome_of_status(failed.status) : failed.why, out);
                   ready_ = now;
                 },
                 [&](const HttpReply& reply) {
                   if (asking()) answered(now, reply, out);
                   ready_ = now;
                 },
                 [&](const HttpFailed& failed) {
                   if (asking()) fail(asked_->place, failed.why, out);
                   asked_.reset();
                   ready_ = now;
                 },
                 [&](const Received&) {
                   out.push(Count{Counter::replay_heard});
                   if (!std::exchange(greeted_, true)) ready_ = now;
                 },
                 [&](const Closed& closed) { lost(closed, out); },
                 [&](const Announced& announced) {
                   stage_.pin = Secret{announced.pin.reveal()};
                   ready_ = now;
                 },
                 [&](const Leave&) {
                   if (!leaving_) leave(out);
                 },
                 [](const auto&) {},
             },
             input);
}

void ReplayedClient::opened(Instant now, Outbox& out) {
  become(Connection::open, out);
  ready_ = now;
  const bool arena = recording::is_arena(socket_place_);
  out.push(Observe{arena ? Series::arena_connect : Series::relay_connect, now - dialed_, dialed_});
  if (!arena) out.push(Count{Counter::relay_connected});
}

void ReplayedClient::lost(const Closed& closed, Outbox& out) {
  become(Connection::none, out);
  if (!closing_) {
    out.push(Count{Counter::replay_cuts});
    fail(socket_place_, closed.how, out);
  }
  closing_ = false;
  done_ |= leaving_;
}

void ReplayedClient::answered(Instant now, const HttpReply& reply, Outbox& out) {
  const Question question = *asked_;
  auto asking = stage_.script.at(part_.acts[question.act]);
  const auto asked = asking.next();
  const bool fine = succeeded(reply.status);
  const bool registration = question.own || (asked && is_registration(*asked));
  if (!fine && registration && !question.own && may_be_taken(reply.status) &&
      !std::exchange(asked_->anew, true)) {
    const Slice path = written_path(asked->text, out);
    out.push(Request{Method::post, endpoint(question.place), path, out.keep("{}")});
    return;
  }
  asked_.reset();
  if (!fine) return fail(question.place, outcome_of_status(reply.status), out);
  if (!question.own)
    if (auto before = recorded_answer(stage_.script, part_, question.act))
      if (const auto entry = before->next())
        stage_.names.learn(recording::with_names(entry->text), reply.body);
  learn(reply, out);
  if (registration) out.push(Count{Counter::relay_registered});
  const bool arena = recording::is_arena(question.place);
  out.push(Observe{arena ? Series::arena_control : Series::relay_register, now - question.intended,
                   question.intended});
}

// Its token is its own; a PIN is everybody's.
void ReplayedClient::learn(const HttpReply& reply, Outbox& out) {
  if (Secret token = secret_in(reply.body, "token"); !token.empty()) token_ = std::move(token);
  Secret pin = secret_in(reply.body, "pin");
  if (pin.empty()) return;
  stage_.pin = std::move(pin);
  out.push(Announce{out.hide(stage_.pin)});
}

}  // namespace gauntlet::sim::replay
