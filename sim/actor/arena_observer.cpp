#include "sim/actor/arena_observer.hpp"

#include <chrono>

#include "scenarios/terms/match.hpp"
#include "sim/actor/decoders.hpp"
#include "sim/actor/outcomes.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::Gauge;
using metrics::LedgerEvent;
using wire::ArenaMessage;
using wire::ArenaType;

/// Often enough to notice a dead arena; a screen has nothing else to say.
constexpr Duration kHeartbeat = std::chrono::seconds{30};

ArenaLink::Manners manners_of(const scenarios::Observers& rules) {
  return {.connect_timeout = rules.timeout,
          .introduction_timeout = rules.timeout,
          .heartbeat = kHeartbeat,
          .says_heartbeat = false,
          .reconnect = rules.reconnect};
}

const scenarios::Observers& rules_of(const Crew& crew, ActorId actor) {
  return std::get<scenarios::Observers>(
      crew.scenario.population[crew.plan.actors[actor].population]);
}

}  // namespace

ArenaObserver::ArenaObserver(Crew& crew, ActorId actor)
    : crew_{crew},
      planned_{crew.plan.actors[actor]},
      link_{manners_of(rules_of(crew, actor)), crew.plan.seed, actor} {}

void ArenaObserver::handle(Instant now, const Input& input, Outbox& out) {
  if (done()) return;
  const bool was_in = link_.in();
  dispatch(match{
               [&](const Start&) { link_.open(planned_.start, now, out); },
               [&](const Received& received) {
                 if (link_.hears()) hear(now, received.text, out);
               },
               [&](const Stop&) { link_.stop(); },
               [&](const Leave&) { link_.leave(now, out); },
               [&](const auto& other) {
                 if (!link_.handle(now, other, out)) return;
                 const std::uint32_t from = out.mark();
                 wire::append_arena_observe(out.buffer());
                 out.push(Send{out.since(from), link_.opened()});
               },
           },
           input);
  link_.act(now, out);
  if (was_in && !link_.in()) mark_presence(now, false, out);
}

void ArenaObserver::hear(Instant now, std::string_view text, Outbox& out) {
  const ArenaMessage* message = arena_decoder().decode(text);
  if (message == nullptr) return out.push(Count{Counter::arena_malformed});
  switch (message->type) {
    case ArenaType::registered_telao:
    case ArenaType::state_snapshot:
      return join(now, out);
    case ArenaType::token_update:
      return see_token(now, *message, out);
    case ArenaType::completion:
      return out.push(Count{Counter::arena_completions_seen});
    case ArenaType::error:
      return hear_error(now, *message, out);
    case ArenaType::unknown:
      return out.push(Count{Counter::arena_unknown});
    default:
      return;  // known, and nothing to measure
  }
}

void ArenaObserver::hear_error(Instant now, const ArenaMessage& error, Outbox& out) {
  out.push(Count{Counter::arena_errors});
  const Outcome why = outcome_of_arena_error(error.message, error.code);
  if (link_.introducing() || why == Outcome::session_ended)
    link_.refused(why, ArenaLink::Then::try_again, now, out);
}

void ArenaObserver::see_token(Instant now, const ArenaMessage& update, Outbox& out) {
  const auto round = ordinal(update.round);
  const auto seq = ordinal(update.seq);
  if (!round || !seq) return out.push(Count{Counter::arena_malformed});
  const auto number = crew_.participant_number(update.participant_id);
  if (!number) return;
  LedgerEvent seen;
  seen.what = LedgerEvent::What::arrived;
  seen.kind = metrics::MessageKind::token;
  seen.actor = planned_.id;
  seen.message = {crew_.plan.participants[*number], crew_.round_lane(*round), *seq};
  seen.at = now;
  out.push(Track{Track::Book::arena, seen});
}

void ArenaObserver::join(Instant now, Outbox& out) {
  if (!link_.introducing()) return;
  link_.accepted(now, out);
  mark_presence(now, true, out);
}

void ArenaObserver::mark_presence(Instant now, bool present, Outbox& out) const {
  LedgerEvent event;
  event.what = present ? LedgerEvent::What::entered : LedgerEvent::What::left;
  event.actor = planned_.id;
  event.at = now;
  out.push(Track{Track::Book::arena, event});
  out.push(Shift{Gauge::arena_observers, present ? 1 : -1});
}

std::optional<Instant> ArenaObserver::next_deadline() const {
  return unless_never(link_.next_deadline());
}

const StateChart* ArenaObserver::chart() const {
  static const StateChart kChart{"observer", ArenaLink::states(), ArenaLink::steps()};
  return &kChart;
}

}  // namespace gauntlet::sim
