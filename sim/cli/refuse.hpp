// The end of a command that could not begin.
#pragma once

#include <vector>

#include "sim/cli/exit_code.hpp"
#include "sim/orchestrator/obstacle.hpp"
#include "sim/orchestrator/preflight.hpp"

namespace gauntlet::sim {

/// Says on standard error what is in the way.
ExitCode refuse(const Obstacle& obstacle);

/// Says on standard error what was found.
/// @return usage when one of them refuses, else met.
ExitCode refuse(const std::vector<Finding>& findings);

}  // namespace gauntlet::sim
