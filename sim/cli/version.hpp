// What this build calls itself.
#pragma once

#include <string_view>

namespace gauntlet::sim {

inline constexpr std::string_view kVersion = GAUNTLET_VERSION;

}  // namespace gauntlet::sim
