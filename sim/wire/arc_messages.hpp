// ARC messages <-> JSON text, for agents and for the relay. @source ARC protocol specification and
// the reference client, as the protocol notes in docs/protocols.md summarise them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/ledger/event.hpp"

namespace gauntlet::sim::wire {

/// What every payload of ours carries, so that a receiver can tell whose and which message it got.
struct PayloadTag {
  std::string_view run;         // this run's name: eight hex digits
  metrics::MessageKey message;  // sender, lane and number
  std::int64_t intended_ns{0};  // since the start of the sender's run
};

/// Appends `{"run":…,"from":…,"lane":…,"n":…,"at":…,"pad":"…"}`, exactly `bytes` long when the tag
/// itself is not longer. The padding is a pure function of the tag.
void append_payload(std::string& out, const PayloadTag& tag, std::uint32_t bytes);

/// Appends `{"run":…,"from":…,"lane":…,"n":…,"at":…,"answer":…}`.
/// @param answer  JSON.
void append_answer_payload(std::string& out, const PayloadTag& tag, std::string_view answer);

/// One message in either direction, as views into its text or the decoder's scratch space.
struct ArcMessage {
  std::string_view id;
  std::string_view from;
  std::string_view type;     // empty: none
  std::string_view ref;      // a string's content, or a number's text; empty: none
  std::string_view payload;  // raw JSON; empty: absent (ARC demands one; null counts as present)
  bool has_to{false};        // `to` is an array of strings
  std::span<const std::string_view> to;
  std::optional<PayloadTag> tag;  // when the payload is one of ours
  bool error{false};              // `type` is "error", or the document's {"error", "message"} form
  std::string_view error_code;    // of an error, in either form; empty: none
  std::uint32_t unknown_fields{0};
};

/// Reads messages with one parser and one scratch buffer, kept between calls.
/// @threads One thread at a time.
class ArcDecoder {
 public:
  ArcDecoder();
  ~ArcDecoder();
  ArcDecoder(ArcDecoder&&) noexcept;

  /// Any field order, unknown fields allowed. Null when `text` is not a JSON object, or a field
  /// that is known has a type that it cannot have. Valid until the next call, and as long as
  /// `text`.
  const ArcMessage* decode(std::string_view text);

  /// The strings of payload.agents of a subscribe or unsubscribe, given ArcMessage::payload; null
  /// when it is not an object with an array of strings of that name. Valid until the next call.
  const std::vector<std::string>* decode_agents(std::string_view payload);

 private:
  struct Impl;
  Impl* impl_;
};

// ---- Agent to relay. `payload` is JSON text, appended as it is.

void append_arc_broadcast(std::string& out, std::string_view payload, std::string_view type = {},
                          std::string_view ref = {});
void append_arc_direct(std::string& out, std::span<const std::string_view> to,
                       std::string_view payload, std::string_view type = {},
                       std::string_view ref = {});
/// A command: to ["relay"], with payload `{}` unless agents are given.
void append_arc_command(std::string& out, std::string_view type,
                        std::span<const std::string_view> agents = {});

// ---- Relay to agent.

struct ArcEnvelope {
  std::string_view id;
  std::string_view from;
  std::span<const std::string_view> to;
  std::int64_t ts_ms;
  std::string_view type{};  // empty: none
  std::string_view ref{};   // empty: none
};
void append_arc_delivery(std::string& out, const ArcEnvelope& envelope, std::string_view payload);

}  // namespace gauntlet::sim::wire
