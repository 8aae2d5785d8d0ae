// One connection of a case: HTTP at first, a WebSocket once the server has agreed to that.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/terms/random.hpp"
#include "sim/conformance/transcript.hpp"
#include "sim/session/links.hpp"
#include "sim/wire/http.hpp"
#include "sim/wire/websocket.hpp"

namespace gauntlet::sim::conformance {

/// Something that came over a connection, or became of it.
struct Event {
  enum class Kind : std::uint8_t {
    opened,
    failed,  // never opened
    reply,   // to an HTTP request; code: its status, 0 when it is no HTTP
    text,
    binary,
    ping,
    pong,
    close,      // code and reason; 1005: none given
    violation,  // the server broke RFC 6455
    ended,      // the stream
  };
  Kind kind;
  Instant at;
  int code{0};
  std::string body{};     // of a reply or a message; the reason of an end
  nlohmann::json json{};  // of a text that is JSON; else discarded
  bool taken{false};      // by a script that waited for it
};

/// Who must know that something has happened.
class Listener {
 public:
  Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  virtual ~Listener() = default;
  virtual void stirred(Instant now) = 0;
};

/// Writes what it is told and keeps all that comes. Answers pings, and a close with a close.
class Connection final : public LinkUser {
 public:
  /// Exports of a long session are long.
  static constexpr std::uint64_t kReplyBytesMax = std::uint64_t{32} * 1024 * 1024;

  struct Setting {
    Links& links;
    Listener& listener;
    Transcript& transcript;
    Endpoint to;
    ActorId actor;
    std::string name;
    /// How the ids of a crowd begin whose broadcasts, or whose doings that a screen is shown, are
    /// not heard; empty: all are. Of thousands a
    /// second, what concerns the case could not be found again.
    std::string crowd{};
    Stream random;
  };

  /// Dials.
  explicit Connection(Setting setting);
  /// Gone without a word, unless it was closed before.
  ~Connection() override;

  const std::string& name() const { return setting_.name; }
  const std::vector<Event>& events() const { return events_; }
  std::vector<Event>& events() { return events_; }
  bool opened() const { return opened_; }
  /// The server is not there any more, or never was.
  bool over() const { return over_; }
  /// It has become a WebSocket, whatever became of that.
  bool upgraded() const { return decoder_ != nullptr; }
  bool talking() const { return decoder_ != nullptr && !over_; }
  /// What is needed of a reply beyond its status: all that came before a WebSocket began.
  const std::string& raw() const { return raw_; }

  /// What to call these bytes in the transcript; empty: the bytes themselves.
  void write(std::string_view bytes, Instant now, std::string_view words = {});
  /// A 101 that fits this nonce makes it a WebSocket.
  void expect_upgrade(std::string nonce) { nonce_ = std::move(nonce); }
  void send_frame(wire::Opcode opcode, std::string_view payload, Instant now, bool fin = true);
  void send_close(std::uint16_t code, std::string_view reason, Instant now);
  void answer_pings(bool on) { answers_pings_ = on; }
  void read(bool on) { setting_.links.read(link_, on); }
  /// Nothing more is written; what comes is still heard.
  void finish() { setting_.links.finish(link_); }
  /// Nothing more is heard.
  void end(Ending how);

  void opened(LinkId link, Instant now) override;
  void failed(LinkId link, Outcome why, Instant now) override;
  void bytes(LinkId link, std::span<char> bytes, Instant now) override;
  void ended(LinkId link, Outcome how, Instant now) override;

 private:
  void read_reply(std::span<char>& bytes, Instant now);
  void take_reply(int status, Instant now);
  void hear(const wire::WsEvent& event, Instant now);
  bool is_of_the_crowd(const nlohmann::json& message) const;
  void note(Event event, std::string_view words);
  std::uint32_t next_mask() { return static_cast<std::uint32_t>(setting_.random.next() >> 32U); }

  Setting setting_;
  LinkId link_{0};
  bool opened_{false};
  bool over_{false};
  bool gone_{false};  // we have ended the link, or it has ended
  bool answers_pings_{true};
  bool closing_{false};  // we have sent a close
  std::string nonce_;
  std::string raw_;
  wire::ReplyReader reply_{kReplyBytesMax};
  std::unique_ptr<wire::FrameDecoder> decoder_;  // once it is a WebSocket
  std::vector<Event> events_;
};

}  // namespace gauntlet::sim::conformance
