// The results as TAP, the Test Anything Protocol.
#pragma once

#include <string>

#include "sim/conformance/report/conformance_report.hpp"

namespace gauntlet::sim::conformance {

/// TAP version 13: what was skipped is `# SKIP`, what is accepted `# TODO`, which may fail.
std::string tap(const ConformanceReport& report);

}  // namespace gauntlet::sim::conformance
