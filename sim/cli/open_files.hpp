// Whether this process may open as many files as a run needs.
#pragma once

#include <optional>

#include "scenarios/plan/plan_summary.hpp"
#include "sim/orchestrator/obstacle.hpp"

namespace gauntlet::sim {

/// What is in the way of a run with this plan; nothing when there are enough.
std::optional<Obstacle> too_few_files(const scenarios::PlanSummary& plan);

}  // namespace gauntlet::sim
