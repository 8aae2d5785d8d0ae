// How faults are written.
#pragma once

#include "scenarios/model/fault.hpp"
#include "scenarios/parse/kind.hpp"

namespace gauntlet::scenarios {

const Kind<Fault>& fault();

}  // namespace gauntlet::scenarios
