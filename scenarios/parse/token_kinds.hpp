// The tokens of agents that are registered already: a file that a scenario names.
#pragma once

#include "scenarios/model/population.hpp"
#include "scenarios/parse/kind.hpp"

namespace gauntlet::scenarios {

const Kind<Tokens>& tokens();

}  // namespace gauntlet::scenarios
