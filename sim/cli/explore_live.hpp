// `gauntlet explore --live`: runs over sockets, against targets that may not survive them.
#pragma once

#include "scenarios/model/scenario.hpp"
#include "sim/cli/commands.hpp"
#include "sim/explore/trial.hpp"

namespace gauntlet::sim {

ExitCode explore_live(const scenarios::Scenario& scenario, const ExploreFlags& flags,
                      const Claims& claims);

}  // namespace gauntlet::sim
