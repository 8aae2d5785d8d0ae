#include "sim/fault/faulty_client.hpp"

#include <algorithm>
#include <string>

#include "scenarios/terms/earliest.hpp"
#include "scenarios/terms/match.hpp"
#include "sim/wire/websocket.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using Of = Aftermath::Of;

bool is_presence(metrics::Gauge gauge) {
  return gauge == metrics::Gauge::relay_agents || gauge == metrics::Gauge::arena_participants ||
         gauge == metrics::Gauge::arena_observers;
}

}  // namespace

FaultyClient::FaultyClient(std::unique_ptr<Machine> client, const scenarios::Scenario& scenario,
                           const scenarios::Plan& plan, const scenarios::PlannedActor& actor)
    : client_{std::move(client)},
      scenario_{scenario},
      plan_{plan},
      actor_{actor},
      schedule_{scenario, plan, *victim_of(actor)},
      lasting_{scenario.faults},
      sides_{socket_endpoint()} {}

FaultyClient::~FaultyClient() = default;

std::optional<Instant> FaultyClient::next_deadline() const {
  return earliest(client_->next_deadline(), schedule_.next_time(), runner_.next_deadline(),
                  slow_.next_deadline(), storms_.next_deadline(), lasting_.next_deadline(),
                  aftermath_.next_deadline());
}

void FaultyClient::handle(Instant now, const Input& input, Outbox& out) {
  if (!since_) since_ = now;
  before(now, input, out);
  const bool of_sides =
      std::holds_alternative<SideHeard>(input) || std::holds_alternative<SideEnded>(input);
  if (!runner_.take(now, input) && !of_sides) tell_client(now, input, out);
  hear_runner(now, out);
  while (!client_->done() && schedule_.next_time() && *schedule_.next_time() <= now)
    strike(now, schedule_.take(), out);
  end_lasting(now, out);
  hear_runner(now, out);
  if (slow_.rested(now)) read_on(out);
  storm(now, out);
  aftermath_.run_due(now, out);
  if (!lasting_.has(FaultPlace::beside) && !aftermath_.awaits_sides()) sides_.close(out);
}

// The client's own doings tell where it stands.
void FaultyClient::tell_client(Instant now, const Input& input, Outbox& out) {
  const bool was_in = in_;
  const std::size_t from = out.effects().size();
  client_->handle(now, input, out);
  bool refused = false;
  for (std::size_t i = from; i < out.effects().size(); ++i) {
    const Effect effect = out.effects()[i];
    after(now, effect);
    sides_.watch(effect, out);
    if (const auto* send = std::get_if<Send>(&effect)) hear_client(now, out.text(send->text), out);
    const auto* count = std::get_if<Count>(&effect);
    if (count == nullptr) continue;
    if (count->counter == Counter::relay_errors || count->counter == Counter::arena_errors) {
      refused = true;
      aftermath_.noticed(Counter::fault_answered, Of::the_client, out);
    }
  }
  // A new connection has the troubles of the one before it.
  if (in_ && !was_in) lasting_.for_each([&](FaultKind kind) { excuse(now, kind, out); });
  if (in_ && !refused && std::holds_alternative<Received>(input)) aftermath_.is_well(now, out);
}

void FaultyClient::before(Instant now, const Input& input, Outbox& out) {
  std::visit(
      match{
          [&](const Connected&) {
            connection_ = Connection::open;
            slow_.end();
            persist(out);
          },
          [&](const Received& received) {
            if (const auto* action = lasting_.find(FaultKind::slow_reading))
              slow_.heard(now, received.text.size(), action->per_second, out);
          },
          [&](const ConnectFailed&) { connection_ = Connection::none; },
          [&](const Closed& closed) {
            connection_ = Connection::none;
            if (closed.how == Outcome::injected) return lose_connection();
            aftermath_.noticed(Counter::fault_closed, Of::the_client, out);
            aftermath_.lost_connection();
          },
          [&](const SideHeard& heard) {
            if (is_refusal(heard.text)) aftermath_.noticed(Counter::fault_answered, Of::sides, out);
          },
          [&](const SideEnded&) { aftermath_.noticed(Counter::fault_closed, Of::sides, out); },
          [](const auto&) {},
      },
      input);
}

void FaultyClient::after(Instant now, const Effect& effect) {
  using scenarios::FaultEvent;
  std::visit(match{
                 [&](const Connect&) { connection_ = Connection::dialing; },
                 [&](const Abort&) { connection_ = Connection::none; },
                 [&](const Generate& e) { begin_generation(e.round); },
                 [&](const CancelGeneration&) { runner_.forget(); },
                 [&](const Shift& e) {
                   if (!is_presence(e.gauge)) return;
                   in_ = e.by > 0;
                   if (!in_) return;
                   aftermath_.got_in();
                   if (const auto* storm = lasting_.find(FaultKind::reconnect_storm))
                     storms_.stay(now, storm->pause);
                   schedule_.happened(FaultEvent::joined, now);
                 },
                 [&](const Observe& e) {
                   if (e.series == metrics::Series::arena_first_token_service)
                     schedule_.happened(FaultEvent::first_token, now);
                 },
                 [&](const Count& e) {
                   switch (e.counter) {
                     case Counter::relay_registered:
                       return schedule_.happened(FaultEvent::registered, now);
                     case Counter::arena_rounds_challenged:
                       return schedule_.happened(FaultEvent::challenged, now);
                     case Counter::arena_rounds_completed:
                       schedule_.happened(FaultEvent::completed, now);
                       return end_generation();
                     case Counter::arena_rounds_failed:
                     case Counter::arena_rounds_expired:
                     case Counter::arena_rounds_cut:
                       return end_generation();
                     default:
                       return;
                   }
                 },
                 [](const auto&) {},
             },
             effect);
}

// ---- Faults.

void FaultyClient::strike(Instant now, const scenarios::Blow& blow, Outbox& out) {
  const scenarios::Fault& fault = scenario_.faults[blow.fault];
  if (!can_strike(fault)) return;
  const FaultKind kind = fault.action.kind;
  if (def(kind).lasting == Lasting::yes) {
    if (blow.until <= since_) return;  // it was over before the client came
    lasting_.begin(blow);
    treat_runner();
  }
  aftermath_.begin(kind, now, blow.until, out);
  excuse(now, kind, out);
  if (def(kind).place == FaultPlace::network)
    out.push(Impair{blow.fault, blow.until});
  else
    carry_out(now, fault.action, out);
}

bool FaultyClient::can_strike(const scenarios::Fault& fault) const {
  if (fault.to.round && generating_ != fault.to.round) return false;
  const FaultDef& kind = def(fault.action.kind);
  if (kind.place == FaultPlace::words) return in_ && can_say(kind.kind, last_words_);
  if (kind.kind == FaultKind::second_connection && !in_) return false;
  if (kind.place == FaultPlace::beside) return sides_.can_open(kind.kind, last_words_);
  if (kind.kind == FaultKind::runner_failure) return generating_.has_value();
  return kind.lasting == Lasting::yes || connection_ == Connection::open;
}

void FaultyClient::carry_out(Instant now, const scenarios::FaultAction& action, Outbox& out) {
  if (action.kind == FaultKind::connect_storm) storms_.begin_wave(now, action.gap);
  if (def(action.kind).place == FaultPlace::beside) return sides_.open(action, last_words_, out);
  const std::uint32_t from = out.mark();
  switch (action.kind) {
    case FaultKind::close_connection:
      return out.push(Close{static_cast<std::uint16_t>(action.code)});
    case FaultKind::half_close:
      return out.push(EndWriting{});
    case FaultKind::reset_connection:
      return break_off(now, Abort::How::reset, out);
    case FaultKind::reconnect_storm:
      if (in_) storms_.stay(now, action.pause);
      return;
    case FaultKind::vanish:
      return break_off(now, Abort::How::vanish, out);
    case FaultKind::cut_frame:
      return cut_frame(now, out);
    case FaultKind::stop_reading:
      return out.push(StopReading{});
    case FaultKind::ignore_pings:
      return out.push(AnswerPings{false});
    case FaultKind::runner_failure:
      runner_.forget();
      out.push(CancelGeneration{});
      return tell_client(now, GenerationFailed{Outcome::injected, "a fault of the scenario"}, out);
    case FaultKind::slow_reading:  // from what it hears next
    case FaultKind::runner_stall:
    case FaultKind::runner_crawl:
    case FaultKind::empty_tokens:
    case FaultKind::endless_tokens:
      return;  // what comes of the runner meanwhile
    case FaultKind::complete_empty:
      claimed_nothing_ = true;
      [[fallthrough]];
    default:
      append_wrong_words(out.buffer(), action.kind, last_words_);
      return out.push(SendBytes{out.since(from)});
  }
}

// What comes again and again while its fault lasts.
void FaultyClient::storm(Instant now, Outbox& out) {
  if (storms_.leaves(now) && in_ && lasting_.has(FaultKind::reconnect_storm))
    break_off(now, Abort::How::reset, out);
  const scenarios::FaultAction* waves = lasting_.find(FaultKind::connect_storm);
  if (waves == nullptr) return storms_.end_waves();
  if (!storms_.has_wave(now)) return;
  sides_.close(out);
  carry_out(now, *waves, out);
}

// The target cannot tell the client that it noticed: the client learns nothing more of this
// connection.
void FaultyClient::lose_connection() {
  connection_ = Connection::none;
  aftermath_.broke_off();
}

void FaultyClient::break_off(Instant now, Abort::How how, Outbox& out) {
  out.push(Abort{how});
  lose_connection();
  tell_client(now, Closed{1006, {}, Outcome::injected}, out);
}

void FaultyClient::cut_frame(Instant now, Outbox& out) {
  constexpr std::size_t kPayloadBytes = 64;
  std::string frame;
  wire::append_frame(frame, wire::Role::client, wire::Opcode::text,
                     std::string(kPayloadBytes, ' '));
  out.push(SendBytes{out.keep(std::string_view{frame}.substr(0, frame.size() / 2))});
  break_off(now, Abort::How::hang_up, out);
}

// A new connection has the troubles of the one before it.
void FaultyClient::persist(Outbox& out) {
  lasting_.for_each([&](FaultKind kind) {
    if (kind == FaultKind::stop_reading) out.push(StopReading{});
    if (kind == FaultKind::ignore_pings) out.push(AnswerPings{false});
  });
}

void FaultyClient::end_lasting(Instant now, Outbox& out) {
  const std::vector<FaultKind> ended = lasting_.take_over(now);
  if (ended.empty()) return;
  treat_runner();
  for (const FaultKind kind : ended) {
    if (lasting_.has(kind)) continue;
    if (kind == FaultKind::slow_reading) slow_.end();
    if (kind == FaultKind::stop_reading || kind == FaultKind::slow_reading) read_on(out);
    if (kind == FaultKind::ignore_pings) out.push(AnswerPings{true});
  }
}

void FaultyClient::read_on(Outbox& out) const {
  if (!lasting_.has(FaultKind::stop_reading)) out.push(StartReading{});
}

void FaultyClient::excuse(Instant now, FaultKind kind, Outbox& out) const {
  const auto what = excuse_for(kind);
  if (!what) return;
  metrics::LedgerEvent event;
  event.what = *what;
  event.actor = actor_.id;
  event.at = now;
  const bool agent = actor_.role == scenarios::Role::agent;
  out.push(Track{agent ? Track::Book::relay : Track::Book::arena, event});
}

// ---- Of the runner.

void FaultyClient::hear_runner(Instant now, Outbox& out) {
  while (!client_->done()) {
    const auto input = runner_.next(now);
    if (!input) return;
    tell_client(now, *input, out);
  }
}

void FaultyClient::treat_runner() {
  const auto gap_of = [&](FaultKind kind) {
    const scenarios::FaultAction* action = lasting_.find(kind);
    return action != nullptr ? std::optional{action->gap} : std::nullopt;
  };
  runner_.treat({.stalled = lasting_.has(FaultKind::runner_stall),
                 .emptied = lasting_.has(FaultKind::empty_tokens),
                 .crawl = gap_of(FaultKind::runner_crawl),
                 .endless = gap_of(FaultKind::endless_tokens)});
}

void FaultyClient::begin_generation(std::uint32_t round) {
  generating_ = round;
  claimed_nothing_ = false;
  last_words_.begin(round);
  runner_.forget();
}

void FaultyClient::end_generation() {
  generating_.reset();
  last_words_.generating = false;
}

// What it claimed of a generation is of no stream of tokens until that begins.
void FaultyClient::hear_client(Instant now, std::string_view said, Outbox& out) {
  if (actor_.role != scenarios::Role::participant) return;
  last_words_.hear(said);
  if (!last_words_.name.empty() && last_words_.another.empty())
    last_words_.another = another_of(last_words_.name, actor_.number,
                                     static_cast<std::uint32_t>(plan_.participants.size()));
  if (claimed_nothing_ && !last_words_.token.empty()) {
    claimed_nothing_ = false;
    excuse(now, FaultKind::complete_empty, out);
  }
}

Endpoint FaultyClient::socket_endpoint() const {
  return actor_.role == scenarios::Role::agent ? relay_socket(plan_.relay_of(actor_.id))
                                               : Endpoint::arena_socket;
}

std::unique_ptr<Machine> with_faults(std::unique_ptr<Machine> client,
                                     const scenarios::Scenario& scenario,
                                     const scenarios::Plan& plan,
                                     const scenarios::PlannedActor& actor) {
  const auto victim = victim_of(actor);
  if (scenario.faults.empty() || !victim) return client;
  if (scenarios::FaultSchedule{scenario, plan, *victim}.empty()) return client;
  return std::make_unique<FaultyClient>(std::move(client), scenario, plan, actor);
}

}  // namespace gauntlet::sim
