#include "sim/recording/recorded_client.hpp"

#include <utility>

#include "scenarios/terms/match.hpp"
#include "sim/recording/role_name.hpp"

namespace gauntlet::sim::recording {
namespace {

std::uint64_t number(int status) { return static_cast<std::uint64_t>(status); }

}  // namespace

RecordedClient::RecordedClient(std::unique_ptr<Machine> client,
                               const scenarios::PlannedActor& actor, Tape& tape)
    : client_{std::move(client)}, actor_{actor}, tape_{tape} {}

void RecordedClient::handle(Instant now, const Input& input, Outbox& out) {
  note(now, input);
  const std::size_t from = out.effects().size();
  client_->handle(now, input, out);
  for (std::size_t i = from; i < out.effects().size(); ++i) note(now, out.effects()[i], out);
  if (client_->done()) add({.kind = Kind::is_done, .actor = actor_.id, .at = now});
  if (lost_count_ > 0)
    out.push(Count{metrics::Counter::recording_lost, std::exchange(lost_count_, 0)});
}

void RecordedClient::add(Entry entry) {
  if (!tape_.add(entry)) ++lost_count_;
}

void RecordedClient::note(Instant now, const Input& input) {
  const auto entry = [&](Kind kind) { return Entry{.kind = kind, .actor = actor_.id, .at = now}; };
  std::visit(match{
                 [&](const Start&) {
                   Entry e = entry(Kind::starts);
                   e.number = actor_.number;
                   e.text.words = name(actor_.role);
                   add(e);
                 },
                 [&](const Connected&) { add(entry(Kind::connected)); },
                 [&](const ConnectFailed& failed) {
                   Entry e = entry(Kind::connect_failed);
                   e.number = number(failed.status);
                   e.text.words = gauntlet::name(failed.why);
                   add(e);
                 },
                 [&](const HttpReply& reply) {
                   mask_.learn(reply.body);
                   Entry e = entry(Kind::answered);
                   e.number = number(reply.status);
                   e.text = masked(reply.body);
                   add(e);
                 },
                 [&](const HttpFailed& failed) {
                   Entry e = entry(Kind::ask_failed);
                   e.text.words = gauntlet::name(failed.why);
                   add(e);
                 },
                 [&](const Received& received) {
                   Entry e = entry(Kind::hears);
                   e.text = masked(received.text);
                   add(e);
                 },
                 [&](const Ponged&) { add(entry(Kind::hears_pong)); },
                 [&](const Closed& closed) {
                   Entry e = entry(Kind::closed);
                   e.number = closed.code;
                   e.text.words = gauntlet::name(closed.how);
                   e.body = masked_body(closed.reason);
                   add(e);
                 },
                 [&](const SideEnded& ended) {
                   Entry e = entry(Kind::side_ended);
                   e.text.words = gauntlet::name(ended.how);
                   add(e);
                 },
                 [&](const Announced& announced) { mask_.hide(Hidden::pin, announced.pin); },
                 [](const auto&) {},  // of its runner, of the run, of time
             },
             input);
}

void RecordedClient::note(Instant now, const Effect& effect, const Outbox& out) {
  const auto entry = [&](Kind kind) { return Entry{.kind = kind, .actor = actor_.id, .at = now}; };
  const auto numbered = [&](Kind kind, std::uint64_t n) {
    Entry e = entry(kind);
    e.number = n;
    return e;
  };
  std::visit(match{
                 [&](const Connect& e) {
                   in_arena_ = is_arena(place_of(e.to));
                   mask_.hide(Hidden::token, out.reveal(e.bearer));
                   Entry dial = numbered(Kind::connects, e.bearer.empty() ? 0 : 1);
                   dial.place = place_of(e.to);
                   dial.text = masked(out.text(e.path));
                   add(dial);
                 },
                 [&](const Request& e) {
                   mask_.hide(Hidden::token, out.reveal(e.bearer));
                   mask_.learn(out.text(e.body));
                   Entry ask = numbered(Kind::asks, e.method == Method::post ? 1 : 0);
                   ask.place = place_of(e.to);
                   ask.text = masked(out.text(e.path));
                   ask.body = masked_body(out.text(e.body));
                   add(ask);
                 },
                 [&](const CancelRequest&) { add(entry(Kind::gives_up_asking)); },
                 [&](const Send& e) {
                   if (in_arena_) mask_.learn(out.text(e.text));  // a registration has the PIN
                   Entry say = entry(Kind::says);
                   say.text = masked(out.text(e.text));
                   add(say);
                 },
                 [&](const SendBytes& e) {
                   Entry say = entry(Kind::says_bytes);
                   say.text = masked(out.text(e.bytes));
                   add(say);
                 },
                 [&](const Ping&) { add(entry(Kind::pings)); },
                 [&](const Close& e) { add(numbered(Kind::closes, e.code)); },
                 [&](const Abort& e) {
                   add(numbered(Kind::breaks_off, static_cast<std::uint64_t>(e.how)));
                 },
                 [&](const EndWriting&) { add(entry(Kind::ends_writing)); },
                 [&](const StopReading&) { add(entry(Kind::stops_reading)); },
                 [&](const StartReading&) { add(entry(Kind::reads_on)); },
                 [&](const AnswerPings& e) { add(numbered(Kind::answers_pings, e.on ? 1 : 0)); },
                 [&](const OpenSides& e) {
                   Entry open = numbered(Kind::opens_sides, e.count);
                   open.place = place_of(e.to);
                   add(open);
                 },
                 [&](const CloseSides&) { add(entry(Kind::closes_sides)); },
                 [&](const Announce& e) {
                   mask_.hide(Hidden::pin, out.reveal(e.pin));
                   add(entry(Kind::announces));
                 },
                 [](const auto&) {},  // of its runner, and what it measures
             },
             effect);
}

}  // namespace gauntlet::sim::recording
