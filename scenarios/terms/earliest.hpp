// What comes first, of things that may never come.
#pragma once

#include <algorithm>
#include <concepts>
#include <optional>

#include "scenarios/terms/time.hpp"

namespace gauntlet {

/// The earliest of some moments, or none when none of them ever comes.
template <std::same_as<std::optional<Instant>>... Others>
constexpr std::optional<Instant> earliest(std::optional<Instant> first, Others... others) {
  // Plain moments rather than optionals, which would go through memory for every comparison.
  constexpr Instant kNever = Instant::max();
  Instant at = first.value_or(kNever);
  ((at = std::min(at, others.value_or(kNever))), ...);
  return at == kNever ? std::nullopt : std::optional{at};
}

}  // namespace gauntlet
