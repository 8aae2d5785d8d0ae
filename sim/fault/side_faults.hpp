// What a client does on further connections: it waits there, comes in twice, or tries to.
#pragma once

#include <string_view>

#include "scenarios/model/fault.hpp"
#include "sim/fault/wrong_words.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// Learns from what a client says how it comes in, and says it again beside it.
class SideFaults {
 public:
  /// @param socket  where the client's own connection goes.
  explicit SideFaults(Endpoint socket) : socket_{socket} {}

  void watch(const Effect& effect, const Outbox& out);
  /// Whether it knows enough for a fault that is carried out beside (FaultPlace::beside).
  bool can_open(FaultKind kind, const LastWords& last) const;
  /// Only when it can be opened.
  void open(const scenarios::FaultAction& action, const LastWords& last, Outbox& out);
  /// Closes what is open, if anything is.
  void close(Outbox& out);

 private:
  void talk(SecretSlice says, Outbox& out) const;
  void guess_pins(std::uint32_t guesses, Outbox& out) const;

  Endpoint socket_;
  Secret path_;          // of its WebSocket
  Secret bearer_;        // with which it came in
  Secret registration_;  // of a participant: its message, with the PIN
  Endpoint registry_{Endpoint::relay_http};
  Secret register_path_;
  Secret request_;  // of an agent: the body
  bool open_{false};
};

/// Whether a message or a reply says no.
bool is_refusal(std::string_view text);

}  // namespace gauntlet::sim
