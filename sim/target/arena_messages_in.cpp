// What the arena does with the messages of participants and public screens.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/target/arena.hpp"
#include "sim/target/arena_views.hpp"
#include "sim/target/json_body.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint16_t kTooBig = 1009;
constexpr std::size_t kMegabyte = 1'000'000;
constexpr std::uint16_t kReplaced = 4000;
constexpr std::uint16_t kWrongPin = 4003;
constexpr std::uint32_t kErrorsMax = 10;
constexpr std::int64_t kTokensMax = 1000;
constexpr std::int64_t kManyTokens = 50;
constexpr std::size_t kNicknameChars = 20;
constexpr std::string_view kEmptyId = R"("participant_id":"")";
constexpr std::string_view kNobody = " ";  // the id of who has none

bool plausible(std::optional<double> span_ms) {
  return !span_ms || (std::isfinite(*span_ms) && *span_ms >= 0);
}

bool has_additions(std::string_view registration) {
  constexpr std::array<std::string_view, 6> kFields{"type", "participant_id", "nickname",
                                                    "pin",  "runner",         "model"};
  const auto object = parse_object(registration);
  if (!object) return false;
  for (const auto& [key, value] : object->items())
    if (std::ranges::find(kFields, key) == kFields.end()) return true;
  return false;
}

std::string latency_as_written(std::string_view complete) {
  const auto object = parse_object(complete);
  if (!object) return {};
  const auto latency = object->find("latency_ms_first_token");
  return latency != object->end() && latency->is_string() ? latency->dump() : std::string{};
}

bool names_device(std::string_view model_info) {
  return model_info.find(R"("device")") != std::string_view::npos;
}

}  // namespace

void EmbeddedArena::hear(Instant now, ConnectionId from, Socket& socket, std::string_view text,
                         TargetOutbox& out) {
  ++seen_.messages;
  if (has(Defect::deaf_after_malformed) && lapses_.malformed[from] >= kErrorsMax) return;
  if (has(Defect::decimal_size_limit) && text.size() > kMegabyte)
    return hang_up(from, kTooBig, "too big", out);
  const wire::ArenaMessage* message =
      text.size() <= options_.message_bytes_max ? decoder_.decode(text) : nullptr;
  if (!message) return refuse_text(now, from, out);
  std::optional<wire::ArenaMessage> better;
  if (!options_.defects.none()) message = &better.emplace(completed(*message));
  switch (message->type) {
    case wire::ArenaType::token:
      return take_token(now, from, socket, *message, out);
    case wire::ArenaType::complete:
      if (has(Defect::latency_to_the_letter)) lapses_.latency = latency_as_written(text);
      return take_complete(from, socket, *message, out);
    case wire::ArenaType::error:
      return take_failure(from, socket, *message, out);
    case wire::ArenaType::register_:
      if (has(Defect::refuse_additions) && has_additions(text)) return malformed(from, out);
      if (has(Defect::accept_empty_id) && text.find(kEmptyId) != std::string_view::npos)
        better->participant_id = kNobody;
      return enroll(now, from, socket, *message, out);
    case wire::ArenaType::telao_register:
      return observe(from, out);
    case wire::ArenaType::heartbeat:
      ++seen_.heartbeats;
      if (has(Defect::refuse_heartbeats) ||
          (has(Defect::refuse_screen_beats) &&
           std::ranges::find(observers_, from) != observers_.end()))
        malformed(from, out);
      if (has(Defect::close_on_strangers_beat) && !socket.participant)
        send_away(now, from, "not registered", out);
      return;
    case wire::ArenaType::unknown:
      if (has(Defect::close_on_unknown_type)) return send_away(now, from, "an unknown type", out);
      return malformed(from, out);
    default:
      return malformed(from, out);
  }
}

void EmbeddedArena::enroll(Instant now, ConnectionId from, Socket& socket,
                           const wire::ArenaMessage& message, TargetOutbox& out) {
  if ((message.participant_id.empty() && !has(Defect::id_optional)) || bars(message) ||
      (message.nickname.empty() && !has(Defect::nickname_optional)) ||
      (message.pin.empty() && !has(Defect::no_pin_needed)) ||
      std::exchange(lapses_.choked, false)) {
    ++seen_.registrations_refused;
    return malformed(from, out);
  }
  if (!session_ || !lets_in(message.pin)) {
    ++seen_.registrations_refused;
    if (!session_ && has(Defect::mute_without_session)) return;
    complain(from, session_ ? "Invalid PIN." : "No active session", out);
    if (session_ && has(Defect::unregister_on_wrong_pin) && socket.participant) {
      session_->participant(*socket.participant).connection.reset();
      socket.participant.reset();
    }
    if (!session_ || !has(Defect::close_on_wrong_pin)) return;
    leave(now, from, kWrongPin, out);
    return hang_up(from, kWrongPin, "wrong PIN", out);
  }
  const ParticipantNumber number = session_->enroll(
      now, {message.participant_id, message.nickname, message.runner, message.model});
  Participant& participant = session_->participant(number);
  if (has(Defect::cut_nicknames))
    participant.nickname.resize(std::min(participant.nickname.size(), kNicknameChars));
  const bool was_replaced = participant.connection && participant.connection != from;
  if (was_replaced) {
    ++seen_.replaced;
    if (has(Defect::count_connections)) ++lapses_.replaced;
    if (has(Defect::complete_of_replaced)) {
      lapses_.outdated.insert_or_assign(*participant.connection, number);
      sockets_[*participant.connection].participant.reset();
    } else {
      forget(*participant.connection);
      hang_up(*participant.connection, kReplaced, "replaced by a new connection", out);
    }
  }
  // One connection speaks for one participant: the last that it registered.
  if (socket.participant && *socket.participant != number)
    session_->participant(*socket.participant).connection.reset();
  participant.connection = from;
  socket.participant = number;
  std::erase(lapses_.strangers, from);
  ++seen_.registered;

  const auto begin = out.mark();
  wire::append_arena_registered(
      out.buffer(), has(Defect::ack_nickname) ? participant.nickname : participant.id,
      has(Defect::ack_first_session) ? lapses_.past.first_session : session_->id());
  out.push({from, Say{out.since(begin)}});
  note_arrival(from, number, out);
  if (observers_.empty() || has(Defect::hide_arrivals) || hides_return(number)) return;
  std::string text = participant_registered_text(participant, clock_);
  if (has(Defect::pin_on_screen)) text.insert(1, R"("pin":")" + std::string{message.pin} + R"(",)");
  show(out.keep(text), out);
  if (was_replaced && has(Defect::tell_of_replaced)) show_departure(now, participant, out);
}

void EmbeddedArena::observe(ConnectionId from, TargetOutbox& out) {
  const bool known = std::ranges::find(observers_, from) != observers_.end();
  if (!turns_away(from) && (!known || has(Defect::screen_per_registration)))
    observers_.push_back(from);
  if (has(Defect::hide_completes_from_late) && session_ && session_->active_round())
    lapses_.late.push_back(from);
  ++seen_.observers;
  std::erase(lapses_.strangers, from);
  if (!has(Defect::silent_screens))
    out.push({from, Say{out.keep(R"({"type":"registered_telao","view":"arena"})")}});
  if (session_ && !has(Defect::hide_snapshot))
    out.push({from, Say{out.keep(state_snapshot_text(*session_, clock_))}});
  repeat_last(out);
}

// A token that is not the next is dropped without a word. The count belongs to the participant,
// not to its connection: who comes back goes on where it was.
void EmbeddedArena::take_token(Instant now, ConnectionId from, const Socket& socket,
                               const wire::ArenaMessage& message, TargetOutbox& out) {
  if (!message.round || (!message.seq && !has(Defect::seq_optional)) || !message.has_content) {
    count_refused(socket, message);
    return malformed(from, out);
  }
  if (has(Defect::skip_empty_tokens) && message.content.empty()) return;
  auto number = author(from, socket, message, out);
  if (!number) {
    ++seen_.tokens_refused;
    return;
  }
  if (has(Defect::mix_streams)) number = mistaken_author(now, *number);
  ArenaRound* round = session_->active_round();
  if (!round && has(Defect::tokens_after_stop)) round = session_->round_with_index(*message.round);
  if (has(Defect::tokens_before_start))
    if (ArenaRound* named = session_->round_with_index(*message.round); named && !named->started)
      round = named;
  TakenGeneration* generation =
      round && (round->index == *message.round || has(Defect::ignore_round))
          ? &round->generation_of(*number)
          : nullptr;
  const bool fits = generation && generation->content.size() + message.content.size() <=
                                      std::numeric_limits<std::uint32_t>::max();
  const std::int64_t seq = message.seq.value_or(fits ? generation->tokens() : 0);
  const bool next = fits && (seq == generation->tokens() || takes_wrongly(seq, *generation));
  if (!next || refuses_all(*round) || has_failed_before(*number, *round)) {
    ++seen_.tokens_refused;
    if (fits && has(Defect::complain_of_gaps)) complain(from, "not the next token", out);
    if (fits) replace_last(seq, message.content, *generation);
    if (fits) keep_early(*number, seq, message.content, *generation);
    if (fits && has(Defect::show_refused_token))
      show_token({*number, round->index, seq, message.content, generation->tokens()}, out);
    return;
  }
  if (has(Defect::cap_tokens) && seq >= kTokensMax) return;
  if (options_.drop_token_every != 0 && ++tokens_in_turn_ % options_.drop_token_every == 0) {
    ++seen_.tokens_dropped;
    return;
  }
  generation->content += message.content;
  generation->token_ends.push_back(static_cast<std::uint32_t>(generation->content.size()));
  if (!generation->first_token) generation->first_token = now;
  generation->last_token = now;
  ++seen_.tokens_accepted;
  acknowledge(Defect::acknowledge_tokens, from, "token_accepted", out);
  if (generation->tokens() == kManyTokens)
    acknowledge(Defect::acknowledge_fiftieth, from, "tokens_accepted", out);
  show_token({*number, round->index, seq, message.content, generation->tokens()}, out);
  take_early(now, from, socket, message, out);
}

Slice EmbeddedArena::write_update(const ShownToken& token, TargetOutbox& out) const {
  const auto begin = out.mark();
  wire::append_arena_token_update(out.buffer(), session_->participants()[token.participant].id,
                                  token.round, token.seq, token.content, token.total);
  return out.since(begin);
}

void EmbeddedArena::show_token(const ShownToken& token, TargetOutbox& out) {
  if (observers_.empty()) return;
  seen_.token_updates += observers_.size();
  if (!options_.defects.none()) return show_wrongly(token.participant, token, out);
  show(write_update(token, out), out);
}

void EmbeddedArena::take_complete(ConnectionId from, const Socket& socket,
                                  const wire::ArenaMessage& message, TargetOutbox& out) {
  const bool whole = message.round && message.tokens &&
                     (*message.tokens >= 0 || has(Defect::accept_negative_tokens)) &&
                     message.duration_ms &&
                     (plausible(message.duration_ms) || has(Defect::accept_negative_durations)) &&
                     plausible(message.latency_ms_first_token) &&
                     (message.latency_ms_first_token || !has(Defect::demand_latency)) &&
                     !(has(Defect::refuse_device) && names_device(message.model_info)) &&
                     !(has(Defect::zero_tokens_are_none) && message.tokens == 0) &&
                     !(has(Defect::zero_duration_is_none) && message.duration_ms == 0.0);
  if (!whole) return malformed(from, out);
  const auto number = author(from, socket, message, out);
  ArenaRound* round = number ? session_->round_with_index(*message.round) : nullptr;
  if (number && !round && has(Defect::complete_any_round)) round = session_->active_round();
  if (!round || !round->started || closed_by_failure(*number, *round)) {
    ++seen_.completes_refused;
    return;
  }
  ++seen_.completes;
  const TakenGeneration::Report report{.tokens = *message.tokens,
                                       .latency_ms_first_token = latency_read(message),
                                       .duration_ms = *message.duration_ms};
  auto& reported = round->generation_of(*number).report;
  if (reported && reported->tokens == report.tokens) note_repeat(*number, *round, report.tokens);
  const TakenGeneration::Report shown = report_shown(reported, report);
  const bool shorter = reported && reported->duration_ms > report.duration_ms;
  if (!(reported && has(Defect::keep_first_complete)) &&
      !(shorter && has(Defect::keep_longest_complete)))
    reported = report;
  acknowledge(Defect::acknowledge_completes, from, "complete_accepted", out);
  show_completion(*number, *round, shown, out);
}

// No complete follows a failure.
bool EmbeddedArena::closed_by_failure(ParticipantNumber number, ArenaRound& round) const {
  return round.generation_of(number).failed && !has(Defect::complete_after_failure);
}

void EmbeddedArena::show_completion(ParticipantNumber number, const ArenaRound& round,
                                    const TakenGeneration::Report& report, TargetOutbox& out) {
  if (observers_.empty()) return;
  const auto begin = out.mark();
  wire::append_arena_completion(
      out.buffer(), {.participant_id = session_->participants()[number].id,
                     .round = round.index,
                     .tokens = report.tokens,
                     .duration_ms = report.duration_ms,
                     .ttft_ms = report.latency_ms_first_token,
                     .tps = report.tokens_per_s() / (has(Defect::speed_per_ms) ? 1000 : 1)});
  if (has(Defect::hide_speed)) {
    out.buffer().erase(out.buffer().rfind(R"(,"tps")"));
    out.buffer() += '}';
  }
  if (!lapses_.latency.empty()) {
    out.buffer().pop_back();
    out.buffer() += R"(,"ttft_ms":)" + lapses_.latency + '}';
  }
  const Slice text = out.since(begin);
  if (has(Defect::complete_to_latest_screen)) return out.push({observers_.back(), Say{text}});
  if (lapses_.late.empty()) return show(text, out);
  for (const ConnectionId observer : observers_)
    if (std::ranges::find(lapses_.late, observer) == lapses_.late.end())
      out.push({observer, Say{text}});
}

void EmbeddedArena::take_failure(ConnectionId from, const Socket& socket,
                                 const wire::ArenaMessage& message, TargetOutbox& out) {
  if (!message.round || (has(Defect::known_failures_alone) && message.code != "GENERATION_FAILED"))
    return malformed(from, out);
  const auto number = author(from, socket, message, out);
  if (!number) return;
  ArenaRound* round = has(Defect::fail_in_any_round) ? session_->active_round()
                                                     : session_->round_with_index(*message.round);
  if (!round || !round->started) return;
  ++seen_.failures;
  round->generation_of(*number).failed = true;
  if (has(Defect::failure_completes)) show_completion(*number, *round, {}, out);
  if (has(Defect::tell_all_of_failure))
    for (const Participant& other : session_->participants())
      if (other.connection && *other.connection != from)
        complain(*other.connection, "somebody has failed", out);
}

// Nobody sends in another's name; a message without a name is the sender's own.
std::optional<ParticipantNumber> EmbeddedArena::author(ConnectionId from, const Socket& socket,
                                                       const wire::ArenaMessage& message,
                                                       TargetOutbox& out) {
  if (!options_.defects.none())
    if (const auto another = another_author(message)) return another;
  if (!socket.participant && message.type == wire::ArenaType::complete)
    if (const auto outdated = lapses_.outdated.find(from); outdated != lapses_.outdated.end())
      return outdated->second;
  if (!socket.participant) {
    complain(from, "Not registered", out);
    return std::nullopt;
  }
  if (has(Defect::token_as_own) && message.type == wire::ArenaType::token)
    return socket.participant;
  const bool own = message.participant_id.empty() ||
                   message.participant_id == session_->participants()[*socket.participant].id;
  return own ? socket.participant : std::nullopt;
}

void EmbeddedArena::complain(ConnectionId to, std::string_view message, TargetOutbox& out) {
  const auto begin = out.mark();
  wire::append_arena_error(out.buffer(), message);
  const Slice error = out.since(begin);
  out.push({to, Say{error}});
  if (has(Defect::errors_to_screens)) show(error, out);
}

void EmbeddedArena::malformed(ConnectionId to, TargetOutbox& out) {
  ++seen_.malformed;
  if (has(Defect::deaf_after_malformed)) ++lapses_.malformed[to];
  if (has(Defect::pass_over_mistaken)) lapses_.mistaken.push_back(to);
  complain(to, "Invalid message format", out);
}

void EmbeddedArena::show(Slice text, TargetOutbox& out) {
  for (const ConnectionId observer : observers_) out.push({observer, Say{text}});
}

}  // namespace gauntlet::sim
