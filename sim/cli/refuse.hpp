// The end of a command that could not begin.
#pragma once

#include "sim/cli/exit_code.hpp"
#include "sim/orchestrator/obstacle.hpp"

namespace gauntlet::sim {

/// Says on standard error what is in the way.
ExitCode refuse(const Obstacle& obstacle);

}  // namespace gauntlet::sim
