// The opening handshake (RFC 6455 §4) and as much of HTTP as it takes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gauntlet::limit {

/// What comes before a WebSocket, or instead of one.
struct HttpMessage {
  std::string_view start;  // its first line
  std::string_view head;   // everything before the body
  std::string_view body;
  std::size_t bytes;  // of all of it
};

/// Nothing: it has not come whole yet.
std::optional<HttpMessage> read_http(std::string_view bytes);

/// A field of the head, by its name in lower case; empty when it is not there.
std::string_view http_field(std::string_view head, std::string_view name);

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string websocket_accept(std::string_view key);

}  // namespace gauntlet::limit
