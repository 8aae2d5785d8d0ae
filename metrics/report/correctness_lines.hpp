// Conformance idle and under load, side by side, for a terminal.
#pragma once

#include <string>

#include "metrics/report/lines.hpp"
#include "metrics/verdict/correctness.hpp"

namespace gauntlet::metrics {

/// How many cases had which verdict, those that did not hold or came out differently, and what was
/// left out.
/// @param scenario_file  for the command that plays a case again.
Lines correctness_lines(const Correctness& all, const std::string& scenario_file,
                        const Paint& paint);

}  // namespace gauntlet::metrics
