// The cases themselves, without results: for a terminal and for docs/conformance.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/conformance/case.hpp"

namespace gauntlet::sim::conformance {

std::string case_list(const std::vector<const Case*>& cases);

/// A table for each area.
std::string case_list_markdown(std::string_view subject, const std::vector<const Case*>& cases);

}  // namespace gauntlet::sim::conformance
