// A consumer that is too slow for what it is sent.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// Reads nothing after each message for as long as the message takes at its rate.
class SlowReading {
 public:
  /// @param per_second  bytes; above 0.
  void heard(Instant now, std::size_t bytes, std::uint32_t per_second, Outbox& out) {
    constexpr std::int64_t kNanoseconds = 1'000'000'000;
    if (!reads_on_) out.push(StopReading{});
    reads_on_ = reads_on_.value_or(now) +
                Duration{static_cast<std::int64_t>(bytes) * kNanoseconds / per_second};
  }
  std::optional<Instant> next_deadline() const { return reads_on_; }
  /// @return whether it is time to read on.
  bool rested(Instant now) {
    if (!reads_on_ || *reads_on_ > now) return false;
    reads_on_.reset();
    return true;
  }
  /// It is not slow any more, or has another connection.
  void end() { reads_on_.reset(); }

 private:
  std::optional<Instant> reads_on_;  // unset while it reads
};

}  // namespace gauntlet::sim
