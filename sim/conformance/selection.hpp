// Which cases a user wants.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/conformance/case.hpp"

namespace gauntlet::sim::conformance {

/// '*' stands for any characters: "ARC-ROUTE-*".
bool fits(std::string_view pattern, std::string_view id);

struct Selection {
  std::vector<std::string> only{};  // patterns; empty: all
  std::vector<std::string> skip{};  // patterns
  Level level{Level::may};          // and what is wanted more than that

  bool takes(const Case& row) const;
  std::vector<const Case*> of(const std::vector<const Case*>& all) const;
};

}  // namespace gauntlet::sim::conformance
