// What a fault does: its name, with parameters where its kind takes some.
#pragma once

#include "scenarios/model/fault.hpp"
#include "scenarios/parse/kind.hpp"

namespace gauntlet::scenarios {

const Kind<FaultAction>& fault_action();

}  // namespace gauntlet::scenarios
