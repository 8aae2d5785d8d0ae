// WS-ROBUST: WebSocket clients that mean harm, or have gone mad, at either server.
#include <fmt/format.h>

#include "sim/conformance/cases/catalogue.hpp"
#include "sim/conformance/cases/speaker.hpp"
#include "sim/conformance/raw_frame.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr std::size_t kKiB = 1024;

// The socket may be closed for it; what counts is asked afterwards, of others.
Steps survives_text(Stage& stage, std::string text, std::string words) {
  const Speaker mallory = co_await speaker(stage);
  mallory.socket.sends_bytes(bytes_of({.payload = text}), words.empty() ? text : words);
  const std::optional<Ended> ended = co_await mallory.socket.may_be_closed(stage.waits().quiet);
  stage.note(said(ended));
}

// The argument is the text.
Steps survives(Stage& stage) { co_await survives_text(stage, std::string{stage.argument()}, ""); }

Steps survives_bytes(Stage& stage, std::string bytes, std::string words, bool then_reset) {
  const Speaker mallory = co_await speaker(stage);
  mallory.socket.sends_bytes(bytes, words);
  const std::optional<Ended> ended = co_await mallory.socket.may_be_closed(stage.waits().quiet);
  stage.note(said(ended));
  if (then_reset) mallory.socket.breaks_off();
}

Steps survives_deep_nesting(Stage& stage) {
  co_await survives_text(stage, std::string(50'000, '['), "[50,000 opening brackets]");
}

Steps survives_a_deep_object(Stage& stage) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += R"({"a":)";
  co_await survives_text(stage, text, "[10,000 objects within each other, cut off]");
}

Steps survives_a_deep_payload(Stage& stage) {
  constexpr std::size_t kDepth = 5000;
  const std::string deep = std::string(kDepth, '[') + std::string(kDepth, ']');
  const std::string text =
      fmt::format(R"({{"type":"token","to":["*"],"payload":{},"content":{}}})", deep, deep);
  co_await survives_text(stage, text, "[a payload of 5,000 arrays within each other]");
}

Steps survives_a_long_message(Stage& stage) {
  co_await survives_text(stage, '"' + std::string(3 * kKiB * kKiB, 'x') + '"', "[a text of 3 MiB]");
}

Steps survives_a_promise_of_a_long_message(Stage& stage) {
  const RawFrame frame{
      .payload = "{", .length = RawFrame::Length::eight_bytes, .claimed = std::uint64_t{1} << 62U};
  co_await survives_bytes(stage, bytes_of(frame), "[a frame that claims 4 EiB]", true);
}

Steps survives_half_a_frame(Stage& stage) {
  const RawFrame frame{.payload = std::string(100, 'x')};
  co_await survives_bytes(stage, bytes_of(frame).substr(0, 40), "[40 of 106 bytes]", true);
}

Steps survives_half_a_header(Stage& stage) {
  co_await survives_bytes(stage, "\x81", "[1 byte of a header]", true);
}

Steps survives_noise(Stage& stage) {
  std::string noise;
  for (std::size_t i = 0; i < kKiB; ++i) noise += static_cast<char>(stage.random().below(256));
  co_await survives_bytes(stage, noise, "[1 KiB of noise]", false);
}

Steps survives_many_pings(Stage& stage) {
  std::string pings;
  for (int i = 0; i < 1000; ++i) pings += bytes_of({.opcode = 0x9, .payload = "x"});
  co_await survives_bytes(stage, pings, "[1000 pings]", false);
}

Steps survives_endless_fragments(Stage& stage) {
  std::string fragments = bytes_of({.payload = "\"", .fin = false});
  for (int i = 0; i < 5000; ++i)
    fragments += bytes_of({.opcode = 0x0, .payload = "x", .fin = false});
  co_await survives_bytes(stage, fragments, "[5000 fragments, and no end]", true);
}

// Whoever does not read must not make the server wait for it, nor others.
Steps survives_who_does_not_read(Stage& stage) {
  constexpr int kCount = 2000;
  const Speaker mallory = co_await speaker(stage);
  mallory.socket.connection().read(false);
  std::string pings;
  for (int i = 0; i < kCount; ++i)
    pings += bytes_of({.opcode = 0x9, .payload = std::string(120, 'x')});
  mallory.socket.sends_bytes(pings, "[2000 pings, and never a look at the pongs]");
  co_await stage.pause(stage.waits().quiet);
  const Speaker other = co_await speaker(stage);
  other.socket.says(other.text);
  co_await has_an_effect(other, "beside one that does not read");
  mallory.socket.breaks_off();
}

Steps survives_who_comes_and_goes(Stage& stage) {
  constexpr int kTimes = 20;
  for (int i = 0; i < kTimes; ++i) {
    const Speaker mallory = co_await speaker(stage);
    mallory.socket.says(mallory.text);
    mallory.socket.breaks_off();
  }
}

constexpr std::string_view kOthers =
    "ARC, Minimal relay, and the arena: whatever a client sends, others are served";

constexpr Case said_to_it(std::string_view id, std::string_view does, std::string_view text) {
  return {.id = id,
          .does = does,
          .clause = kOthers,
          .script = survives,
          .manner = Manner::hostile,
          .argument = text};
}
constexpr Case hostile(std::string_view id, std::string_view does, Steps (*script)(Stage&)) {
  return {.id = id, .does = does, .clause = kOthers, .script = script, .manner = Manner::hostile};
}

constexpr std::array kRows{
    said_to_it("WS-ROBUST-01", "survives half a surrogate pair",
               R"({"type":"token","to":["*"],"payload":"\ud800","content":"\ud800"})"),
    said_to_it("WS-ROBUST-02", "survives a number beyond a double",
               R"({"type":"token","to":["*"],"payload":1e999,"round":1e999,"seq":1e999})"),
    said_to_it("WS-ROBUST-03", "survives a number of 100 digits",
               R"({"type":"token","to":["*"],"round":1,"seq":)"
               "12345678901234567890123456789012345678901234567890"
               "12345678901234567890123456789012345678901234567890"
               R"(,"payload":0})"),
    said_to_it(
        "WS-ROBUST-04", "survives names of JavaScript's own",
        R"({"__proto__":{"to":["*"]},"constructor":1,"type":"__proto__","to":["__proto__"],"payload":{"__proto__":1}})"),
    said_to_it(
        "WS-ROBUST-05", "survives types that are no strings",
        R"({"type":{"a":1},"to":{"0":"*"},"payload":[],"round":[],"seq":{},"content":false})"),
    hostile("WS-ROBUST-06", "survives 50,000 opening brackets", survives_deep_nesting),
    hostile("WS-ROBUST-07", "survives 10,000 objects within each other", survives_a_deep_object),
    hostile("WS-ROBUST-08", "survives a payload of 5,000 nested arrays", survives_a_deep_payload),
    hostile("WS-ROBUST-09", "survives a text of 3 MiB", survives_a_long_message),
    hostile("WS-ROBUST-10", "survives a frame that claims 4 EiB",
            survives_a_promise_of_a_long_message),
    hostile("WS-ROBUST-11", "survives half a frame and a reset", survives_half_a_frame),
    hostile("WS-ROBUST-12", "survives half a header and a reset", survives_half_a_header),
    hostile("WS-ROBUST-13", "survives noise", survives_noise),
    hostile("WS-ROBUST-14", "survives a thousand pings at once", survives_many_pings),
    hostile("WS-ROBUST-15", "survives fragments without an end", survives_endless_fragments),
    hostile("WS-ROBUST-16", "survives a client that does not read", survives_who_does_not_read),
    hostile("WS-ROBUST-17", "survives a client that comes and goes twenty times",
            survives_who_comes_and_goes),
};

}  // namespace

Cases hostile_frame_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
