#include "sim/actor/arena_participant.hpp"

#include <algorithm>
#include <chrono>

#include "scenarios/terms/match.hpp"
#include "sim/actor/decoders.hpp"
#include "sim/actor/outcomes.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::Gauge;
using metrics::LedgerEvent;
using metrics::Series;
using wire::ArenaMessage;
using wire::ArenaType;

/// A challenge is another program's text: its numbers are kept within what can be worked with.
constexpr std::int64_t kMaxTokensMax = 1'000'000;
constexpr std::int64_t kDeadlineMsMax = std::int64_t{24} * 3600 * 1000;

ArenaLink::Manners manners_of(const scenarios::Participants& rules, const scenarios::Plan& plan) {
  const auto crowd = static_cast<std::int64_t>(plan.participants.size());
  return {.connect_timeout = rules.timeout,
          .introduction_timeout = rules.timeout + rules.timeout_per_client * crowd,
          .heartbeat = rules.heartbeat,
          .says_heartbeat = true,
          .reconnect = rules.reconnect};
}

std::uint32_t max_tokens_of(const ArenaMessage& challenge, std::uint32_t fallback) {
  const auto asked = challenge.max_tokens.value_or(fallback);
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(asked, 0, kMaxTokensMax));
}

Instant deadline_of(const ArenaMessage& challenge, Instant arrived) {
  if (!challenge.deadline_ms || *challenge.deadline_ms <= 0) return kNever;
  return arrived + std::chrono::milliseconds{std::min(*challenge.deadline_ms, kDeadlineMsMax)};
}

}  // namespace

ArenaParticipant::ArenaParticipant(Crew& crew, ActorId actor)
    : crew_{crew},
      planned_{crew.plan.actors[actor]},
      rules_{std::get<scenarios::Participants>(crew.scenario.population[planned_.population])},
      name_{crew.participant_name(planned_.number)},
      pin_{given_pin(crew.scenario).value_or("")},
      link_{manners_of(rules_, crew.plan), crew.plan.seed, actor},
      attendance_{crew.rounds} {}

void ArenaParticipant::handle(Instant now, const Input& input, Outbox& out) {
  if (done()) return;
  const bool was_in = link_.in();
  dispatch(match{
               [&](const Start&) { start(now, out); },
               [&](const Announced& announced) { learn_pin(announced.pin); },
               [&](const Received& received) {
                 if (link_.hears()) hear(now, received.text, out);
               },
               [&](const Token& token) { take_token(now, token, out); },
               [&](const GenerationBegan& began) {
                 if (generation_) generation_->began(began.waited, out);
               },
               [&](const Generated& generated) {
                 if (generation_) generation_->generated(now, generated, link_.in(), out);
               },
               [&](const GenerationFailed& failed) {
                 if (generation_) generation_->failed(now, failed, link_.in(), out);
               },
               [&](const Stop&) { link_.stop(); },
               [&](const Leave&) { leave(now, out); },
               [&](const auto& other) {
                 if (link_.handle(now, other, out)) introduce(out);
               },
           },
           input);
  link_.act(now, out);
  settle(now, was_in, out);
}

void ArenaParticipant::start(Instant now, Outbox& out) {
  if (started_) return;
  started_ = true;
  if (scenarios::has_operator(crew_.scenario) && !crew_.scenario.rounds.empty())
    out.push(Count{Counter::arena_rounds_offered, crew_.scenario.rounds.size()});
  if (!pin_.empty()) link_.open(planned_.start, now, out);
}

void ArenaParticipant::learn_pin(SecretView pin) {
  if (pin.reveal() == pin_.reveal()) return;
  pin_ = Secret{pin.reveal()};
  pin_refused_ = false;
}

void ArenaParticipant::introduce(Outbox& out) {
  pin_said_ = pin_;
  session_number_ = crew_.session.current().number;
  const std::string nickname = crew_.participant_nickname(planned_.number);
  const std::uint32_t from = out.mark();
  wire::append_arena_register(out.buffer(), {.participant_id = name_,
                                             .nickname = nickname,
                                             .pin = pin_.reveal(),
                                             .runner = name(rules_.runner),
                                             .model = model_of(rules_)});
  out.push(Send{out.since(from), link_.opened()});
}

void ArenaParticipant::join(Instant now, Outbox& out) {
  if (!link_.introducing()) return;
  link_.accepted(now, out);
  out.push(Observe{Series::arena_register, now - link_.opened(), link_.opened()});
  out.push(Count{Counter::arena_joined});
  out.push(Shift{Gauge::arena_participants, 1});
  attendance_.entered();
  if (generation_) generation_->resume(now, out);
}

void ArenaParticipant::leave(Instant now, Outbox& out) {
  if (generation_) generation_->abandon(out);
  link_.leave(now, out);
  attendance_.end();
  account_for_missed(out);
}

void ArenaParticipant::track(LedgerEvent::What what, Instant now, Outbox& out) const {
  LedgerEvent event;
  event.what = what;
  event.actor = planned_.id;
  event.at = now;
  out.push(Track{Track::Book::arena, event});
}

void ArenaParticipant::account_for_missed(Outbox& out) {
  if (const std::size_t missed = attendance_.take_missed(); missed > 0)
    out.push(Count{Counter::arena_rounds_missed, missed});
}

// ---- What the arena says.

void ArenaParticipant::hear(Instant now, std::string_view text, Outbox& out) {
  const ArenaMessage* message = arena_decoder().decode(text);
  if (message == nullptr) return out.push(Count{Counter::arena_malformed});
  switch (message->type) {
    case ArenaType::registered:
      return hear_registered(now, *message, out);
    case ArenaType::challenge:
      return accept_challenge(now, *message, out);
    case ArenaType::error:
      return hear_error(now, *message, out);
    case ArenaType::unknown:
      return out.push(Count{Counter::arena_unknown});
    default:
      return;  // known, and not for participants
  }
}

/// A round does not outlive its session: the arena that we are in again may have been started anew.
void ArenaParticipant::hear_registered(Instant now, const ArenaMessage& registered, Outbox& out) {
  const std::string_view id = registered.session_id;
  const bool says_so = !id.empty() && !session_.empty() && id != session_;
  if (generation_ && (says_so || generation_->lane() != crew_.round_lane(generation_->round())))
    generation_->abandon(out);
  join(now, out);
}

void ArenaParticipant::hear_error(Instant now, const ArenaMessage& error, Outbox& out) {
  out.push(Count{Counter::arena_errors});
  track(LedgerEvent::What::interrupted, now, out);
  const Outcome why = outcome_of_arena_error(error.message, error.code);
  if (link_.introducing()) {
    const bool wrong_pin = why == Outcome::wrong_pin;
    pin_refused_ = wrong_pin && pin_ == pin_said_;
    if (why == Outcome::no_session) crew_.session.miss(session_number_);
    link_.refused(why, wrong_pin ? ArenaLink::Then::rest : ArenaLink::Then::try_again, now, out);
  } else if (why == Outcome::session_ended) {
    if (generation_) generation_->abandon(out);
    link_.refused(why, ArenaLink::Then::try_again, now, out);
  }
}

/// An arena that challenges us takes us for registered, whatever became of its acknowledgement.
void ArenaParticipant::accept_challenge(Instant now, const ArenaMessage& challenge, Outbox& out) {
  const auto round = ordinal(challenge.round);
  if (!round) return out.push(Count{Counter::arena_malformed});
  join(now, out);
  const bool said_twice =
      generation_ && generation_->round() == *round && session_ == challenge.session_id;
  if (said_twice) return;
  if (generation_) generation_->abandon(out);
  session_ = challenge.session_id;

  RoundTerms terms{.round = *round,
                   .lane = crew_.round_lane(*round),
                   .index = crew_.round_index(*round),
                   .intended = now,
                   .arrived = now};
  if (terms.index) attendance_.challenged(*terms.index);
  account_for_missed(out);
  out.push(Count{Counter::arena_rounds_challenged});
  if (!scenarios::has_operator(crew_.scenario)) out.push(Count{Counter::arena_rounds_offered});
  if (terms.index) {
    terms.intended = at(crew_.scenario.rounds[*terms.index].at);
    out.push(Observe{Series::arena_challenge, now - terms.intended, terms.intended});
  }
  generation_.emplace(
      crew_.tally,
      Author{planned_.id, planned_.number, name_, model_of(rules_), name(rules_.runner)}, terms);
  round_deadline_ = deadline_of(challenge, now);
  out.push(Generate{.prompt = out.keep(challenge.prompt),
                    .max_tokens = max_tokens_of(challenge, rules_.max_tokens),
                    .temperature = challenge.temperature.value_or(rules_.temperature),
                    .seed = challenge.seed,
                    .round = *round});
}

// ---- What the runner says, and what time does.

void ArenaParticipant::take_token(Instant now, const Token& token, Outbox& out) {
  if (generation_ && !generation_->token(now, token, link_.in(), out)) generation_->abandon(out);
}

/// Brings the rest in line with what the input did to the connection.
void ArenaParticipant::settle(Instant now, bool was_in, Outbox& out) {
  if (started_ && !pin_.empty() && !pin_refused_) link_.open(now, now, out);
  if (was_in && !link_.in()) {
    out.push(Shift{Gauge::arena_participants, -1});
    track(LedgerEvent::What::interrupted, now, out);
    attendance_.left();
    account_for_missed(out);
  }
  if (!generation_) return;
  if (now >= round_deadline_) generation_->expire(now, link_.in(), out);
  if (!link_.in() && !link_.hopeful()) generation_->abandon(out);
  if (generation_->closed()) {
    generation_.reset();
    round_deadline_ = kNever;
  }
}

std::optional<Instant> ArenaParticipant::next_deadline() const {
  if (done()) return std::nullopt;
  return unless_never(std::min(link_.next_deadline(), round_deadline_));
}

const StateChart* ArenaParticipant::chart() const {
  static const StateChart kChart{"participant", ArenaLink::states(), ArenaLink::steps()};
  return &kChart;
}

}  // namespace gauntlet::sim
