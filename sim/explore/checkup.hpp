// Does a target still do its work?
#pragma once

#include <optional>
#include <string>

#include "scenarios/model/scenario.hpp"

namespace gauntlet::sim {

/// A few clients go in and say something to one another, live and without any fault, within about
/// three seconds.
/// @return What is wrong, as a clause: "the relay is dead: nobody can connect (refused)"; unset
///         when everything works.
std::optional<std::string> check_up(const scenarios::Scenario& scenario);

/// The scenario of that, for the targets of another.
scenarios::Scenario checkup_of(const scenarios::Scenario& scenario);

}  // namespace gauntlet::sim
