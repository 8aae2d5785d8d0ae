// One participant's answer to one challenge: the tokens of a runner on their way to the arena.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "sim/actor/crew.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// Who generates. The names must outlive the generation.
struct Author {
  ActorId id;
  std::uint32_t number;  // among the participants
  std::string_view name;
  std::string_view model;
  std::string_view runner;
};

/// What of a challenge the sender of its tokens needs to know.
struct RoundTerms {
  std::uint32_t round;               // as the arena numbers it
  std::uint32_t lane;                // of its tokens in the ledger
  std::optional<std::size_t> index;  // among the scenario's rounds
  Instant intended;  // the round's start, or the challenge's arrival when others started it
  Instant arrived;
};

/// Numbers the tokens without a gap, measures them, and says how it ended. An arena drops whatever
/// is not the next number, so what comes while the connection is down waits in a bounded queue and
/// the count goes on after a reconnect. Empty tokens are neither sent nor counted: they say
/// nothing, and every measure here is defined over non-empty ones.
class Generation {
 public:
  Generation(TokenTally& tally, const Author& author, const RoundTerms& terms);

  /// False when the queue is full: the round cannot be answered without a gap any more.
  [[nodiscard]] bool token(Instant now, const Token& token, bool in, Outbox& out);
  void began(Duration waited, Outbox& out) const;
  void generated(Instant now, const Generated& result, bool in, Outbox& out);
  void failed(Instant now, const GenerationFailed& failure, bool in, Outbox& out);
  /// The participant is in again.
  void resume(Instant now, Outbox& out);
  /// Its time is up; the arena learns how far it got, if there is anything. While the connection is
  /// down it cannot be told, and it is the connection that has cut the round.
  void expire(Instant now, bool in, Outbox& out);
  /// It will not be finished, and the arena is not told.
  void abandon(Outbox& out);

  std::uint32_t round() const { return terms_.round; }
  std::uint32_t lane() const { return terms_.lane; }
  /// Whether the runner still works on it.
  bool running() const { return ending_ == Ending::none; }
  /// Whether all is said.
  bool closed() const { return closed_; }

 private:
  enum class Ending : std::uint8_t { none, complete, failed };
  struct Waiting {
    std::string text;
    Instant planned;
  };

  /// Whose doing it is when a token leaves later than planned.
  enum class Lateness : std::uint8_t { ours, of_the_connection };
  void send(Instant now, std::string_view text, Instant planned, Lateness lateness, Outbox& out);
  void measure(Instant now, Instant planned, Outbox& out) const;
  void conclude(Instant now, Outbox& out);
  void give_up(metrics::Counter as, Outbox& out);
  void send_complete(Instant now, Outbox& out);
  void send_failure(Outbox& out);

  TokenTally* tally_;
  Author author_;
  RoundTerms terms_;
  std::uint32_t sent_{0};  // the number of the next token
  Instant first_{};        // sent
  Instant last_{};
  Instant last_planned_{};
  std::deque<Waiting> queue_;
  std::size_t queue_bytes_{0};
  Ending ending_{Ending::none};
  std::string why_failed_;
  bool closed_{false};
};

}  // namespace gauntlet::sim
