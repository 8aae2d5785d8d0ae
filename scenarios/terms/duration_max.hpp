// The longest time that a scenario can name or draw.
#pragma once

#include "scenarios/terms/time.hpp"

namespace gauntlet {

inline constexpr Duration kDurationMax = std::chrono::hours{10'000};

}  // namespace gauntlet
