// A client's own limit on what it sends, as ARC's documents recommend it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "scenarios/model/population.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

/// A token bucket, kept as the moment at which it would be full again: `burst` messages may leave
/// at once, and then `rate` of them in the long run. Exact at any rate, in 8 bytes.
/// @source The virtual scheduling algorithm of GCRA, ITU-T I.371.
class Throttle {
 public:
  /// When the next message may leave.
  Instant next(const scenarios::Throttle& rule) const {
    return full_at_ - gap(rule) * (std::int64_t{rule.burst} - 1);
  }
  /// A message leaves at `now`, which is no earlier than next().
  void spend(const scenarios::Throttle& rule, Instant now) {
    full_at_ = std::max(full_at_, now) + gap(rule);
  }

 private:
  static Duration gap(const scenarios::Throttle& rule) {
    return from_seconds(1 / rule.rate.per_second);
  }

  Instant full_at_{};
};

}  // namespace gauntlet::sim
