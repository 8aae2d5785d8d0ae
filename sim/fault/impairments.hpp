// The faults of its network that a client suffers at present.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/model/fault.hpp"
#include "scenarios/terms/time.hpp"
#include "sim/fault/lane.hpp"

namespace gauntlet::sim {

/// Of several of one kind, the latest counts.
class Impairments {
 public:
  /// A limit on the bytes of a connection. Another number is another limit.
  struct Limit {
    std::uint64_t number{0};
    const scenarios::FaultAction* action{nullptr};
  };

  /// Keeps a reference to the action.
  void add(const scenarios::FaultAction& action, Instant until);
  /// Forgets those that are over.
  void expire(Instant now);

  bool none() const { return going_on_.empty(); }
  /// @param way  one of the two, not both.
  Conditions conditions(scenarios::Direction way) const;
  std::optional<Limit> limit() const;
  bool outage() const;
  std::optional<Instant> next_end() const;

 private:
  struct GoingOn {
    std::uint64_t number;
    const scenarios::FaultAction* action;
    Instant until;
  };
  std::vector<GoingOn> going_on_;  // in the order in which they began
  std::uint64_t last_number_{0};
};

}  // namespace gauntlet::sim
