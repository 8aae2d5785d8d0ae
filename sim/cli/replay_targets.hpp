// Where a replay goes, and how it is judged: a scenario of which the population is a recording's.
#pragma once

#include <optional>

#include "scenarios/model/scenario.hpp"
#include "scenarios/terms/result.hpp"
#include "sim/cli/commands.hpp"
#include "sim/orchestrator/obstacle.hpp"
#include "sim/replay/script.hpp"

namespace gauntlet::sim {

/// @return nothing when a flag has a mistake that a scenario could have, too; it has been printed.
/// @error  A target or a PIN is missing, or there is one too many.
Result<std::optional<scenarios::Scenario>, Obstacle> replay_scenario(const replay::Script& script,
                                                                     const ReplayFlags& flags);

}  // namespace gauntlet::sim
