// The results as a person at a terminal reads them.
#pragma once

#include <string>

#include "sim/conformance/report/conformance_report.hpp"

namespace gauntlet::sim::conformance {

/// @param every  a line for each case; else one for each area, and all that is not a pass in full.
std::string terminal_table(const ConformanceReport& report, bool colours, bool every);

}  // namespace gauntlet::sim::conformance
