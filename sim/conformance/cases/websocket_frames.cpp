// WS-FRAME: RFC 6455, as far as it binds a server: masks, opcodes, lengths, fragments, UTF-8,
// closes.
#include <fmt/format.h>

#include <algorithm>

#include "sim/conformance/cases/catalogue.hpp"
#include "sim/conformance/cases/speaker.hpp"
#include "sim/conformance/raw_frame.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr unsigned kContinuation = 0x0;
constexpr unsigned kText = 0x1;
constexpr unsigned kBinary = 0x2;
constexpr unsigned kClose = 0x8;
constexpr unsigned kPing = 0x9;
constexpr unsigned kPong = 0xA;

constexpr int kProtocolError = 1002;
constexpr int kNotUtf8 = 1007;
constexpr int kTooBig = 1009;

constexpr Duration kPieceApart = std::chrono::milliseconds{1};

// ---- What a server must not put up with.

// The connection fails: with a close that says why or, since §7.1.7 only recommends that, without.
Steps fails_the_connection(Stage& stage, std::string bytes, std::string words, int code) {
  const Speaker alice = co_await speaker(stage);
  alice.socket.sends_bytes(bytes, words);
  const std::optional<Ended> ended = co_await alice.socket.may_be_closed(stage.waits().answer);
  stage.expect(ended.has_value(), fmt::format("the connection is failed, with {}", code),
               said(ended));
  if (ended && ended->code != code)
    stage.deviates(fmt::format("failed, but not with {}: {}", code, said(ended)));
}

Steps fails_for(Stage& stage, RawFrame frame, std::string words, int code) {
  co_await fails_the_connection(stage, bytes_of(frame), std::move(words), code);
}

Steps refuses_an_unmasked_frame(Stage& stage) {
  const RawFrame frame{.opcode = kText, .payload = "{}", .masked = false};
  co_await fails_for(stage, frame, "[a text frame without a mask]", kProtocolError);
}

// The argument is a number, of reserved bits or of an opcode.
unsigned number(const Stage& stage) {
  return static_cast<unsigned>(std::stoul(std::string{stage.argument()}));
}

Steps refuses_reserved_bits(Stage& stage) {
  const RawFrame frame{.opcode = kText, .payload = "{}", .reserved = number(stage)};
  co_await fails_for(stage, frame, "[a text frame with a reserved bit]", kProtocolError);
}

Steps refuses_an_opcode(Stage& stage) {
  const RawFrame frame{.opcode = number(stage), .payload = "x"};
  co_await fails_for(stage, frame, fmt::format("[opcode {:#x}]", frame.opcode), kProtocolError);
}

Steps refuses_a_fragmented_ping(Stage& stage) {
  const RawFrame frame{.opcode = kPing, .payload = "x", .fin = false};
  co_await fails_for(stage, frame, "[a ping, more follows]", kProtocolError);
}

Steps refuses_a_long_ping(Stage& stage) {
  const RawFrame frame{.opcode = kPing, .payload = std::string(126, 'x')};
  co_await fails_for(stage, frame, "[a ping of 126 bytes]", kProtocolError);
}

Steps refuses_a_continuation_of_nothing(Stage& stage) {
  const RawFrame frame{.opcode = kContinuation, .payload = "x"};
  co_await fails_for(stage, frame, "[a continuation of nothing]", kProtocolError);
}

Steps refuses_a_message_within_a_message(Stage& stage) {
  const RawFrame first{.opcode = kText, .payload = "{", .fin = false};
  const RawFrame second{.opcode = kText, .payload = "}"};
  co_await fails_the_connection(stage, bytes_of(first) + bytes_of(second),
                                "[a text frame, more follows; another text frame]", kProtocolError);
}

// Wrong, and too big: either code says so.
Steps refuses_a_length_of_64_bits(Stage& stage) {
  const RawFrame frame{
      .opcode = kText, .length = RawFrame::Length::eight_bytes, .claimed = 0x8000'0000'0000'0001U};
  const Speaker alice = co_await speaker(stage);
  alice.socket.sends_bytes(bytes_of(frame), "[a length whose highest bit is set]");
  const std::optional<Ended> ended = co_await alice.socket.may_be_closed(stage.waits().answer);
  stage.expect(ended.has_value(), "the connection is failed, with 1002", said(ended));
  if (ended && ended->code != kProtocolError && ended->code != kTooBig)
    stage.deviates("failed, but not with 1002: " + said(ended));
}

Steps may_refuse_a_length_in_too_many_bytes(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  const RawFrame frame{.payload = "{}", .length = RawFrame::Length::eight_bytes};
  alice.socket.sends_bytes(bytes_of(frame), "[2 bytes, their length written in 8]");
  const std::optional<Ended> ended = co_await alice.socket.may_be_closed(stage.waits().quiet);
  stage.note(ended ? "it is refused" : "it is read");
}

Steps refuses_text_that_is_not_utf8(Stage& stage) {
  const RawFrame frame{.payload = "\"\xC3\x28\""};
  co_await fails_for(stage, frame, "[text with a broken UTF-8 sequence]", kNotUtf8);
}

Steps refuses_text_that_ends_within_a_character(Stage& stage) {
  const RawFrame frame{.payload = "\"\xF0\x9F\x98"};
  co_await fails_for(stage, frame, "[text that ends within a character]", kNotUtf8);
}

Steps refuses_surrogates_in_utf8(Stage& stage) {
  const RawFrame frame{.payload = "\"\xED\xA0\x80\""};
  co_await fails_for(stage, frame, "[text with a surrogate in UTF-8]", kNotUtf8);
}

Steps refuses_overlong_utf8(Stage& stage) {
  const RawFrame frame{.payload = "\"\xC0\xAF\""};
  co_await fails_for(stage, frame, "[text with an overlong character]", kNotUtf8);
}

Steps refuses_fragments_that_are_not_utf8(Stage& stage) {
  const RawFrame first{.payload = "\"\xF0\x9F", .fin = false};
  const RawFrame second{.opcode = kContinuation, .payload = "\"\""};
  co_await fails_the_connection(stage, bytes_of(first) + bytes_of(second),
                                "[fragments that are no UTF-8 together]", kNotUtf8);
}

Steps refuses_a_close_of_one_byte(Stage& stage) {
  const RawFrame frame{.opcode = kClose, .payload = "\x03"};
  co_await fails_for(stage, frame, "[a close with half a code]", kProtocolError);
}

// What a client may not say, a server may not say either: its answer breaks RFC 6455 by itself.
bool breaks_the_rules(const Socket& socket) {
  return std::ranges::any_of(socket.connection().events(), [](const Event& event) {
    return event.kind == Event::Kind::violation;
  });
}

// The argument is a close code.
Steps refuses_a_close_code(Stage& stage) {
  const unsigned code = number(stage);
  const Speaker alice = co_await speaker(stage);
  const RawFrame frame{.opcode = kClose, .payload = close_body(code)};
  alice.socket.sends_bytes(bytes_of(frame), fmt::format("[close {}]", code));
  const std::optional<Ended> ended = co_await alice.socket.may_be_closed(stage.waits().answer);
  stage.expect(ended.has_value(), "the connection is failed, with 1002", said(ended));
  if (!ended) co_return;
  stage.expect(!breaks_the_rules(alice.socket), "no close frame with such a code in answer",
               said(ended));
  if (ended->code != kProtocolError) stage.deviates("failed, but not with 1002: " + said(ended));
}

Steps refuses_a_close_reason_that_is_not_utf8(Stage& stage) {
  const RawFrame frame{.opcode = kClose, .payload = close_body(1000, "\xC3\x28")};
  co_await fails_for(stage, frame, "[a close whose reason is no UTF-8]", kNotUtf8);
}

// ---- What a server must read.

Steps reads_frames(Stage& stage, const Speaker& alice, std::string bytes, std::string how) {
  alice.socket.sends_bytes(bytes, fmt::format("[{}] {}", how, alice.text));
  co_await has_an_effect(alice, how);
  stage.expect(alice.socket.open(), "the connection stays open", alice.socket.what_came());
}

Steps joins_two_fragments(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  const std::size_t half = alice.text.size() / 2;
  const RawFrame first{.payload = alice.text.substr(0, half), .fin = false};
  const RawFrame second{.opcode = kContinuation, .payload = alice.text.substr(half)};
  co_await reads_frames(stage, alice, bytes_of(first) + bytes_of(second), "in two fragments");
}

std::string in_fragments_of_one_byte(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i)
    bytes += bytes_of({.opcode = i == 0 ? kText : kContinuation,
                       .payload = text.substr(i, 1),
                       .fin = i + 1 == text.size()});
  return bytes;
}

Steps joins_fragments_of_one_byte(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  co_await reads_frames(stage, alice, in_fragments_of_one_byte(alice.text),
                        "in fragments of one byte");
}

Steps joins_empty_fragments(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  const RawFrame empty{.fin = false};
  const RawFrame middle{.opcode = kContinuation, .payload = alice.text, .fin = false};
  const RawFrame end{.opcode = kContinuation};
  co_await reads_frames(stage, alice, bytes_of(empty) + bytes_of(middle) + bytes_of(end),
                        "between empty fragments");
}

Steps answers_a_ping_between_fragments(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  const std::size_t half = alice.text.size() / 2;
  const RawFrame first{.payload = alice.text.substr(0, half), .fin = false};
  const RawFrame ping{.opcode = kPing, .payload = "between"};
  alice.socket.sends_bytes(bytes_of(first) + bytes_of(ping), "[half a message, and a ping]");
  const Connection& connection = alice.socket.connection();
  const auto answered = [&] {
    return std::ranges::any_of(connection.events(), [](const Event& event) {
      return event.kind == Event::Kind::pong && event.body == "between";
    });
  };
  const bool heard = co_await stage.until(answered, stage.waits().answer);
  stage.expect(heard, "a pong before the message is whole", alice.socket.what_came());
  const RawFrame second{.opcode = kContinuation, .payload = alice.text.substr(half)};
  co_await reads_frames(stage, alice, bytes_of(second), "around a ping");
}

Steps reads_two_messages_of_one_write(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  const std::string frame = bytes_of({.payload = alice.text});
  const std::string ping = bytes_of({.opcode = kPing, .payload = "and"});
  co_await reads_frames(stage, alice, ping + frame + ping, "between two pings in one write");
}

Steps reads_a_frame_byte_by_byte(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  const std::string frame = bytes_of({.payload = alice.text});
  for (const char byte : frame) {
    alice.socket.sends_bytes(std::string_view{&byte, 1}, "[a byte]");
    co_await stage.pause(kPieceApart);
  }
  co_await has_an_effect(alice, "byte by byte");
}

Steps unmasks_with_any_key(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  const RawFrame frame{.payload = alice.text, .mask = 0};
  co_await reads_frames(stage, alice, bytes_of(frame), "masked with zeroes");
}

Steps reads_a_length_in_two_bytes(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  const std::string text = alice.text + std::string(200, ' ');  // blanks behind JSON mean nothing
  const std::string frame = bytes_of({.payload = text});
  co_await reads_frames(stage, alice, frame, "of more than 125 bytes");
}

// Where a length needs another two bytes, one byte less and one more. Blanks behind JSON mean
// nothing.
Steps reads_lengths_about(Stage& stage, std::size_t edge) {
  for (const std::size_t size : {edge - 1, edge, edge + 1}) {
    const Speaker alice = co_await speaker(stage);
    if (size < alice.text.size()) continue;
    const std::string blanks(size - alice.text.size(), ' ');
    const std::string frame = bytes_of({.payload = alice.text + blanks});
    co_await reads_frames(stage, alice, frame, fmt::format("of {} bytes", size));
  }
}

Steps reads_lengths_about_126(Stage& stage) { co_await reads_lengths_about(stage, 126); }
// Not more than 64 KiB.
Steps reads_lengths_about_64_kib(Stage& stage) { co_await reads_lengths_about(stage, 65535); }

Steps ignores_a_pong_unasked(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  const std::string pong = bytes_of({.opcode = kPong, .payload = "nobody asked"});
  const std::string frame = bytes_of({.payload = alice.text});
  co_await reads_frames(stage, alice, pong + frame, "behind a pong that nobody asked for");
}

// ---- Pings and closes.

Steps echoes(Stage& stage, std::string payload) {
  const Speaker alice = co_await speaker(stage);
  alice.socket.sends_frame(wire::Opcode::ping, payload);
  const Connection& connection = alice.socket.connection();
  const auto echoed = [&] {
    return std::ranges::any_of(connection.events(), [&](const Event& event) {
      return event.kind == Event::Kind::pong && event.body == payload;
    });
  };
  const bool heard = co_await stage.until(echoed, stage.waits().answer);
  stage.expect(heard, "a pong with the ping's payload", alice.socket.what_came());
}

Steps echoes_a_ping(Stage& stage) { co_await echoes(stage, "hello?"); }
Steps echoes_an_empty_ping(Stage& stage) { co_await echoes(stage, ""); }
Steps echoes_the_longest_ping(Stage& stage) { co_await echoes(stage, std::string(125, '\xFE')); }

// One after another: of pings that come before the first is answered, the last is enough.
Steps echoes_each_ping(Stage& stage) {
  constexpr int kPings = 4;
  const Speaker alice = co_await speaker(stage);
  const Connection& connection = alice.socket.connection();
  for (int i = 0; i < kPings; ++i) {
    const std::string payload = fmt::format("ping {}", i);
    alice.socket.sends_frame(wire::Opcode::ping, payload);
    const auto echoed = [&] {
      return std::ranges::any_of(connection.events(), [&](const Event& event) {
        return event.kind == Event::Kind::pong && event.body == payload;
      });
    };
    const bool heard = co_await stage.until(echoed, stage.waits().answer);
    stage.expect(heard, fmt::format("a pong with \"{}\"", payload), alice.socket.what_came());
    if (!heard) co_return;
  }
}

// A close frame is not the end of it: the stream is the server's to end.
Steps ends_the_stream(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  alice.socket.closes();
  const Connection& connection = alice.socket.connection();
  const auto ended = [&] {
    return std::ranges::any_of(connection.events(),
                               [](const Event& event) { return event.kind == Event::Kind::ended; });
  };
  const bool seen = co_await stage.until(ended, stage.waits().answer);
  stage.expect(seen, "the end of the stream behind the close", alice.socket.what_came());
}

Steps answers_a_close(Stage& stage, std::string body, int code) {
  const Speaker alice = co_await speaker(stage);
  alice.socket.sends_bytes(bytes_of({.opcode = kClose, .payload = body}), "[close]");
  const std::optional<Ended> ended = co_await alice.socket.may_be_closed(stage.waits().answer);
  stage.expect(ended.has_value(), "a close in answer", said(ended));
  if (ended && ended->code == 0) stage.deviates("the stream ended without a close in answer");
  if (ended && ended->code != 0 && ended->code != code)
    stage.deviates(fmt::format("a close with another code: {}", ended->code));
}

// The argument is a close code.
Steps echoes_a_close_code(Stage& stage) {
  const unsigned code = number(stage);
  co_await answers_a_close(stage, close_body(code, "goodbye"), static_cast<int>(code));
}

Steps answers_an_empty_close(Stage& stage) {
  constexpr int kNoneGiven = 1005;
  co_await answers_a_close(stage, {}, kNoneGiven);
}

Steps reads_nothing_behind_a_close(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  const RawFrame close{.opcode = kClose, .payload = close_body(1000)};
  const RawFrame behind{.payload = alice.text};
  alice.socket.sends_bytes(bytes_of(close) + bytes_of(behind), "[close, and a message behind it]");
  co_await alice.witness.hears_nothing("what comes of a message behind a close", alice.effect);
}

Steps survives_a_binary_message(Stage& stage) {
  const Speaker alice = co_await speaker(stage);
  const RawFrame frame{.opcode = kBinary, .payload = std::string{"\x00\xFF\x00\xFF", 4}};
  alice.socket.sends_bytes(bytes_of(frame), "[a binary message]");
  const std::optional<Ended> ended = co_await alice.socket.may_be_closed(stage.waits().quiet);
  stage.note(ended ? "the connection is closed: " + said(ended) : "the connection stays");
  if (!ended) co_await alice.socket.round_trip();
}

constexpr std::string_view kMask = "RFC 6455 §5.1: a server must fail a client that does not mask";
constexpr std::string_view kHeader = "RFC 6455 §5.2: reserved bits are 0, unknown opcodes fail";
constexpr std::string_view kControl =
    "RFC 6455 §5.5: control frames are not fragmented and have at most 125 bytes";
constexpr std::string_view kFragments = "RFC 6455 §5.4: fragments, and control frames between them";
constexpr std::string_view kUtf8 = "RFC 6455 §8.1: text that is not UTF-8 fails the connection";
constexpr std::string_view kLength = "RFC 6455 §5.2: lengths in 7, 16 or 63 bits";
constexpr std::string_view kPingPong = "RFC 6455 §5.5.2: a pong with the ping's application data";
constexpr std::string_view kClosing = "RFC 6455 §5.5.1: a close is answered by a close";
constexpr std::string_view kCodes = "RFC 6455 §7.4: codes that may stand in a close frame";

constexpr Case with_number(std::string_view id, std::string_view does, std::string_view clause,
                           Steps (*script)(Stage&), std::string_view value) {
  return {.id = id, .does = does, .clause = clause, .script = script, .argument = value};
}

constexpr std::array kRows{
    Case{"WS-FRAME-01", "refuses a frame without a mask", kMask, refuses_an_unmasked_frame},
    with_number("WS-FRAME-02", "refuses RSV1", kHeader, refuses_reserved_bits, "4"),
    with_number("WS-FRAME-03", "refuses RSV2", kHeader, refuses_reserved_bits, "2"),
    with_number("WS-FRAME-04", "refuses RSV3", kHeader, refuses_reserved_bits, "1"),
    with_number("WS-FRAME-05", "refuses the data opcode 3", kHeader, refuses_an_opcode, "3"),
    with_number("WS-FRAME-06", "refuses the data opcode 7", kHeader, refuses_an_opcode, "7"),
    with_number("WS-FRAME-07", "refuses the control opcode 11", kHeader, refuses_an_opcode, "11"),
    with_number("WS-FRAME-08", "refuses the control opcode 15", kHeader, refuses_an_opcode, "15"),
    Case{"WS-FRAME-09", "refuses a fragmented ping", kControl, refuses_a_fragmented_ping},
    Case{"WS-FRAME-10", "refuses a ping of 126 bytes", kControl, refuses_a_long_ping},
    Case{"WS-FRAME-11", "refuses a continuation of nothing", kFragments,
         refuses_a_continuation_of_nothing},
    Case{"WS-FRAME-12", "refuses a message within a message", kFragments,
         refuses_a_message_within_a_message},
    Case{"WS-FRAME-13", "refuses a length of 64 bits", kLength, refuses_a_length_of_64_bits},
    Case{"WS-FRAME-14", "survives a length in more bytes than it needs", kLength,
         may_refuse_a_length_in_too_many_bytes, Level::may},
    Case{"WS-FRAME-15", "refuses broken UTF-8", kUtf8, refuses_text_that_is_not_utf8},
    Case{"WS-FRAME-16", "refuses text that ends within a character", kUtf8,
         refuses_text_that_ends_within_a_character},
    Case{"WS-FRAME-17", "refuses surrogates in UTF-8", kUtf8, refuses_surrogates_in_utf8},
    Case{"WS-FRAME-18", "refuses overlong UTF-8", kUtf8, refuses_overlong_utf8},
    Case{"WS-FRAME-19", "refuses fragments that are no UTF-8 together", kUtf8,
         refuses_fragments_that_are_not_utf8},
    Case{"WS-FRAME-20", "joins two fragments", kFragments, joins_two_fragments},
    Case{"WS-FRAME-21", "joins fragments of one byte, within characters", kFragments,
         joins_fragments_of_one_byte},
    Case{"WS-FRAME-22", "joins empty fragments", kFragments, joins_empty_fragments},
    Case{"WS-FRAME-23", "answers a ping between fragments", kFragments,
         answers_a_ping_between_fragments},
    Case{"WS-FRAME-24", "reads several frames of one write", kLength,
         reads_two_messages_of_one_write},
    Case{"WS-FRAME-25", "reads a frame that comes byte by byte", kLength,
         reads_a_frame_byte_by_byte},
    Case{"WS-FRAME-26", "unmasks with any key", "RFC 6455 §5.3: masking", unmasks_with_any_key},
    Case{"WS-FRAME-27", "reads a length in two bytes", kLength, reads_a_length_in_two_bytes},
    Case{"WS-FRAME-28", "ignores a pong that it did not ask for",
         "RFC 6455 §5.5.3: a pong may come unasked", ignores_a_pong_unasked},
    Case{"WS-FRAME-29", "echoes a ping's payload", kPingPong, echoes_a_ping},
    Case{"WS-FRAME-30", "echoes an empty ping", kPingPong, echoes_an_empty_ping},
    Case{"WS-FRAME-31", "echoes the longest ping, of any bytes", kPingPong,
         echoes_the_longest_ping},
    Case{"WS-FRAME-32", "survives a binary message",
         "ARC and arena: messages are text; RFC 6455 §5.6", survives_a_binary_message, Level::may},
    Case{"WS-FRAME-33", "answers each of several pings", kPingPong, echoes_each_ping},
    Case{"WS-FRAME-34", "reads lengths of 125, 126 and 127 bytes", kLength,
         reads_lengths_about_126},
    Case{"WS-FRAME-35", "reads lengths of 65,534 to 65,536 bytes", kLength,
         reads_lengths_about_64_kib, Level::should},
    with_number("WS-CLOSE-01", "answers 1000", kClosing, echoes_a_close_code, "1000"),
    with_number("WS-CLOSE-02", "answers 1001", kClosing, echoes_a_close_code, "1001"),
    with_number("WS-CLOSE-03", "answers 3000", kClosing, echoes_a_close_code, "3000"),
    with_number("WS-CLOSE-04", "answers 4999", kClosing, echoes_a_close_code, "4999"),
    Case{"WS-CLOSE-05", "answers a close without a code", kClosing, answers_an_empty_close},
    Case{"WS-CLOSE-06", "reads nothing behind a close", kClosing, reads_nothing_behind_a_close},
    Case{"WS-CLOSE-07", "refuses half a code", kClosing, refuses_a_close_of_one_byte},
    with_number("WS-CLOSE-08", "refuses 999", kCodes, refuses_a_close_code, "999"),
    with_number("WS-CLOSE-09", "refuses 1005", kCodes, refuses_a_close_code, "1005"),
    with_number("WS-CLOSE-10", "refuses 1006", kCodes, refuses_a_close_code, "1006"),
    with_number("WS-CLOSE-11", "refuses 2000", kCodes, refuses_a_close_code, "2000"),
    Case{"WS-CLOSE-12", "refuses a reason that is no UTF-8", kUtf8,
         refuses_a_close_reason_that_is_not_utf8},
    Case{"WS-CLOSE-13", "ends the stream behind a close",
         "RFC 6455 §5.5.1: the server closes the connection at once", ends_the_stream},
};

}  // namespace

Cases websocket_frame_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
