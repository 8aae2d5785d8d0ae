// The numbers of a scenario that can be turned from outside: which one a user means, and how a
// value of it is written.
#pragma once

#include <string>
#include <string_view>

#include "scenarios/model/scenario.hpp"
#include "scenarios/terms/result.hpp"

namespace gauntlet::scenarios {

/// A number of a scenario, in the basic unit of its kind: per second, bytes, seconds, percent, or
/// none.
struct Knob {
  std::string path;  // as --set takes it: "population.0.send.0.rate"
  double value;      // as the scenario has it
  std::string unit;  // behind the number: "/s", " bytes", "s", "%", or nothing
  bool whole;        // only whole numbers make sense
};

struct KnobProblem {
  std::string what;
  std::string fix;
};

/// The number that a path means. Steps that are plain from the scenario may be left out: the
/// number of an entry, or instead of it what it is of (`population.agents.send.rate`), and
/// `population` itself (`send.rate`). A default counts as if it were written.
/// @error There is none of that name, or there are several; the fix lists them.
Result<Knob, KnobProblem> find_knob(const Scenario& scenario, std::string_view path);

/// A value for a knob, as a user writes it: with a unit of its kind, or without one.
Result<double, KnobProblem> knob_value(const Knob& knob, std::string_view text);

/// What to give to --set.
std::string assignment(const Knob& knob, double value);

}  // namespace gauntlet::scenarios
