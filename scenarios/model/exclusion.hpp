// Faults of a network, or of a target, that cannot go on together.
#pragma once

#include "scenarios/model/fault.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::scenarios {

/// Whether both surely befall the same victims at the same time, though one of them leaves nothing
/// to the other. Of those that are drawn, or wait for something, it is not known before the run
/// whether they meet; then the latest of a kind counts.
/// @param end  of measuring: `every` repeats until then.
bool exclude_each_other(const Fault& a, const Fault& b, Duration end);

/// The same of a fault that comes again before it is over.
bool excludes_itself(const Fault& fault, Duration end);

/// Whether a fault of drawn victims may befall one of them again before it is over.
bool may_exclude_itself(const Fault& fault, Duration end);

}  // namespace gauntlet::scenarios
