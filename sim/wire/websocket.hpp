// The WebSocket protocol, RFC 6455 version 13, as bytes in and events out: no socket, no clock, no
// buffer while idle. Both roles; no extensions, so no compression.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/wire/utf8.hpp"

namespace gauntlet::sim::wire {

enum class Role : std::uint8_t { client, server };

enum class Opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA,
};

/// XORs `bytes` with the four bytes of `key` (as they stand on the wire, key's lowest byte first),
/// starting at position `phase` of the key. Word-wise. §5.3
void mask(std::span<char> bytes, std::uint32_t key, std::size_t phase = 0);

/// Appends one frame. A client's frames are masked with `mask_key`, a server's are not. §5.2
void append_frame(std::string& out, Role role, Opcode opcode, std::string_view payload,
                  std::uint32_t mask_key = 0, bool fin = true);

/// Appends a close frame; the codes that must not stand in one (1005, 1006, 1015) mean an empty
/// body. The reason is cut to 123 bytes at a character boundary. §5.5.1
void append_close(std::string& out, Role role, std::uint16_t code, std::string_view reason,
                  std::uint32_t mask_key = 0);

struct WsEvent {
  enum class Kind : std::uint8_t { text, binary, ping, pong, close, violation };
  Kind kind;
  /// The message, the control frame's body, the close reason, or what was violated. Valid until the
  /// next call of next(), or until the bytes it was given change.
  std::string_view payload;
  std::uint16_t code{0};  // close: its code, 1005 when it has none; violation: what to close with
};

/// What a decoder lets pass although RFC 6455 forbids it: of a server that is wrong on purpose.
struct Lenience {
  bool masks : 1 {false};           // frames without one, or with one too many
  bool reserved_bits : 1 {false};   // that are set
  bool opcodes : 1 {false};         // that are unknown
  bool control_frames : 1 {false};  // that are long, or in fragments
  bool fragments : 1 {false};       // of no message, or within another
  bool utf8 : 1 {false};            // text that is none
  bool close_codes : 1 {false};     // that must not be sent, and reasons that are no text
};

/// Turns a peer's bytes into messages and control frames. Fragments are joined, control frames may
/// come between them, text is checked to be UTF-8 as it comes, and whatever RFC 6455 forbids ends
/// the stream with one `violation`.
class FrameDecoder {
 public:
  /// @param ours  our role: a client's decoder expects unmasked frames, a server's masked ones.
  /// @param message_bytes_max  a longer message is a violation with code 1009.
  FrameDecoder(Role ours, std::size_t message_bytes_max, Lenience lenience = {});

  /// Takes bytes from the front of `bytes` (unmasking them in place) until one message or control
  /// frame is whole, or `bytes` is empty. A message that lies whole in `bytes` is not copied.
  /// After a close or a violation, it takes everything and returns nothing.
  std::optional<WsEvent> next(std::span<char>& bytes);

  /// True between messages: an end of the stream here cuts nothing in half.
  bool between_messages() const;

 private:
  enum class State : std::uint8_t { start, length, payload, ended };
  struct Refusal {
    std::uint16_t code;
    std::string_view why;
  };
  /// What came in pieces. On the heap, and only while there is something.
  struct Partial {
    std::string message;
    std::string control;
  };

  void forget_delivered();
  bool fill_header(std::span<char>& bytes, std::size_t size);
  std::optional<Refusal> check_start() const;
  std::optional<Refusal> check_length() const;
  void begin_payload();
  std::span<char> take_payload(std::span<char>& bytes);
  void end_frame();
  std::optional<WsEvent> take_data(std::span<char>& bytes);
  std::optional<WsEvent> take_control(std::span<char>& bytes);
  std::optional<WsEvent> closed(std::string_view body);
  std::optional<WsEvent> refuse(Refusal refusal);
  Partial& partial();
  bool in_message() const { return message_ != Opcode::continuation; }

  // The current frame's header, as far as it has come. §5.2
  std::uint8_t header_byte(std::size_t i) const;
  bool fin() const;
  Opcode opcode() const;
  bool masked() const;
  std::uint8_t short_length() const;     // 0 to 125, or how the length is written
  std::size_t length_bytes() const;      // 0, 2 or 8
  std::size_t header_size() const;       // needs its first two bytes
  std::uint64_t payload_length() const;  // needs all of it

  std::size_t message_bytes_max_;
  std::unique_ptr<Partial> partial_;
  std::uint64_t payload_left_{0};
  std::uint32_t mask_key_{0};
  std::array<char, 14> header_{};
  std::uint8_t header_have_{0};
  std::uint8_t mask_phase_{0};
  Utf8Checker utf8_;
  Role ours_;
  State state_{State::start};
  Opcode message_{Opcode::continuation};  // of the message under way; continuation: none
  bool delivered_{false};                 // the last event points into partial_
  Lenience lenience_;
};

}  // namespace gauntlet::sim::wire
