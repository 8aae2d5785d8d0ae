// A client of either server whose messages have an effect that can be seen: what cases about frames
// need, whatever the frames carry.
#pragma once

#include <string>

#include "sim/conformance/socket.hpp"

namespace gauntlet::sim::conformance {

struct Speaker {
  Socket socket;
  Socket witness;    // who sees the effect; perhaps the same
  std::string text;  // a message with characters of one to four bytes
  Pattern effect;    // what comes of it
};

/// An agent and another one that it writes to; or a public screen that registers.
Task<Speaker> speaker(Stage& stage);
/// The effect of the speaker's text, sent in whatever way; without it, the case has failed.
Steps has_an_effect(const Speaker& speaker, std::string how);

}  // namespace gauntlet::sim::conformance
