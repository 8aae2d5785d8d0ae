// What a client does when it is told, on an open connection, that it sends too much.
#pragma once

#include "sim/actor/patience.hpp"

namespace gauntlet::sim {

/// Pauses that grow while the complaints go on, by the client's reconnect policy but without an
/// end. A complaint during a pause is about what was sent before it. After a pause one message
/// leaves on trial, and others once the policy's first pause has passed, so that a backlog does not
/// run into the same limit. When the trial has met no complaint for the length of the pause before
/// it, the next pause is the first again.
class Restraint {
 public:
  explicit Restraint(Stream jitter) : backoff_{jitter} {}

  /// @return The pause that begins; nothing when one is under way.
  std::optional<Duration> complained(Instant now, const scenarios::Reconnect& policy) {
    if (now < free_ && !trial_) return std::nullopt;
    if (trial_ && now - *trial_ > pause_) backoff_.reset();
    trial_.reset();
    pause_ = backoff_.pause(policy);
    free_ = now + pause_;
    return pause_;
  }
  /// A message leaves, not before free().
  void sent(Instant now, const scenarios::Reconnect& policy) {
    if (trial_ || pause_ == Duration::zero()) return;
    trial_ = now;
    free_ = now + policy.first;
  }
  /// When the next message may leave.
  Instant free() const { return free_; }

 private:
  Backoff backoff_;
  Duration pause_{};  // the last one; 0: none yet
  Instant free_{};
  std::optional<Instant> trial_;  // when the first message since the last pause left
};

}  // namespace gauntlet::sim
