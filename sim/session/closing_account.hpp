// What must hold of the clients when a run ends, judged in the same way by both drivers.
#pragma once

#include <chrono>
#include <vector>

#include "metrics/ledger/breach.hpp"
#include "metrics/record/recorder.hpp"
#include "scenarios/terms/actor_id.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

/// How long everybody has to say goodbye: more than a client waits for its target's.
inline constexpr Duration kGoodbye = std::chrono::seconds{3};

/// The driver's last steps, and what it knows after each:
///
///   drain, Cast::leave()                  -> told_to_leave(Cast::stuck())
///   goodbye, and the ends of connections  -> parted(Links::connected())
///
/// A target that takes its time breaks neither: whoever waits for it has a deadline, and gives up
/// at it.
class ClosingAccount {
 public:
  /// @param recorder  Counts what did not hold; must outlive this.
  explicit ClosingAccount(metrics::Recorder& recorder) : recorder_{recorder} {}

  /// @param stuck  Those who waited, at that moment, for something that need never come.
  void told_to_leave(const std::vector<ActorId>& stuck, Instant now) {
    judge(Invariant::nobody_stuck, stuck, now);
  }
  /// Nothing is under way any more.
  /// @param connected  Those who are, all the same.
  void parted(const std::vector<ActorId>& connected, Instant now) {
    judge(Invariant::all_closed, connected, now);
  }

  /// In order of time.
  const std::vector<metrics::Breach>& breaches() const { return breaches_; }

 private:
  void judge(Invariant invariant, const std::vector<ActorId>& broken_by, Instant now) {
    for (const ActorId actor : broken_by) {
      recorder_.count(metrics::broken(invariant));
      breaches_.push_back({invariant, now, now, actor, {.sender = actor}});
    }
  }

  metrics::Recorder& recorder_;
  std::vector<metrics::Breach> breaches_;
};

}  // namespace gauntlet::sim
