// Which cases a user wants.
#pragma once

#include <optional>
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
  /// The first of `only` that is none of these, at any level.
  std::optional<std::string> unknown(const std::vector<const Case*>& all) const;
  std::vector<const Case*> of(const std::vector<const Case*>& all) const;
};

/// The id, or the pattern of an area, that a pattern which fits none may have meant; empty: none is
/// near.
std::string meant_by(std::string_view pattern, const std::vector<const Case*>& all);

}  // namespace gauntlet::sim::conformance
