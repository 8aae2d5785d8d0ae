// Faults whose time is over before there is anybody whom they could befall.
#pragma once

#include "scenarios/model/fault.hpp"
#include "scenarios/plan/plan.hpp"

namespace gauntlet::scenarios {

/// Whether a fault of clients surely befalls nobody: at the last of its moments, the first of those
/// whom it is aimed at has not begun; or only just, and the fault takes one who is in. False of
/// those that wait for something to happen (`after`).
bool is_too_early(const Fault& fault, const Plan& plan);

}  // namespace gauntlet::scenarios
