// A moment in which something did not hold that always holds.
#pragma once

#include <cstddef>

#include "metrics/ledger/event.hpp"
#include "scenarios/terms/actor_id.hpp"
#include "scenarios/terms/invariant.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

struct Breach {
  Invariant invariant{};
  Instant at{};          // when it showed
  Instant since{};       // when it began: of a message that was lost, when it was sent
  ActorId actor{};       // at whom it showed
  MessageKey message{};  // whose sender is the other one involved; the same one, when there is none
  bool operator==(const Breach&) const = default;
};

/// Of one ledger, so many are kept: the first. All are counted.
inline constexpr std::size_t kBreachesMax = 16;

}  // namespace gauntlet::metrics
