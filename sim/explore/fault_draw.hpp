// Faults that a scenario could have, drawn at random.
#pragma once

#include <vector>

#include "scenarios/model/fault.hpp"
#include "scenarios/model/scenario.hpp"
#include "scenarios/terms/random.hpp"

namespace gauntlet::sim {

/// A schedule of up to kDrawnFaultsMax faults, none now and then, that befall clients of `scenario`
/// before its measuring ends. Each schedule is of a random half of the kinds: a run in which
/// everything happens a little shows less than one in which few things happen often.
/// @source Groce et al., "Swarm Testing", ISSTA 2012.
std::vector<scenarios::Fault> draw_faults(const scenarios::Scenario& scenario, Stream& random);

inline constexpr std::size_t kDrawnFaultsMax = 6;

/// The kinds that may be among them.
std::vector<FaultKind> drawn_kinds(const scenarios::Scenario& scenario);

}  // namespace gauntlet::sim
