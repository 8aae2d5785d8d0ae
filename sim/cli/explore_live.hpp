// `gauntlet explore --live`: runs over sockets, against targets that may not survive them.
#pragma once

#include "scenarios/model/scenario.hpp"
#include "sim/cli/commands.hpp"
#include "sim/explore/trial.hpp"
#include "sim/orchestrator/obstacle.hpp"

namespace gauntlet::sim {

/// Why nothing can be said after an exploration that had time for no run at all.
Obstacle no_run_in_time();

ExitCode explore_live(const scenarios::Scenario& scenario, const ExploreFlags& flags,
                      const Claims& claims);

}  // namespace gauntlet::sim
