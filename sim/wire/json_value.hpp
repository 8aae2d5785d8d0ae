// JSON off the hot path: a reply, a recorded answer, a body, as a value to look around in.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace gauntlet::sim::wire {

/// Deeper nesting is refused: each level costs stack in whoever walks, copies or flattens the
/// value, and a peer may have made it deep on purpose.
inline constexpr int kJsonDepthMax = 256;

/// Whether brackets nest deeper than kJsonDepthMax before `text` ends. Of text that is no JSON, it
/// says no more than that.
bool json_too_deep(std::string_view text);

/// The value that `text` is; discarded when it is no JSON, or too deep.
nlohmann::json json_value(std::string_view text);

}  // namespace gauntlet::sim::wire
