// The client's end of one WebSocket, from the dial to the last byte, over a byte link.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "scenarios/terms/random.hpp"
#include "sim/session/context.hpp"
#include "sim/wire/http.hpp"
#include "sim/wire/websocket.hpp"

namespace gauntlet::sim {

/// Turns bytes into the inputs Connected, ConnectFailed, Received, Ponged and Closed, and Send,
/// Ping and Close into bytes. Pings are answered here.
class ClientSocket {
 public:
  /// The longest message that a client takes: the arena's limit, which is the larger one.
  static constexpr std::size_t kMessageBytesMax = 1024 * 1024;
  /// A peer that leaves more than this unread is given up on.
  static constexpr std::size_t kBacklogMax = 4 * 1024 * 1024;

  ClientSocket(LinkId link, std::string_view path, SecretView bearer, Endpoint to, Stream random);

  LinkId link() const { return link_; }

  void opened(Context& context);
  /// Consumes from `bytes` until there is an input to deliver; nothing when `bytes` is used up.
  std::optional<Input> next(std::span<char>& bytes, Context& context);
  /// The link has ended. The input that tells the machine so.
  Input ended(Outcome how);

  /// True between Connected and the first word of a close: what is sent leaves.
  bool open() const { return state_ == State::open; }
  /// @return false when the peer leaves too much unread: the socket is then to be given up.
  bool send(std::string_view text, Context& context);
  /// Bytes as they are, between two messages.
  void send_bytes(std::string_view bytes, Context& context);
  void ping(Context& context);
  void answer_pings(bool on) { answers_pings_ = on; }
  void close(std::uint16_t code, Context& context);

  /// True once nothing more is to come: the link should be closed, and this object dropped.
  bool over() const { return state_ == State::over; }

 private:
  enum class State : std::uint8_t { dialing, upgrading, open, closing, over };
  struct Upgrade {
    std::string path;
    Secret bearer;
    std::string nonce;
    wire::ReplyReader reply;
  };

  std::optional<Input> read_upgrade(std::span<char>& bytes);
  Input refused() const;
  std::optional<Input> hear(const wire::WsEvent& event, Context& context);
  void write_frame(wire::Opcode opcode, std::string_view payload, Context& context);
  std::uint32_t next_mask() { return static_cast<std::uint32_t>(random_.next() >> 32U); }

  LinkId link_;
  Endpoint to_;
  State state_{State::dialing};
  bool answers_pings_{true};
  Stream random_;
  std::unique_ptr<Upgrade> upgrade_;
  wire::FrameDecoder decoder_{wire::Role::client, kMessageBytesMax};
};

}  // namespace gauntlet::sim
