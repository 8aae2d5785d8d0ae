// The kinds of `targets`: embedded servers with their options, or the addresses of real ones.
#pragma once

#include "scenarios/model/targets.hpp"
#include "scenarios/parse/kind.hpp"

namespace gauntlet::scenarios {

const Kind<Targets>& targets();

}  // namespace gauntlet::scenarios
