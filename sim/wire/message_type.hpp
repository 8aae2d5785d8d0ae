// What kind of message a text is, for people who read a log.
#pragma once

#include <string_view>

namespace gauntlet::sim::wire {

/// The type of a message of either protocol, in a word of this program's own, never in the
/// sender's: `other` for those that neither protocol has, `none` without one, else `not_json`.
std::string_view message_type(std::string_view text);

}  // namespace gauntlet::sim::wire
