// When the operator stops a round, and voters begin to think about it.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

#include "scenarios/model/scenario.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

/// A round ends once everybody is past its deadline, with a moment for their last messages; but
/// before the next one is due.
inline Instant end_of_round(const std::vector<scenarios::Round>& rounds, std::size_t index) {
  constexpr Duration kLastMessages = std::chrono::milliseconds{500};
  const scenarios::Round& round = rounds[index];
  const Duration end = round.at + round.deadline + kLastMessages;
  if (index + 1 == rounds.size()) return at(end);
  return at(std::clamp(rounds[index + 1].at, round.at, std::max(round.at, end)));
}

}  // namespace gauntlet::sim
