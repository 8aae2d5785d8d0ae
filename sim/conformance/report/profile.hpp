// The deviations that a server's owners have accepted, so that CI can be green today and stricter
// tomorrow.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/terms/diagnostic.hpp"
#include "scenarios/terms/result.hpp"

namespace gauntlet::sim::conformance {

struct AcceptedDeviation {
  std::string cases;   // an id or a pattern: "ARC-REG-1*"
  std::string reason;  // for people
};
using Profile = std::vector<AcceptedDeviation>;

/// From YAML:
///
///     accept:
///       - {case: ARC-ROUTE-15, reason: "we drop unknown fields on purpose"}
///
/// @param known  ids of cases; a pattern that fits none of them is a mistake.
/// @error Every mistake, with its place.
Result<Profile, Diagnostics> parse_profile(const std::string& file, std::string_view text,
                                           const std::vector<std::string_view>& known);

}  // namespace gauntlet::sim::conformance
