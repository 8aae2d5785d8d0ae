// Which rounds a participant could not play because it was not there.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include "sim/actor/boards.hpp"

namespace gauntlet::sim {

/// An arena challenges those who are registered when a round starts, and nobody afterwards. Who was
/// away at that moment missed it. The board may know of a round's start before its challenge has
/// come, so what was missed is settled only when there is no doubt: at a later challenge, at the
/// next loss, or at the end.
class Attendance {
 public:
  explicit Attendance(const RoundBoard& rounds) : rounds_{rounds} {}

  void entered() {
    if (!away_) return;
    away_ = false;
    until_ = rounds_.begun();
  }
  void left() {
    settle();
    away_ = true;
    from_ = rounds_.begun();
  }
  void challenged(std::size_t round_index) {
    until_ = std::min(until_, round_index);
    settle();
  }
  /// No challenge will come any more.
  void end() {
    entered();
    settle();
  }

  /// How many rounds it missed since it was last asked.
  std::size_t take_missed() { return std::exchange(missed_, 0); }

 private:
  void settle() {
    for (; from_ < until_; ++from_)
      if (rounds_.begun(from_)) ++missed_;
    until_ = 0;
  }

  const RoundBoard& rounds_;
  std::size_t from_{0};   // it was away when these rounds were to start,
  std::size_t until_{0};  // up to this one
  std::size_t missed_{0};
  bool away_{true};
};

}  // namespace gauntlet::sim
