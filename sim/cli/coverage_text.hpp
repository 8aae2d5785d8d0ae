// What an exploration has reached, and what it never did, for people.
#pragma once

#include <string>

#include "sim/explore/coverage.hpp"

namespace gauntlet::sim {

/// A few lines for faults and a few for each kind of client, in a fixed order.
std::string coverage_text(const Coverage& coverage);

}  // namespace gauntlet::sim
