// The results where GitHub Actions shows them.
#pragma once

#include <string>

#include "sim/conformance/report/conformance_report.hpp"

namespace gauntlet::sim::conformance {

/// Workflow commands for what counts against the server: at most nine, and one that says how many
/// there are in all. GitHub shows no more than ten of a step.
std::string github_annotations(const ConformanceReport& report);

/// Markdown for the step's summary: a table of the areas, and what counts.
std::string github_summary(const ConformanceReport& report);

}  // namespace gauntlet::sim::conformance
