// What must hold between parts of a scenario that lie apart: rounds and duration, clients and
// targets. What concerns one value is checked by its kind, two of one record by its rules.
#pragma once

#include "scenarios/model/scenario.hpp"
#include "scenarios/parse/reader.hpp"
#include "scenarios/parse/value.hpp"

namespace gauntlet::scenarios {

/// Complains of everything that does not fit together, leaving out what rests on a value that the
/// reader has complained of already.
/// @param root  What the scenario was read from, for places.
void check(const Scenario& scenario, const Value& root, Reader& reader);

}  // namespace gauntlet::scenarios
