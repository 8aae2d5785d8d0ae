// What a client does again and again while a storm lasts: it leaves whenever it is in, or opens
// wave after wave of further connections.
#pragma once

#include <algorithm>
#include <optional>

#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

class Storms {
 public:
  /// The client is in, and stays for so long.
  void stay(Instant now, Duration time) { leaves_ = now + time; }
  /// A wave begins, and the next one so much later.
  void begin_wave(Instant now, Duration gap) { next_wave_ = now + gap; }
  void end_waves() { next_wave_.reset(); }

  /// @return whether it is time for the client to go, once.
  bool leaves(Instant now) {
    if (!leaves_ || *leaves_ > now) return false;
    leaves_.reset();
    return true;
  }
  bool has_wave(Instant now) const { return next_wave_ && *next_wave_ <= now; }

  std::optional<Instant> next_deadline() const {
    if (!leaves_ || !next_wave_) return leaves_ ? leaves_ : next_wave_;
    return std::min(*leaves_, *next_wave_);
  }

 private:
  std::optional<Instant> leaves_;
  std::optional<Instant> next_wave_;
};

}  // namespace gauntlet::sim
