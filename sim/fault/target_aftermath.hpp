// What comes of the faults of an embedded target: whether its clients noticed, and when it was well
// again.
#pragma once

#include <optional>
#include <unordered_set>
#include <vector>

#include "metrics/record/recorder.hpp"
#include "scenarios/plan/plan.hpp"
#include "scenarios/terms/fault_kind.hpp"
#include "sim/machine/target.hpp"

namespace gauntlet::sim {

/// A client notices when it ends its connection without a goodbye, or loses it, while the fault
/// lasts or shortly after. The target is well again when the fault is over, as many are in as when
/// it began, and it has something to say to one of them.
class TargetAftermath {
 public:
  /// How long clients have to show that they noticed, after the end of a fault.
  static constexpr Duration kNoticeTime = std::chrono::seconds{2};

  TargetAftermath(const scenarios::Phases& phases, metrics::Recorder& recorder)
      : phases_{phases}, recorder_{recorder} {}

  /// A fault begins: it is counted, and watched from now on.
  void began(Instant now, FaultKind kind, Instant until);

  void joined(ConnectionId client) { in_.insert(client); }
  /// The target itself closes the connection.
  void dismissed(ConnectionId client) { in_.erase(client); }
  void left(Instant now, ConnectionId client, const Gone& how);
  /// Every connection has broken.
  void broke(Instant now);
  /// The target has said something to somebody.
  void acted(Instant now);
  void time_passed(Instant now);

  std::optional<Instant> next_deadline() const;

 private:
  struct Case {
    FaultKind kind;
    Instant since;
    Instant until;
    std::size_t in;       // when it began
    bool noticed{false};  // or it never will be
    bool recovered{false};
    std::optional<Instant> silent_at() const;
  };

  void notice(Instant now);
  void close_cases();

  scenarios::Phases phases_;
  metrics::Recorder& recorder_;
  std::unordered_set<ConnectionId> in_;  // counted, never walked
  std::vector<Case> cases_;              // the oldest in front
};

}  // namespace gauntlet::sim
