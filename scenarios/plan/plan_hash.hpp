// A fingerprint of what a plan intends.
#pragma once

#include <cstdint>

#include "scenarios/plan/plan.hpp"

namespace gauntlet::scenarios {

/// 64 bits over the phases, every actor, every setting that intended times, recipients, payloads
/// and behaviour are drawn from, the first operations of the first agents, and every round. Since
/// all operations are pure functions of these settings, nothing more of them is drawn: it takes as
/// long for an hour as for a second. Depends on scenario and seed alone, and not on where targets
/// are.
/// @param plan  complete, but for its hash.
std::uint64_t plan_hash(const Scenario& scenario, const Plan& plan);

}  // namespace gauntlet::scenarios
