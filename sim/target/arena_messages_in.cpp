// What the arena does with the messages of participants and public screens.
#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/target/arena.hpp"
#include "sim/target/arena_views.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint16_t kReplaced = 4000;

bool plausible(std::optional<double> span_ms) {
  return !span_ms || (std::isfinite(*span_ms) && *span_ms >= 0);
}

}  // namespace

void EmbeddedArena::hear(Instant now, ConnectionId from, Socket& socket, std::string_view text,
                         TargetOutbox& out) {
  ++seen_.messages;
  const wire::ArenaMessage* message =
      text.size() <= options_.message_bytes_max ? decoder_.decode(text) : nullptr;
  if (!message) return malformed(from, out);
  switch (message->type) {
    case wire::ArenaType::token:
      return take_token(now, from, socket, *message, out);
    case wire::ArenaType::complete:
      return take_complete(from, socket, *message, out);
    case wire::ArenaType::error:
      return take_failure(from, socket, *message, out);
    case wire::ArenaType::register_:
      return enroll(now, from, socket, *message, out);
    case wire::ArenaType::telao_register:
      return observe(from, out);
    case wire::ArenaType::heartbeat:
      ++seen_.heartbeats;
      return;
    default:
      return malformed(from, out);
  }
}

void EmbeddedArena::enroll(Instant now, ConnectionId from, Socket& socket,
                           const wire::ArenaMessage& message, TargetOutbox& out) {
  if (message.participant_id.empty() || message.nickname.empty() || message.pin.empty()) {
    ++seen_.registrations_refused;
    return malformed(from, out);
  }
  if (!session_ || !session_->admits(message.pin)) {
    ++seen_.registrations_refused;
    return complain(from, session_ ? "Invalid PIN." : "No active session", out);
  }
  const ParticipantNumber number = session_->enroll(
      now, {message.participant_id, message.nickname, message.runner, message.model});
  Participant& participant = session_->participant(number);
  if (participant.connection && participant.connection != from) {
    ++seen_.replaced;
    forget(*participant.connection);
    hang_up(*participant.connection, kReplaced, "replaced by a new connection", out);
  }
  // One connection speaks for one participant: the last that it registered.
  if (socket.participant && *socket.participant != number)
    session_->participant(*socket.participant).connection.reset();
  participant.connection = from;
  socket.participant = number;
  ++seen_.registered;

  const auto begin = out.mark();
  wire::append_arena_registered(out.buffer(), participant.id, session_->id());
  out.push({from, Say{out.since(begin)}});
  if (!observers_.empty()) show(out.keep(participant_registered_text(participant, clock_)), out);
}

void EmbeddedArena::observe(ConnectionId from, TargetOutbox& out) {
  if (std::ranges::find(observers_, from) == observers_.end()) observers_.push_back(from);
  ++seen_.observers;
  out.push({from, Say{out.keep(R"({"type":"registered_telao","view":"arena"})")}});
  if (session_) out.push({from, Say{out.keep(state_snapshot_text(*session_, clock_))}});
}

// A token that is not the next is dropped without a word. The count belongs to the participant,
// not to its connection: who comes back goes on where it was.
void EmbeddedArena::take_token(Instant now, ConnectionId from, const Socket& socket,
                               const wire::ArenaMessage& message, TargetOutbox& out) {
  if (!message.round || !message.seq || !message.has_content) return malformed(from, out);
  if (!speaks_for_itself(from, socket, message, out)) {
    ++seen_.tokens_refused;
    return;
  }
  ArenaRound* round = session_->active_round();
  Generation* generation = round && round->index == *message.round
                               ? &round->generation_of(*socket.participant)
                               : nullptr;
  const bool fits = generation && generation->content.size() + message.content.size() <=
                                      std::numeric_limits<std::uint32_t>::max();
  if (!fits || *message.seq != generation->tokens()) {
    ++seen_.tokens_refused;
    return;
  }
  if (options_.drop_token_every != 0 && ++tokens_in_turn_ % options_.drop_token_every == 0) {
    ++seen_.tokens_dropped;
    return;
  }
  generation->content += message.content;
  generation->token_ends.push_back(static_cast<std::uint32_t>(generation->content.size()));
  if (!generation->first_token) generation->first_token = now;
  generation->last_token = now;
  ++seen_.tokens_accepted;
  if (observers_.empty()) return;
  const auto begin = out.mark();
  wire::append_arena_token_update(out.buffer(), session_->participants()[*socket.participant].id,
                                  round->index, *message.seq, message.content,
                                  generation->tokens());
  seen_.token_updates += observers_.size();
  show(out.since(begin), out);
}

void EmbeddedArena::take_complete(ConnectionId from, const Socket& socket,
                                  const wire::ArenaMessage& message, TargetOutbox& out) {
  const bool whole = message.round && message.tokens && *message.tokens >= 0 &&
                     message.duration_ms && plausible(message.duration_ms) &&
                     plausible(message.latency_ms_first_token);
  if (!whole) return malformed(from, out);
  ArenaRound* round = speaks_for_itself(from, socket, message, out)
                          ? session_->round_with_index(*message.round)
                          : nullptr;
  if (!round || !round->started) {
    ++seen_.completes_refused;
    return;
  }
  ++seen_.completes;
  const Generation::Report report{.tokens = *message.tokens,
                                  .latency_ms_first_token = message.latency_ms_first_token,
                                  .duration_ms = *message.duration_ms};
  round->generation_of(*socket.participant).report = report;
  if (observers_.empty()) return;
  const auto begin = out.mark();
  wire::append_arena_completion(out.buffer(),
                                {.participant_id = session_->participants()[*socket.participant].id,
                                 .round = round->index,
                                 .tokens = report.tokens,
                                 .duration_ms = report.duration_ms,
                                 .ttft_ms = report.latency_ms_first_token,
                                 .tps = report.tokens_per_s()});
  show(out.since(begin), out);
}

void EmbeddedArena::take_failure(ConnectionId from, const Socket& socket,
                                 const wire::ArenaMessage& message, TargetOutbox& out) {
  if (!message.round) return malformed(from, out);
  if (!speaks_for_itself(from, socket, message, out)) return;
  ArenaRound* round = session_->round_with_index(*message.round);
  if (!round || !round->started) return;
  ++seen_.failures;
  round->generation_of(*socket.participant).failed = true;
}

// Nobody sends in another's name; a message without a name is the sender's own.
bool EmbeddedArena::speaks_for_itself(ConnectionId from, const Socket& socket,
                                      const wire::ArenaMessage& message, TargetOutbox& out) {
  if (!socket.participant) {
    complain(from, "Not registered", out);
    return false;
  }
  return message.participant_id.empty() ||
         message.participant_id == session_->participants()[*socket.participant].id;
}

void EmbeddedArena::complain(ConnectionId to, std::string_view message, TargetOutbox& out) {
  const auto begin = out.mark();
  wire::append_arena_error(out.buffer(), message);
  out.push({to, Say{out.since(begin)}});
}

void EmbeddedArena::malformed(ConnectionId to, TargetOutbox& out) {
  ++seen_.malformed;
  complain(to, "Invalid message format", out);
}

void EmbeddedArena::show(Slice text, TargetOutbox& out) {
  for (const ConnectionId observer : observers_) out.push({observer, Say{text}});
}

}  // namespace gauntlet::sim
