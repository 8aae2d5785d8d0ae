// How often the messages of a stream come: at a rate, or in a closed loop.
#pragma once

#include <cstdint>
#include <optional>

#include "scenarios/model/arrivals.hpp"
#include "scenarios/terms/distribution.hpp"

namespace gauntlet::scenarios {

/// One of `rate` and `in_flight` is set, never both.
struct Load {
  std::optional<Rate> rate;              // open: of each agent, whatever became of what it sent
  Arrivals arrivals{PoissonArrivals{}};  // of an open load
  /// Closed: each agent keeps so many under way, and sends the next when one has come back.
  std::optional<std::uint32_t> in_flight;
  Distribution think{Constant{Duration{}}};  // closed: from a return to the next one's leaving
  bool operator==(const Load&) const = default;
};

}  // namespace gauntlet::scenarios
