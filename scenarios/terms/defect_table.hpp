// All defects: the rows of relay, arena and WebSocket, one after another.
#pragma once

#include <array>
#include <cstddef>

#include "scenarios/terms/arena_defects.hpp"
#include "scenarios/terms/defect.hpp"
#include "scenarios/terms/relay_defects.hpp"
#include "scenarios/terms/socket_defects.hpp"

namespace gauntlet {

inline constexpr std::size_t kDefectCount =
    kRelayDefects.size() + kArenaDefects.size() + kSocketDefects.size();

namespace detail {

constexpr std::array<DefectDef, kDefectCount> all_defects() {
  std::array<DefectDef, kDefectCount> all{};
  std::size_t next = 0;
  const auto append = [&](const auto& rows, DefectOf of) {
    for (DefectDef row : rows) {
      row.of = of;
      all[next++] = row;
    }
  };
  append(kRelayDefects, DefectOf::relay);
  append(kArenaDefects, DefectOf::arena);
  append(kSocketDefects, DefectOf::socket);
  return all;
}

}  // namespace detail

inline constexpr std::array kDefects = detail::all_defects();

namespace detail {
constexpr bool defects_match_ids() {
  for (std::size_t i = 0; i < kDefectCount; ++i)
    if (static_cast<std::size_t>(kDefects[i].id) != i || !kDefects[i].help.ends_with('.'))
      return false;
  return true;
}
static_assert(defects_match_ids());
}  // namespace detail

constexpr const DefectDef& def(Defect defect) { return kDefects[static_cast<std::size_t>(defect)]; }

/// Whether a server of this kind can have the defect.
constexpr bool is_of(const DefectDef& defect, DefectOf server) {
  return defect.of == server || defect.of == DefectOf::socket;
}

}  // namespace gauntlet
