// What no well-meaning client ever says, as the bytes that it would be.
#pragma once

#include <string>
#include <string_view>

#include "scenarios/terms/fault_kind.hpp"

namespace gauntlet::sim {

/// What a participant said last, for those faults that say it again: JSON, or empty.
struct LastWords {
  std::string token{};
  std::string completion{};
  bool generating{false};
};

/// Whether a fault of words has something to say now.
bool can_say(FaultKind kind, const LastWords& last);

/// Appends the frames of a fault that is carried out in words (FaultPlace::words), ready for the
/// wire. Only when it can be said.
void append_wrong_words(std::string& out, FaultKind kind, const LastWords& last);

}  // namespace gauntlet::sim
