// The faults of a scenario that came to nothing in a run.
#pragma once

#include <string>
#include <vector>

#include "metrics/record/snapshot.hpp"
#include "scenarios/model/scenario.hpp"
#include "scenarios/plan/plan.hpp"

namespace gauntlet::sim {

/// A sentence for each cause for which faults befell nobody, with what helps. What befell somebody
/// is counted by kind: of several faults of a kind, one that came to nothing is named only when
/// that was certain before the run.
/// @param snapshot  of the whole run, in all its processes and shards.
std::vector<std::string> idle_faults(const scenarios::Scenario& scenario,
                                     const scenarios::Plan& plan,
                                     const metrics::Snapshot& snapshot);

}  // namespace gauntlet::sim
