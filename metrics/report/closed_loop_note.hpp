// What coordinated omission would have hidden in this run, in a sentence.
#pragma once

#include <optional>
#include <string>

#include "metrics/record/snapshot.hpp"

namespace gauntlet::metrics {

/// When the p99 that a tool would have printed which waits for each message before it sends the
/// next is less than half of what it was: both, why, and how many took longer than such a tool
/// would have had its users believe.
std::optional<std::string> closed_loop_note(const Snapshot& snapshot);

}  // namespace gauntlet::metrics
