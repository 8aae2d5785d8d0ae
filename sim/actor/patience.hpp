// How a client waits: moments that may never come, pauses between attempts, and signs of life.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "scenarios/model/population.hpp"
#include "scenarios/terms/random.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

/// A deadline that is not set, in 8 bytes instead of an optional's 16.
inline constexpr Instant kNever = Instant::max();

inline std::optional<Instant> unless_never(Instant moment) {
  return moment == kNever ? std::nullopt : std::optional{moment};
}

/// How long a goodbye may take before the connection is dropped without one.
inline constexpr Duration kFarewell = std::chrono::seconds{2};

/// The pauses between attempts in a row, by the policy of a population.
class Backoff {
 public:
  explicit Backoff(Stream jitter) : jitter_{jitter} {}

  /// The pause before the next attempt; nothing when all of them failed.
  std::optional<Duration> next(const scenarios::Reconnect& policy);
  /// The same of a policy whose attempts never end.
  Duration pause(const scenarios::Reconnect& policy);
  /// An attempt succeeded: the count starts again.
  void reset() { failures_ = 0; }

 private:
  Stream jitter_;
  std::uint32_t failures_{0};
};

/// Asks the peer for a sign of life at a fixed rhythm, and notices when none comes.
class Heartbeat {
 public:
  enum class Beat : std::uint8_t { none, ask, dead };

  /// @param phase  in [0, 1): when within the first period the first beat falls, so that a crowd
  ///               does not beat as one.
  void start(Instant now, Duration every, double phase) {
    unanswered_ = 0;
    next_ = every > Duration::zero() ? now + from_seconds(seconds(every) * phase) : kNever;
  }
  void stop() { next_ = kNever; }
  void answered() { unanswered_ = 0; }

  /// What is due now: nothing, to ask, or to give the peer up after two unanswered beats.
  Beat due(Instant now, Duration every) {
    if (now < next_) return Beat::none;
    if (unanswered_ == kUnansweredMax) return Beat::dead;
    ++unanswered_;
    next_ = now + every;  // a late beat leaves the peer a whole period, too
    return Beat::ask;
  }
  Instant next() const { return next_; }

 private:
  static constexpr std::uint8_t kUnansweredMax = 2;
  Instant next_{kNever};
  std::uint8_t unanswered_{0};
};

/// Where within its period an actor's heartbeat falls.
inline double heartbeat_phase(std::uint64_t seed, std::uint64_t actor) {
  return Stream{seed, actor, Purpose::backoff, 1}.unit();
}

}  // namespace gauntlet::sim
