// At most so many of something per minute.
#pragma once

#include <cstdint>

#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

/// Counts in windows of a minute; a window begins with the first event after the one before it.
class MinuteLimit {
 public:
  /// Whether one more at `now` is within `most` per minute. 0: no limit.
  bool allows(Instant now, std::uint32_t most) {
    if (most == 0) return true;
    if (used_ == 0 || now - begun_ >= std::chrono::minutes{1}) {
      begun_ = now;
      used_ = 0;
    }
    if (used_ == most) return false;
    ++used_;
    return true;
  }

  bool idle(Instant now) const { return used_ == 0 || now - begun_ >= std::chrono::minutes{1}; }

 private:
  Instant begun_{};
  std::uint32_t used_{0};
};

}  // namespace gauntlet::sim
