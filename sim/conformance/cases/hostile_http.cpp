// HTTP-ROBUST: bytes that are no HTTP, or too much of it. What comes back is the server's business;
// that it lives and serves others afterwards is not.
#include <fmt/format.h>

#include "sim/conformance/cases/catalogue.hpp"
#include "sim/conformance/cases/speaker.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr std::size_t kKiB = 1024;

// The server's HTTP side, whichever it has.
Endpoint http_side(const Stage& stage) {
  return stage.door() == Endpoint::relay_socket ? Endpoint::relay_http : Endpoint::arena_http;
}
std::string_view a_path(const Stage& stage) {
  return stage.door() == Endpoint::relay_socket ? "/register" : "/votes";
}

Steps survives_bytes(Stage& stage, std::string bytes, std::string words) {
  const Endpoint side = stage.door();
  const Reply reply = co_await stage.sends_raw(side, std::move(bytes), std::move(words));
  stage.note(reply.status == 0 ? "no HTTP came back" : said(reply));
  stage.expect(reply.status < 200 || reply.status >= 300, "no success for what is no request",
               said(reply));
}

// The argument is what is sent.
Steps survives(Stage& stage) { co_await survives_bytes(stage, std::string{stage.argument()}, ""); }

Steps survives_noise(Stage& stage) {
  std::string noise;
  for (std::size_t i = 0; i < 4 * kKiB; ++i) noise += static_cast<char>(stage.random().below(256));
  co_await survives_bytes(stage, noise, "[4 KiB of noise]");
}

Steps survives_a_long_head(Stage& stage) {
  const std::string head =
      "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(256 * kKiB, 'x') + "\r\n\r\n";
  co_await survives_bytes(stage, head, "[a header of 256 KiB]");
}

Steps survives_many_headers(Stage& stage) {
  std::string head = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 5000; ++i) head += fmt::format("X-{}: y\r\n", i);
  co_await survives_bytes(stage, head + "\r\n", "[5000 headers]");
}

Steps survives_a_long_path(Stage& stage) {
  const std::string request =
      "GET /" + std::string(64 * kKiB, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n";
  co_await survives_bytes(stage, request, "[a path of 64 KiB]");
}

std::string post(const Stage& stage, std::string_view headers, std::string_view body) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{}\r\n{}",
                     a_path(stage), headers, body);
}

Steps survives_post(Stage& stage, std::string headers, std::string body, std::string words) {
  const Endpoint side = http_side(stage);
  const std::string request = post(stage, headers, body);
  const Reply reply = co_await stage.sends_raw(side, request, std::move(words));
  stage.note(reply.status == 0 ? "no HTTP came back" : said(reply));
  stage.expect(!reply.ok(), "no success for such a body", said(reply));
}

Steps survives_a_body(Stage& stage, std::string body, std::string words) {
  const std::string headers =
      fmt::format("Content-Length: {}\r\nConnection: close\r\n", body.size());
  co_await survives_post(stage, headers, std::move(body), std::move(words));
}

Steps survives_a_negative_length(Stage& stage) {
  co_await survives_post(stage, "Content-Length: -1\r\n", "{}", "[Content-Length: -1]");
}

Steps survives_two_lengths(Stage& stage) {
  co_await survives_post(stage, "Content-Length: 2\r\nContent-Length: 40\r\n", "{}",
                         "[two different Content-Lengths]");
}

Steps survives_a_broken_chunk(Stage& stage) {
  co_await survives_post(stage, "Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n",
                         "[a chunk whose size is no number]");
}

Steps survives_a_large_body(Stage& stage) {
  co_await survives_a_body(stage, "{\"x\":\"" + std::string(4 * kKiB * kKiB, 'x') + "\"",
                           "[a body of 4 MiB, cut off]");
}

Steps survives_deep_nesting(Stage& stage) {
  co_await survives_a_body(stage, std::string(100'000, '['), "[100,000 opening brackets]");
}

Steps survives_broken_utf8(Stage& stage) {
  co_await survives_a_body(stage, "{\"agent_id\":\"\xC3\x28\", \"score\":\"\xC3\x28\"}",
                           "[a body with broken UTF-8]");
}

Steps survives_a_huge_number(Stage& stage) {
  co_await survives_a_body(stage, R"({"agent_id":1e999,"score":1e999})", "");
}

Steps survives_half_a_request(Stage& stage) {
  Connection* connection = co_await stage.dials(stage.door(), "half");
  connection->write("POST /register HTTP/1.1\r\nHost: x\r\nContent-Le", stage.now());
  co_await stage.pause(stage.waits().quiet);
  connection->end(Ending::reset);
}

Steps survives_half_a_body(Stage& stage) {
  Connection* connection = co_await stage.dials(http_side(stage), "half");
  connection->write(post(stage, "Content-Length: 1000\r\n", "{\"agent_id\":"), stage.now());
  co_await stage.pause(stage.waits().quiet);
  connection->end(Ending::close);
}

Steps survives_silent_connections(Stage& stage) {
  constexpr int kCount = 50;
  for (int i = 0; i < kCount; ++i) co_await stage.dials(stage.door(), fmt::format("silent {}", i));
  const Speaker alice = co_await speaker(stage);
  alice.socket.says(alice.text);
  co_await has_an_effect(alice, "beside fifty silent connections");
}

constexpr std::string_view kOthers =
    "ARC, Minimal relay, and the arena: whatever a client sends, others are served";

constexpr Case sent(std::string_view id, std::string_view does, std::string_view bytes) {
  return {.id = id,
          .does = does,
          .clause = kOthers,
          .script = survives,
          .manner = Manner::hostile,
          .argument = bytes};
}
constexpr Case hostile(std::string_view id, std::string_view does, Steps (*script)(Stage&),
                       Need need = Need::nothing) {
  return {.id = id,
          .does = does,
          .clause = kOthers,
          .script = script,
          .manner = Manner::hostile,
          .need = need};
}

constexpr std::array kRows{
    hostile("HTTP-ROBUST-01", "survives noise", survives_noise),
    sent("HTTP-ROBUST-02", "survives a method that there is not",
         "BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n"),
    sent("HTTP-ROBUST-03", "survives a version that there is not",
         "GET / HTTP/9.9\r\nHost: x\r\n\r\n"),
    sent("HTTP-ROBUST-04", "survives a request line of one word", "GET\r\n\r\n"),
    sent("HTTP-ROBUST-05", "survives a header without a colon", "GET / HTTP/1.1\r\nHost x\r\n\r\n"),
    sent("HTTP-ROBUST-06", "survives the beginning of TLS",
         std::string_view{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15}),
    hostile("HTTP-ROBUST-07", "survives a header of 256 KiB", survives_a_long_head),
    hostile("HTTP-ROBUST-08", "survives 5000 headers", survives_many_headers),
    hostile("HTTP-ROBUST-09", "survives a path of 64 KiB", survives_a_long_path),
    hostile("HTTP-ROBUST-10", "survives a negative length", survives_a_negative_length, Need::http),
    hostile("HTTP-ROBUST-11", "survives two lengths", survives_two_lengths, Need::http),
    hostile("HTTP-ROBUST-12", "survives a chunk whose size is no number", survives_a_broken_chunk,
            Need::http),
    hostile("HTTP-ROBUST-13", "survives a body of 4 MiB", survives_a_large_body, Need::http),
    hostile("HTTP-ROBUST-14", "survives 100,000 opening brackets", survives_deep_nesting,
            Need::http),
    hostile("HTTP-ROBUST-15", "survives a body with broken UTF-8", survives_broken_utf8,
            Need::http),
    hostile("HTTP-ROBUST-16", "survives a number beyond a double", survives_a_huge_number,
            Need::http),
    hostile("HTTP-ROBUST-17", "survives half a request", survives_half_a_request),
    hostile("HTTP-ROBUST-18", "survives half a body", survives_half_a_body, Need::http),
    hostile("HTTP-ROBUST-19", "survives fifty silent connections", survives_silent_connections),
};

}  // namespace

Cases hostile_http_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
