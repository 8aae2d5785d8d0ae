// The short way to read an ARC message of ours. Private to this folder.
#pragma once

#include <string_view>
#include <vector>

#include "sim/wire/arc_messages.hpp"

namespace gauntlet::sim::wire {

/// Reads a message between agents whose payload is one of ours, in plain JSON: what the decoder
/// would say of it, without its copy of the text.
/// @param to  where the receivers' names go.
/// @return false when it is not so plain; `message` and `to` then hold anything.
bool read_plain_arc(std::string_view text, ArcMessage& message, std::vector<std::string_view>& to);

}  // namespace gauntlet::sim::wire
