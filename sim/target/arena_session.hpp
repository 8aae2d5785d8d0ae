// One session of the arena: who takes part, the rounds, what was generated and how it was scored.
// Data and its rules; nothing here speaks a protocol.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/terms/time.hpp"
#include "sim/machine/target.hpp"
#include "sim/target/pin_hash.hpp"

namespace gauntlet::sim {

/// From 0, in the order of registration.
using ParticipantNumber = std::uint32_t;

struct ParticipantCard {
  std::string_view id, nickname, runner, model;
};

struct Participant {
  std::string id;
  std::string nickname;
  std::string runner;
  std::string model;
  Instant registered{};
  std::optional<ConnectionId> connection;  // unset while away
};

/// What one participant made of one round.
struct TakenGeneration {
  std::string content;
  std::vector<std::uint32_t> token_ends;  // positions in content; the next seq is its size
  std::optional<Instant> first_token;
  std::optional<Instant> last_token;

  struct Report {  // of the participant itself, in its complete message
    std::int64_t tokens{0};
    std::optional<double> latency_ms_first_token;
    double duration_ms{0};
    /// Zero when no time passed.
    double tokens_per_s() const {
      return duration_ms > 0 ? static_cast<double>(tokens) * 1000 / duration_ms : 0;
    }
  };
  std::optional<Report> report;
  bool failed{false};

  std::int64_t tokens() const { return static_cast<std::int64_t>(token_ends.size()); }
  bool answered() const { return report.has_value() || !token_ends.empty(); }
  std::string_view token(std::size_t seq) const;
};

struct RoundSettings {
  std::string prompt;
  std::int64_t max_tokens{400};
  double temperature{0.8};
  std::int64_t deadline_ms{90'000};
  std::optional<std::int64_t> seed;
  bool svg_mode{false};
};

struct ArenaRound {
  std::string id;
  std::int64_t index{0};  // from 1 within the session
  RoundSettings settings;
  Instant created{};
  std::optional<Instant> started;
  std::optional<Instant> ended;
  std::vector<TakenGeneration> generations;  // by participant; those beyond its end are empty
  /// By participant and voter; a voter who votes again changes the score.
  std::map<std::pair<ParticipantNumber, std::string>, double> votes;

  bool active() const { return started && !ended; }
  bool answered() const;
  TakenGeneration& generation_of(ParticipantNumber participant);
};

class ArenaSession {
 public:
  ArenaSession(std::string id, Instant created, PinHash pin)
      : id_{std::move(id)}, created_{created}, pin_{pin} {}

  const std::string& id() const { return id_; }
  Instant created() const { return created_; }
  bool admits(std::string_view pin) const { return pin_.matches(pin); }

  /// A participant that is known already keeps its number and generations.
  ParticipantNumber enroll(Instant now, const ParticipantCard& card);
  std::optional<ParticipantNumber> find(std::string_view participant_id) const;
  Participant& participant(ParticipantNumber number) { return participants_[number]; }
  const std::vector<Participant>& participants() const { return participants_; }
  std::size_t connected() const;

  ArenaRound& add_round(std::string id, Instant now, RoundSettings settings);
  ArenaRound* find_round(std::string_view id);
  ArenaRound* round_with_index(std::int64_t index);
  ArenaRound* active_round() { return active_ ? &rounds_[*active_] : nullptr; }
  /// Ends the active round, if there is one. The round must not have been started before.
  void start(ArenaRound& round, Instant now);
  void stop_active(Instant now);
  /// The one whose results interest: the last that ended, else the active one; null without any.
  const ArenaRound* latest_round() const;
  /// The last that was started; null without any.
  const ArenaRound* shown_round() const;
  const std::vector<ArenaRound>& rounds() const { return rounds_; }

 private:
  std::string id_;
  Instant created_;
  PinHash pin_;
  std::vector<Participant> participants_;
  std::map<std::string, ParticipantNumber, std::less<>> by_id_;
  std::vector<ArenaRound> rounds_;
  std::optional<std::size_t> active_;  // into rounds_
};

}  // namespace gauntlet::sim
