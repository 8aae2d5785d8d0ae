// Text as XML and HTML want it.
#pragma once

#include <string>
#include <string_view>

namespace gauntlet::sim::conformance {

/// Without the characters that XML 1.0 has no way to write.
std::string escaped(std::string_view text);

}  // namespace gauntlet::sim::conformance
