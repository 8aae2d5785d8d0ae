// The contract between an embedded server and whatever drives it: a Machine with a connection in
// front of everything.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "scenarios/terms/outcome.hpp"
#include "scenarios/terms/time.hpp"
#include "sim/machine/outbox.hpp"

namespace gauntlet::sim {

/// One HTTP request or one WebSocket; numbers are never used twice in a run.
using ConnectionId = std::uint64_t;

// ---- What a driver tells a target. Views are valid for the call.

/// An HTTP request, whole. Must be answered by Respond, or by Accept when `upgrade`; at once or
/// later.
struct Asked {
  std::uint8_t port;        // 0: the main port; 1: the second one, if the target has one
  bool upgrade;             // wants to become a WebSocket
  std::string_view method;  // "GET"
  std::string_view path;    // "/arc", without the query
  std::string_view query;   // "token=tok_1", without the '?', not decoded
  std::string_view bearer;  // of Authorization: Bearer, else empty
  std::string_view peer;    // the client's address, for limits per address
  std::string_view body;
};
struct Heard {  // one whole message on an accepted WebSocket: text, or binary, any bytes
  std::string_view text;
};
struct PeerPinged {};  // answered already: only a sign of life
struct PeerPonged {};
struct Gone {          // the WebSocket is closed or broken, or the asker left before its answer
  std::uint16_t code;  // 1006 without a close frame
};
struct TimeCame {};

using TargetInput = std::variant<Asked, Heard, PeerPinged, PeerPonged, Gone, TimeCame>;

// ---- What a target asks a driver to do.

enum class ContentType : std::uint8_t { json, csv, text };
struct Respond {
  int status;
  Slice body;
  ContentType type{ContentType::json};
};
struct Accept {};  // 101: the connection is a WebSocket from here on
struct Say {       // one text message; several effects may share one slice
  Slice text;
};
struct Probe {};  // a WebSocket ping
struct HangUp {   // a close frame; Gone follows when the connection is down
  std::uint16_t code;
  Slice reason{};
};

// Of the server as a whole, addressed to nobody (0): how it fares when its process does.
struct Halt {};    // nothing is read or answered any more, as of a process that is stopped
struct Crash {};   // every connection breaks, without Gone for any of them; new ones are refused
struct Resume {};  // the end of either

using TargetEffect = std::variant<Respond, Accept, Say, Probe, HangUp, Halt, Crash, Resume>;

struct Addressed {
  ConnectionId to;
  TargetEffect effect;
};
using TargetOutbox = BasicOutbox<Addressed>;

/// A server as a pure state machine. The rules of Machine apply: time is an argument, no blocking,
/// no clock, no randomness that was not given. Effects for a connection that is gone are ignored.
class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  virtual ~Target() = default;

  /// @param from  meaningless (0) for TimeCame.
  virtual void handle(Instant now, ConnectionId from, const TargetInput& input,
                      TargetOutbox& out) = 0;
  virtual std::optional<Instant> next_deadline() const = 0;
};

}  // namespace gauntlet::sim
