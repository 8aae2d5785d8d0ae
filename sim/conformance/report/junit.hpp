// The results as the XML that CI systems read.
#pragma once

#include <string>

#include "sim/conformance/report/conformance_report.hpp"

namespace gauntlet::sim::conformance {

/// One <testsuite> for each area. A failure is a <failure>, a server's death an <error>; what was
/// skipped, inconclusive or accepted is <skipped>, with the reason.
std::string junit_xml(const ConformanceReport& report);

}  // namespace gauntlet::sim::conformance
