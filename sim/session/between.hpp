// Links that stand between clients and the driver's own links, and what a driver owes them.
#pragma once

#include <cstdint>
#include <optional>

#include "scenarios/terms/actor_id.hpp"
#include "scenarios/terms/time.hpp"
#include "sim/session/links.hpp"

namespace gauntlet::sim {

/// Something with deadlines that a driver looks after.
class Timed {
 public:
  virtual std::optional<Instant> next_deadline() const = 0;
  /// Called once next_deadline() has come; may come early.
  virtual void tick(Instant now) = 0;

 protected:
  ~Timed() = default;
};

/// The network as clients have it, where it may fail on purpose.
class Between : public Links, public Timed {
 public:
  /// Until then, every link of this client fares as a fault of the scenario wants.
  /// @param fault  index into Scenario::faults.
  virtual void impair(ActorId whom, std::uint32_t fault, Instant now, Instant until) = 0;
};

}  // namespace gauntlet::sim
