#include "sim/fault/faulty_client.hpp"

#include <algorithm>
#include <string>

#include "scenarios/terms/match.hpp"
#include "sim/wire/websocket.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;

// Of one client; beyond, the oldest are given up.
constexpr std::size_t kCasesMax = 32;

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
      schedule_{scenario, plan, *victim_of(actor)} {}

FaultyClient::~FaultyClient() = default;

std::optional<Instant> FaultyClient::next_deadline() const {
  auto earliest = client_->next_deadline();
  const auto consider = [&](std::optional<Instant> due) {
    if (due && (!earliest || *due < *earliest)) earliest = due;
  };
  consider(schedule_.next_time());
  for (const scenarios::Blow& blow : lasting_)
    if (blow.until != Instant::max()) consider(blow.until);
  for (const Case& open : cases_)
    if (!open.noticed) consider(open.since + kNoticeTime);
  return earliest;
}

void FaultyClient::handle(Instant now, const Input& input, Outbox& out) {
  before(input, out);
  if (!hear_runner(now, input, out) && !std::holds_alternative<SideEnded>(input))
    tell_client(now, input, out);
  while (!client_->done() && schedule_.next_time() && *schedule_.next_time() <= now)
    strike(now, schedule_.take(), out);
  end_lasting(now, out);
  hear_nothing(now, out);
}

// The client's own doings tell where it stands.
void FaultyClient::tell_client(Instant now, const Input& input, Outbox& out) {
  const std::size_t from = out.effects().size();
  client_->handle(now, input, out);
  bool refused = false;
  for (std::size_t i = from; i < out.effects().size(); ++i) {
    const Effect effect = out.effects()[i];
    after(now, effect);
    if (const auto* send = std::get_if<Send>(&effect)) remember(out.text(send->text));
    const auto* count = std::get_if<Count>(&effect);
    if (count == nullptr) continue;
    if (count->counter == Counter::relay_errors || count->counter == Counter::arena_errors) {
      refused = true;
      notice(Counter::fault_answered, Of::the_client, out);
    }
  }
  if (in_ && !refused && std::holds_alternative<Received>(input)) recover(now, out);
}

void FaultyClient::before(const Input& input, Outbox& out) {
  std::visit(match{
                 [&](const Connected&) {
                   connection_ = Connection::open;
                   persist(out);
                 },
                 [&](const ConnectFailed&) { connection_ = Connection::none; },
                 [&](const Closed&) {
                   connection_ = Connection::none;
                   notice(Counter::fault_closed, Of::the_client, out);
                   for (Case& open : cases_) open.connection_lost = true;
                 },
                 [&](const SideEnded&) { notice(Counter::fault_closed, Of::sides, out); },
                 [](const auto&) {},
             },
             input);
}

void FaultyClient::after(Instant now, const Effect& effect) {
  using scenarios::FaultEvent;
  std::visit(match{
                 [&](const Connect&) { connection_ = Connection::dialing; },
                 [&](const Abort&) { connection_ = Connection::none; },
                 [&](const Generate& e) {
                   generating_ = e.round;
                   last_words_ = {.generating = true};
                 },
                 [&](const CancelGeneration&) { held_.clear(); },
                 [&](const Shift& e) {
                   if (!is_presence(e.gauge)) return;
                   in_ = e.by > 0;
                   if (!in_) return;
                   for (Case& open : cases_) open.connection_lost = false;
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
  if (def(kind).lasting == Lasting::yes) lasting_.push_back(blow);
  if (cases_.size() == kCasesMax) cases_.erase(cases_.begin());
  cases_.push_back({.kind = kind, .since = now, .until = blow.until});
  out.push(Count{of_kind(Counter::fault_injected, kind)});
  carry_out(now, fault.action, out);
}

bool FaultyClient::can_strike(const scenarios::Fault& fault) const {
  if (fault.to.round && generating_ != fault.to.round) return false;
  const FaultDef& kind = def(fault.action.kind);
  if (kind.place == FaultPlace::words) return in_ && can_say(kind.kind, last_words_);
  if (kind.kind == FaultKind::runner_failure) return generating_.has_value();
  return kind.lasting == Lasting::yes || connection_ == Connection::open;
}

void FaultyClient::carry_out(Instant now, const scenarios::FaultAction& action, Outbox& out) {
  const std::uint32_t from = out.mark();
  switch (action.kind) {
    case FaultKind::close_connection:
      return out.push(Close{static_cast<std::uint16_t>(action.code)});
    case FaultKind::half_close:
      return out.push(EndWriting{});
    case FaultKind::reset_connection:
      return break_off(now, Abort::How::reset, out);
    case FaultKind::vanish:
      return break_off(now, Abort::How::vanish, out);
    case FaultKind::cut_frame:
      return cut_frame(now, out);
    case FaultKind::idle_connections:
      return out.push(OpenSides{socket_endpoint(), action.connections});
    case FaultKind::stop_reading:
      return out.push(StopReading{});
    case FaultKind::ignore_pings:
      return out.push(AnswerPings{false});
    case FaultKind::runner_failure:
      held_.clear();
      out.push(CancelGeneration{});
      return tell_client(now, GenerationFailed{Outcome::injected, "a fault of the scenario"}, out);
    case FaultKind::runner_stall:
    case FaultKind::empty_tokens:
      return;  // what comes of the runner meanwhile
    default:
      append_wrong_words(out.buffer(), action.kind, last_words_);
      return out.push(SendBytes{out.since(from)});
  }
}

// The target cannot tell the client that it noticed: the client learns nothing more of this
// connection.
void FaultyClient::break_off(Instant now, Abort::How how, Outbox& out) {
  out.push(Abort{how});
  connection_ = Connection::none;
  for (Case& open : cases_) open.noticed = open.connection_lost = true;
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
  for (const scenarios::Blow& blow : lasting_) {
    const FaultKind kind = scenario_.faults[blow.fault].action.kind;
    if (kind == FaultKind::stop_reading) out.push(StopReading{});
    if (kind == FaultKind::ignore_pings) out.push(AnswerPings{false});
  }
}

void FaultyClient::end_lasting(Instant now, Outbox& out) {
  const auto over = [&](const scenarios::Blow& blow) { return blow.until <= now; };
  std::vector<FaultKind> ended;
  for (const scenarios::Blow& blow : lasting_)
    if (over(blow)) ended.push_back(scenario_.faults[blow.fault].action.kind);
  if (ended.empty()) return;
  std::erase_if(lasting_, over);
  for (const FaultKind kind : ended) {
    if (lasts(kind)) continue;
    if (kind == FaultKind::stop_reading) out.push(StartReading{});
    if (kind == FaultKind::ignore_pings) out.push(AnswerPings{true});
    if (kind == FaultKind::idle_connections) out.push(CloseSides{});
    if (kind == FaultKind::runner_stall) release_held(now, out);
  }
}

bool FaultyClient::lasts(FaultKind kind) const {
  return std::ranges::any_of(lasting_, [&](const scenarios::Blow& blow) {
    return scenario_.faults[blow.fault].action.kind == kind;
  });
}

// ---- Of the runner.

// @return whether the client is not to hear it, or has heard something else instead.
bool FaultyClient::hear_runner(Instant now, const Input& input, Outbox& out) {
  const auto* token = std::get_if<Token>(&input);
  const bool ends = std::holds_alternative<Generated>(input);
  if (token == nullptr && !ends) return false;
  if (lasts(FaultKind::runner_stall)) {
    held_.push_back({token != nullptr ? std::string{token->text} : std::string{}, input});
    return true;
  }
  if (token == nullptr || !lasts(FaultKind::empty_tokens)) return false;
  tell_client(now, Token{{}, token->planned}, out);
  return true;
}

// As planned from now on: the runner was late, not the generator.
void FaultyClient::release_held(Instant now, Outbox& out) {
  while (!held_.empty()) {
    const Held next = std::move(held_.front());
    held_.pop_front();
    if (std::holds_alternative<Token>(next.input))
      tell_client(now, Token{next.text, now}, out);
    else
      tell_client(now, next.input, out);
  }
}

// In our own spelling.
void FaultyClient::remember(std::string_view said) {
  if (actor_.role != scenarios::Role::participant) return;
  if (said.starts_with(R"({"type":"token")")) last_words_.token = said;
  if (said.starts_with(R"({"type":"complete")")) last_words_.completion = said;
}

// ---- What comes of them.

// The last one that nothing was heard about is what it is about, most likely.
void FaultyClient::notice(Counter how, Of connection, Outbox& out) {
  for (auto open = cases_.rbegin(); open != cases_.rend(); ++open) {
    const Of of = open->kind == FaultKind::idle_connections ? Of::sides : Of::the_client;
    if (open->noticed || of != connection) continue;
    open->noticed = true;
    return out.push(Count{of_kind(how, open->kind)});
  }
}

void FaultyClient::hear_nothing(Instant now, Outbox& out) {
  for (Case& open : cases_) {
    if (open.noticed || open.since + kNoticeTime > now) continue;
    open.noticed = true;
    out.push(Count{of_kind(Counter::fault_silent, open.kind)});
  }
}

void FaultyClient::recover(Instant now, Outbox& out) {
  for (Case& open : cases_) {
    if (open.recovered || open.connection_lost || open.until > now) continue;
    open.recovered = true;
    out.push(Count{of_kind(Counter::fault_recovered, open.kind)});
    out.push(Observe{metrics::Series::fault_recovery, now - open.until, open.since});
  }
  std::erase_if(cases_, [](const Case& open) { return open.noticed && open.recovered; });
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
