// The results as JSON, for programs.
#pragma once

#include <string>

#include "sim/conformance/report/conformance_report.hpp"

namespace gauntlet::sim::conformance {

/// {"schema": 1, "subject", "url", "conforms", "counts": {...}, "cases": [{"id", "area", "level",
/// "verdict", "does", "clause", "expected"?, "came"?, "accepted"?, "again", "took_s",
/// "transcript"}], "no_longer_deviate"}
std::string conformance_json(const ConformanceReport& report);

}  // namespace gauntlet::sim::conformance
