// What an exploration has reached, and what it never did, for people.
#pragma once

#include <string>
#include <vector>

#include "scenarios/terms/fault_kind.hpp"
#include "sim/explore/coverage.hpp"

namespace gauntlet::sim {

/// A few lines for faults and a few for each kind of client, in a fixed order.
/// @param drawn  the kinds of faults that could have befallen someone.
std::string coverage_text(const Coverage& coverage, const std::vector<FaultKind>& drawn);

}  // namespace gauntlet::sim
