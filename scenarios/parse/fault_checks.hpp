// Whether faults can befall those at whom they are aimed, at the time that is given.
#pragma once

#include "scenarios/model/scenario.hpp"
#include "scenarios/parse/reader.hpp"
#include "scenarios/parse/value.hpp"

namespace gauntlet::scenarios {

/// Complains of every fault of a scenario that cannot take place. What the reader has complained of
/// is left alone.
void check_faults(const Scenario& scenario, const Value& root, Reader& reader);

}  // namespace gauntlet::scenarios
