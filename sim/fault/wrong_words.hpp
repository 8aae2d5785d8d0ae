// What no well-meaning client ever says, as the bytes that it would be.
#pragma once

#include <string>

#include "scenarios/terms/fault_kind.hpp"

namespace gauntlet::sim {

/// Appends the frames of a fault that is carried out in words (FaultPlace::words), ready for the
/// wire.
void append_wrong_words(std::string& out, FaultKind kind);

}  // namespace gauntlet::sim
