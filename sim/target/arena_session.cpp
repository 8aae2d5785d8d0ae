#include "sim/target/arena_session.hpp"

#include <algorithm>

namespace gauntlet::sim {

std::string_view TakenGeneration::token(std::size_t seq) const {
  const std::uint32_t begin = seq == 0 ? 0 : token_ends[seq - 1];
  return std::string_view{content}.substr(begin, token_ends[seq] - begin);
}

bool ArenaRound::answered() const {
  return std::ranges::any_of(generations, &TakenGeneration::answered);
}

TakenGeneration& ArenaRound::generation_of(ParticipantNumber participant) {
  if (participant >= generations.size()) generations.resize(std::size_t{participant} + 1);
  return generations[participant];
}

ParticipantNumber ArenaSession::enroll(Instant now, const ParticipantCard& card) {
  const auto known = find(card.id);
  const auto number = known.value_or(static_cast<ParticipantNumber>(participants_.size()));
  if (!known) {
    participants_.emplace_back().id = card.id;
    by_id_.emplace(card.id, number);
  }
  Participant& participant = participants_[number];
  participant.nickname = card.nickname;
  participant.runner = card.runner;
  participant.model = card.model;
  participant.registered = now;
  return number;
}

std::optional<ParticipantNumber> ArenaSession::find(std::string_view participant_id) const {
  const auto known = by_id_.find(participant_id);
  return known == by_id_.end() ? std::nullopt : std::optional{known->second};
}

std::size_t ArenaSession::connected() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      participants_, [](const Participant& p) { return p.connection.has_value(); }));
}

ArenaRound& ArenaSession::add_round(std::string id, Instant now, RoundSettings settings) {
  ArenaRound& round = rounds_.emplace_back();
  round.id = std::move(id);
  round.index = static_cast<std::int64_t>(rounds_.size());
  round.settings = std::move(settings);
  round.created = now;
  return round;
}

ArenaRound* ArenaSession::find_round(std::string_view id) {
  const auto found = std::ranges::find(rounds_, id, &ArenaRound::id);
  return found == rounds_.end() ? nullptr : &*found;
}

ArenaRound* ArenaSession::round_with_index(std::int64_t index) {
  const bool known = index >= 1 && index <= static_cast<std::int64_t>(rounds_.size());
  return known ? &rounds_[static_cast<std::size_t>(index - 1)] : nullptr;
}

void ArenaSession::start(ArenaRound& round, Instant now) {
  stop_active(now);
  round.started = now;
  active_ = static_cast<std::size_t>(round.index - 1);
}

void ArenaSession::stop_active(Instant now) {
  if (ArenaRound* round = active_round()) round->ended = now;
  active_.reset();
}

const ArenaRound* ArenaSession::latest_round() const {
  const auto ended = std::find_if(rounds_.rbegin(), rounds_.rend(),
                                  [](const ArenaRound& round) { return round.ended.has_value(); });
  if (ended != rounds_.rend()) return &*ended;
  return active_ ? &rounds_[*active_] : nullptr;
}

const ArenaRound* ArenaSession::shown_round() const {
  const auto started = std::find_if(rounds_.rbegin(), rounds_.rend(), [](const ArenaRound& round) {
    return round.started.has_value();
  });
  return started == rounds_.rend() ? nullptr : &*started;
}

}  // namespace gauntlet::sim
