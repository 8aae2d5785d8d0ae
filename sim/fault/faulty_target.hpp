// An embedded target that works, with the faults that befall it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "metrics/record/recorder.hpp"
#include "scenarios/plan/fault_schedule.hpp"
#include "sim/fault/faulty_outbox.hpp"
#include "sim/fault/target_aftermath.hpp"
#include "sim/machine/kept_input.hpp"
#include "sim/machine/target.hpp"

namespace gauntlet::sim {

/// Stands between a target and its driver, and lets happen to it what the scenario wants: to its
/// messages, and to its process. The target itself does not know. Counts what was injected, how the
/// clients took it, and how long the target took to recover.
class FaultyTarget final : public Target {
 public:
  /// A target as it is when its process has just started, for the nth time, from 0: it knows
  /// nobody, and what it draws is not what it drew before.
  using Make = std::function<std::unique_ptr<Target>(std::uint32_t life)>;

  /// Keeps references to scenario, plan and recorder.
  /// @param which  relay or arena.
  FaultyTarget(Make make, const scenarios::Scenario& scenario, const scenarios::Plan& plan,
               scenarios::Selection::Among which, metrics::Recorder& recorder);
  ~FaultyTarget() override;

  void handle(Instant now, ConnectionId from, const TargetInput& input, TargetOutbox& out) override;
  std::optional<Instant> next_deadline() const override;

 private:
  struct Waiting {
    ConnectionId from;
    KeptInput input;
  };

  void act(Instant now, TargetOutbox& out);
  void strike(Instant now, const scenarios::Blow& blow, TargetOutbox& out);
  void crash(Instant now, TargetOutbox& out);
  void end_lasting(Instant now, TargetOutbox& out);
  void treat();
  void tell(Instant now, ConnectionId from, const TargetInput& input, TargetOutbox& out);
  void look_at(Instant now, const TargetOutbox& out, std::size_t first);
  bool lasts(FaultKind kind) const;
  FaultKind kind_of(const scenarios::Blow& blow) const;

  Make make_;
  const scenarios::Scenario& scenario_;
  scenarios::FaultSchedule schedule_;
  std::uint32_t lives_{0};          // that it has had so far
  std::unique_ptr<Target> target_;  // null while it has crashed
  std::vector<scenarios::Blow> lasting_;
  std::deque<Waiting> kept_;  // what came while it was paused
  TargetOutbox said_;         // by the target, in one call
  FaultyOutbox outbox_;
  TargetAftermath aftermath_;
};

/// The target itself, when no fault of the scenario could ever befall it.
std::unique_ptr<Target> with_faults(FaultyTarget::Make make, const scenarios::Scenario& scenario,
                                    const scenarios::Plan& plan, scenarios::Selection::Among which,
                                    metrics::Recorder& recorder);

}  // namespace gauntlet::sim
