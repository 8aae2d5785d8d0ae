// How often the messages of a stream come: the keys that sends and questions share.
#pragma once

#include <string>

#include "scenarios/model/load.hpp"
#include "scenarios/parse/record.hpp"

namespace gauntlet::scenarios {

/// @param one  of what comes: "message".
/// @param back  what a closed loop waits for: "it has come back".
Record<Load> load_keys(const std::string& one, const std::string& back);

}  // namespace gauntlet::scenarios
