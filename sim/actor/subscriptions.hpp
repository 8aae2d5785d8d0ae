// Whom an agent subscribes to, and when.
#pragma once

#include <span>
#include <vector>

#include "scenarios/model/population.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/actor/patience.hpp"

namespace gauntlet::sim {

/// One agent's subscriptions: made some time after each entry (they end with the connection), and
/// perhaps given up again some time later. Always the same agents.
class Subscriptions {
 public:
  enum class Step : std::uint8_t { none, subscribe, unsubscribe };

  /// @param rule  must outlive this.
  Subscriptions(const scenarios::Subscribe& rule, const scenarios::Plan& plan, ActorId agent);

  void entered(Instant now);
  void left();
  /// Nothing more is begun.
  void stop() { next_ = kNever; }

  /// What is due at `now`; counts as done once told.
  Step due(Instant now);
  /// When the step that due() told was to be made.
  Instant intended() const { return intended_; }
  Instant next() const { return next_; }

  /// The relay took the unsubscription.
  void ended() { active_ = false; }
  bool includes(ActorId agent) const;
  std::span<const ActorId> agents() const { return agents_; }

 private:
  const scenarios::Subscribe* rule_;
  std::vector<ActorId> agents_;  // sorted
  Instant next_{kNever};
  Instant intended_{};
  bool active_{false};  // from the subscription's send to its end
};

}  // namespace gauntlet::sim
