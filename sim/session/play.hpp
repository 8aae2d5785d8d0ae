// What a driver without a cast runs: something that uses links and acts when its time has come.
#pragma once

#include <optional>

#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

/// What comes over its links only marks what is to be done; run_due() does it.
///
/// A driver's loop: whenever bytes have been handed over, or time has passed, and
/// `next_deadline()` is not later than now, call run_due(now).
class Play {
 public:
  Play() = default;
  Play(const Play&) = delete;
  Play& operator=(const Play&) = delete;
  virtual ~Play() = default;

  virtual void run_due(Instant now) = 0;
  /// May lie in the past: then there is something to do at once.
  virtual std::optional<Instant> next_deadline() const = 0;
  virtual bool done() const = 0;
};

}  // namespace gauntlet::sim
