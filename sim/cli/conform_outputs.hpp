// Where the results of `gauntlet conform` go.
#pragma once

#include <optional>
#include <string>

#include "sim/cli/commands.hpp"
#include "sim/conformance/report/conformance_report.hpp"

namespace gauntlet::sim {

/// To standard output, to the files that the flags name, and to where GitHub Actions looks when it
/// is that which runs us.
/// @return What went wrong with a file, if anything did.
std::optional<std::string> write_report(const conformance::ConformanceReport& report,
                                        const ConformFlags& flags);

}  // namespace gauntlet::sim
