// Does a target still do its work?
#pragma once

#include <optional>
#include <string>

#include "scenarios/model/scenario.hpp"

namespace gauntlet::sim {

struct Health {
  /// What is wrong, as a clause: "the relay is dead: nobody gets in (refused)"; unset when
  /// everything works, and when it was interrupted.
  std::optional<std::string> ailment{};
  bool interrupted{false};
};

/// A few clients go in and say something to one another, live and without any fault: about a second
/// where everything works, three where nothing does.
Health check_up(const scenarios::Scenario& scenario);

/// What an ailment is of, and whether that is dead or hung, without how it showed: "the relay is
/// dead".
std::string kind_of_ailment(const std::string& ailment);

/// The scenario of that, for the targets of another.
scenarios::Scenario checkup_of(const scenarios::Scenario& scenario);

}  // namespace gauntlet::sim
