// Roles as a recording names them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "scenarios/plan/plan.hpp"

namespace gauntlet::sim::recording {

inline constexpr std::array<std::string_view, 5> kRoleNames{"agent", "participant", "observer",
                                                            "voter", "operator"};

constexpr std::string_view name(scenarios::Role role) {
  return kRoleNames[static_cast<std::size_t>(role)];
}
constexpr std::optional<scenarios::Role> role_of(std::string_view role_name) {
  for (std::size_t i = 0; i < kRoleNames.size(); ++i)
    if (kRoleNames[i] == role_name) return static_cast<scenarios::Role>(i);
  return std::nullopt;
}

}  // namespace gauntlet::sim::recording
