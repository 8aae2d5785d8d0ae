// The results as one HTML page that needs nothing else.
#pragma once

#include <string>

#include "sim/conformance/report/conformance_report.hpp"

namespace gauntlet::sim::conformance {

/// A row for each case, to be filtered by words and verdicts; each opens to its clause, its ruling
/// and its transcript.
std::string html_page(const ConformanceReport& report);

}  // namespace gauntlet::sim::conformance
