// A WebSocket client of a case, as its script speaks of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/conformance/message.hpp"
#include "sim/conformance/stage.hpp"

namespace gauntlet::sim::conformance {

/// How a connection ended, as one of its ends knows it.
struct Ended {
  int code{0};           // of the close frame; 0: the stream ended without one
  std::string reason{};  // of the server, or what broke
};

/// A handle: copies are the same connection. It belongs to its stage.
class Socket {
 public:
  Socket(Stage& stage, Connection& connection) : stage_{&stage}, connection_{&connection} {}

  const std::string& who() const { return connection_->name(); }
  Stage& stage() const { return *stage_; }
  Connection& connection() const { return *connection_; }
  bool open() const { return connection_->talking(); }

  void says(const Json& message) const { says(std::string_view{message.dump()}); }
  void says(std::string_view text) const;
  void says(const std::string& text) const { says(std::string_view{text}); }
  void says(const char* text) const { says(std::string_view{text}); }
  void sends_bytes(std::string_view bytes, std::string_view words = {}) const;
  void sends_frame(wire::Opcode opcode, std::string_view payload, bool fin = true) const;
  void closes(std::uint16_t code = 1000, std::string_view reason = {}) const;
  /// Without a close frame: the end of the stream, or a reset.
  void hangs_up() const { connection_->end(Ending::close); }
  void breaks_off() const { connection_->end(Ending::reset); }

  /// The next message that fits and was not heard before. Without one in time, the case has failed.
  /// @param what  "the message from alice": what should have come.
  Task<Message> hears(std::string what, Pattern pattern) const;
  /// The same, where it may not come.
  Task<std::optional<Message>> may_hear(Pattern pattern, Duration at_most) const;
  /// Waits, and fails the case if what should not come does.
  Steps hears_nothing(std::string what, Pattern pattern) const;
  /// What has come so far counts as heard: it does not answer what follows.
  void listens_anew() const;
  /// What has come and fits; not waited for.
  std::vector<Message> heard(const Pattern& pattern) const;

  /// Until the server has closed or ended the connection. nullopt: it is still there.
  Task<std::optional<Ended>> may_be_closed(Duration at_most) const;
  /// A WebSocket ping and its pong: what was sent before has been read. Without: a failure.
  Steps round_trip() const;

  /// "nothing", "the connection was closed with 1002", or the last messages.
  std::string what_came() const;

 private:
  Event* next(const Pattern& pattern) const;

  Stage* stage_;
  Connection* connection_;
};

/// The answer to an upgrade. reply.status is 101 even when it is not a WebSocket's.
struct Upgrade {
  Reply reply;
  Socket socket;
  bool accepted() const { return socket.connection().upgraded(); }
};

/// "HTTP 401 ...", or how the connection ended.
std::string said(const std::optional<Ended>& ended);

}  // namespace gauntlet::sim::conformance
