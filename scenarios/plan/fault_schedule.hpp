// Which faults befall one client, and when: a pure function of scenario and
// seed, as everything in a plan.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/model/scenario.hpp"
#include "scenarios/plan/plan.hpp"

namespace gauntlet::scenarios {

/// Whom faults may befall.
struct Victim {
  Selection::Among group{};  // agents, participants, observers; or a target
  std::uint32_t number{};    // from 0, among those of the group; of a target 0
};
/// Unset for those that no fault befalls: voters and the operator.
std::optional<Victim> victim_of(const PlannedActor& actor);

/// One time that a fault befalls a victim.
struct Blow {
  std::uint32_t fault{};  // index into Scenario::faults
  std::uint32_t nth{};    // from 0, of this fault
  Instant from{};
  Instant until{};  // == from for what happens in a moment; Instant::max() without end
};

/// The blows of one victim, in order of their time; those of one time in the order of the file.
class FaultSchedule {
 public:
  /// Keeps references: scenario and plan must outlive it.
  FaultSchedule(const Scenario& scenario, const Plan& plan, Victim victim);

  std::optional<Instant> next_time() const;
  /// Only when next_time() is set.
  Blow take();

  /// Something happened to the victim: what follows from it, as soon as its time has come.
  void happened(FaultEvent event, Instant now);

  /// Whether there is, or could ever be, anything in it.
  bool empty() const { return clocks_.empty() && waiting_.empty(); }

 private:
  struct Clock {  // a fault that has times of its own
    std::uint32_t fault;
    std::uint32_t nth;
    Instant due;
  };
  struct Waiting {  // one that waits for something to happen
    std::uint32_t fault;
    std::uint32_t nth;
  };
  bool befalls(std::uint32_t fault, std::uint32_t nth) const;
  bool concerns(const Selection& to) const;
  std::uint32_t crowd_of(const Selection& to) const;
  bool advance(Clock& clock) const;
  Blow blow(std::uint32_t fault, std::uint32_t nth, Instant from) const;

  const Scenario* scenario_;
  const Plan* plan_;
  Victim victim_;
  std::vector<Clock> clocks_;
  std::vector<Waiting> waiting_;
  std::vector<Blow> triggered_;  // sorted
};

}  // namespace gauntlet::scenarios
