// What each outcome means and what to do about it, for people who read a report.
#pragma once

#include <string_view>

#include "scenarios/terms/outcome.hpp"

namespace gauntlet::metrics {

/// One sentence or two.
std::string_view explain(Outcome outcome);

}  // namespace gauntlet::metrics
