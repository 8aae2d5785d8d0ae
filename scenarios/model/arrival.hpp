// When the clients of a population start.
#pragma once

#include <cstdint>

#include "scenarios/model/arrivals.hpp"

namespace gauntlet::scenarios {

/// When the `number`th of `count` clients starts, from 0; after kDurationMax at the latest.
Instant arrival_of(const Arrive& arrive, std::uint32_t number, std::uint32_t count);

}  // namespace gauntlet::scenarios
