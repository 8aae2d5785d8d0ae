// What an arena with defects does wrong with those who come and go. Each is one rule of the arena,
// broken in one small way.
#include <algorithm>
#include <utility>

#include "sim/target/arena.hpp"
#include "sim/target/spoilt_text.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint16_t kUnacceptable = 1003;
constexpr std::uint32_t kSmallBytes = 256 * 1024;
constexpr Duration kHastyHeartbeat = std::chrono::seconds{10};

}  // namespace

// Where a defect is no more than an option that nobody would want.
scenarios::ArenaOptions EmbeddedArena::mistuned(scenarios::ArenaOptions options) {
  if (options.defects.has(Defect::short_pin)) options.pin_length = 4;
  if (options.defects.has(Defect::refuse_large)) options.message_bytes_max = kSmallBytes;
  if (options.defects.has(Defect::keep_dead_clients)) options.silence_max = Duration::zero();
  if (options.defects.has(Defect::drop_clients_early)) {
    options.heartbeat = kHastyHeartbeat;
    options.silence_max = 2 * kHastyHeartbeat;
  }
  return options;
}

// ---- Who gets in.

bool EmbeddedArena::lets_in(std::string_view pin) const {
  const auto& pins = lapses_.past.pins;
  if (pins.empty()) return session_->admits(pin);  // kept only where a rule is broken
  if (has(Defect::no_pin_needed) && pin.empty()) return true;
  if (has(Defect::accept_old_pin) && std::ranges::find(pins, pin) != pins.end()) return true;
  if (has(Defect::pin_by_prefix) && pin.size() == pins.back().size() &&
      pins.back().starts_with(pin.substr(0, pin.size() - 1)))
    return true;
  const std::string& right = pins.back();
  if (has(Defect::pin_cut_short) && pin == right.substr(0, right.size() - 1)) return true;
  if (has(Defect::ignore_pin_rest)) pin = pin.substr(0, right.size());
  if (has(Defect::pin_as_number))
    while (pin.size() > right.size() && pin.starts_with('0')) pin.remove_prefix(1);
  if (has(Defect::trim_pins)) pin = without_blanks(pin);
  return session_->admits(pin);
}

void EmbeddedArena::refuse_text(Instant now, ConnectionId from, TargetOutbox& out) {
  if (has(Defect::mute_errors)) return;
  if (has(Defect::mute_to_strangers) && !sockets_[from].participant) return;
  if (has(Defect::close_on_malformed)) return send_away(now, from, "not a message", out);
  malformed(from, out);
}

void EmbeddedArena::send_away(Instant now, ConnectionId from, std::string_view reason,
                              TargetOutbox& out) {
  leave(now, from, kUnacceptable, out);
  hang_up(from, kUnacceptable, reason, out);
}

bool EmbeddedArena::bars(const wire::ArenaMessage& registration) const {
  if (has(Defect::bar_known_ids) &&
      std::ranges::find(lapses_.past.participants, registration.participant_id) !=
          lapses_.past.participants.end())
    return true;
  return has(Defect::ascii_nicknames) && std::ranges::any_of(registration.nickname, [](char c) {
           return static_cast<unsigned char>(c) > 0x7F;
         });
}

// ---- Coming and going.

void EmbeddedArena::note_session(const std::string& pin) {
  if (options_.defects.none()) return;
  lapses_.past.pins.push_back(pin);
  if (lapses_.past.first_session.empty()) lapses_.past.first_session = session_->id();
}

void EmbeddedArena::note_arrival(ConnectionId from, ParticipantNumber number, TargetOutbox& out) {
  if (options_.defects.none()) return;
  ArenaLapses::OfParticipant& lapses = lapses_.participants[number];
  lapses.fresh = ++lapses.visits > 1;
  ArenaRound* round = session_->active_round();
  const bool restarts = (has(Defect::restart_on_reconnect) && lapses.fresh) ||
                        (has(Defect::restart_on_third_visit) && lapses.visits == 3);
  if (restarts && round) round->generation_of(number) = TakenGeneration{};
  if (has(Defect::challenge_latecomers) && round)
    out.push({from, Say{write_challenge(*round, out)}});
  const ArenaRound* over = round ? nullptr : session_->latest_round();
  if (has(Defect::challenge_after_end) && over) out.push({from, Say{write_challenge(*over, out)}});
  lapses_.choked = has(Defect::choke_on_odd_name) &&
                   session_->participant(number).id.find('\'') != std::string::npos;
}

void EmbeddedArena::note_stranger(ConnectionId connection) {
  if (has(Defect::challenge_strangers)) lapses_.strangers.push_back(connection);
}

void EmbeddedArena::note_leave(ParticipantNumber number) {
  if (has(Defect::mix_up_participants)) lapses_.left = number;
}

bool EmbeddedArena::has_returned(const Participant& participant) const {
  const auto lapses = lapses_.participants.find(*session_->find(participant.id));
  return lapses != lapses_.participants.end() && lapses->second.visits > 1;
}

bool EmbeddedArena::hides_return(ParticipantNumber number) {
  return has(Defect::hide_returns) && lapses_.participants[number].visits > 1;
}

bool EmbeddedArena::hides_leave(ParticipantNumber number) {
  return has(Defect::hide_second_leave) && lapses_.participants[number].leaves++ > 0;
}

bool EmbeddedArena::turns_away(ConnectionId screen) {
  if (!has(Defect::forget_screen) || !session_ || session_->active_round() == nullptr) return false;
  lapses_.blind.push_back(screen);
  return true;
}

void EmbeddedArena::see_again() {
  lapses_.late.clear();
  for (const ConnectionId screen : std::exchange(lapses_.blind, {})) observers_.push_back(screen);
}

// What it remembers is of the participants of one session, but for the past.
void EmbeddedArena::forget_lapses() {
  see_again();
  ArenaLapses::Past past = std::move(lapses_.past);
  past.participants.clear();
  if (has(Defect::remember_participants) || has(Defect::bar_known_ids))
    for (const Participant& participant : session_->participants())
      past.participants.push_back(participant.id);
  lapses_ = {};
  lapses_.past = std::move(past);
}

void EmbeddedArena::repeat_last(TargetOutbox& out) {
  if (has(Defect::repeat_to_newcomer) && !lapses_.last.empty()) show(out.keep(lapses_.last), out);
}

}  // namespace gauntlet::sim
