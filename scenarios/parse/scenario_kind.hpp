// The kind of a whole scenario: what a file's top level may hold.
#pragma once

#include "scenarios/model/scenario.hpp"
#include "scenarios/parse/kind.hpp"

namespace gauntlet::scenarios {

const Kind<Scenario>& scenario_kind();

}  // namespace gauntlet::scenarios
