// How it came to a breach: what those involved did and met, in order, and few others whom a fault
// befell.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "metrics/ledger/breach.hpp"
#include "scenarios/model/scenario.hpp"
#include "scenarios/plan/plan.hpp"

namespace gauntlet::sim {

/// "agent-2", as faults are aimed at it.
std::string name_of(const scenarios::Plan& plan, ActorId actor);

/// Where it showed, as a clause: "at agent-2, of message 7 of agent-0, after 4.2 s".
std::string in_words(const metrics::Breach& breach, const scenarios::Plan& plan);

/// Runs the scenario once more in virtual time, and listens. A line for each event, without its
/// end; at most kStoryLines, those around the moment of the breach, with the last commands before
/// it by which one of the two whom it concerns follows the other or no longer, and one more for
/// what never came.
/// @param interrupted  Asked after each moment; once it is true, nothing is told.
std::vector<std::string> story_of(const scenarios::Scenario& scenario,
                                  const metrics::Breach& breach,
                                  const std::function<bool()>& interrupted = {});

inline constexpr std::size_t kStoryLines = 24;

}  // namespace gauntlet::sim
