// Which cases can be played while a load is on: they must not harm it, nor be led astray by it.
#pragma once

#include <optional>
#include <string_view>

#include "sim/conformance/case.hpp"

namespace gauntlet::sim::conformance {

/// A phrase for a case that cannot be played beside a load: "it needs the server to itself".
std::optional<std::string_view> why_not_beside_load(const Case& row);

}  // namespace gauntlet::sim::conformance
