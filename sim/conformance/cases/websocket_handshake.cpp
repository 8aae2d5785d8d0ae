// WS-HAND: how HTTP becomes a WebSocket, and when it must not.
#include <fmt/format.h>

#include <algorithm>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"
#include "sim/conformance/cases/speaker.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr const char* kNonce = "dGhlIHNhbXBsZSBub25jZQ==";  // of RFC 6455 §1.3

// The headers of an upgrade, line by line, so that a case can leave one out or spoil it.
struct Headers {
  std::string method{"GET"};
  std::string upgrade{"websocket"};
  std::string connection{"Upgrade"};
  std::string version{"13"};
  std::string key{kNonce};
  std::string more{};
  bool small_names{false};  // "sec-websocket-key"
};

std::string with_small_names(std::string lines) {
  bool in_name = true;
  for (char& letter : lines) {
    if (letter == ':') in_name = false;
    if (letter == '\n') in_name = true;
    if (in_name && letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lines;
}

// With a relay, somebody's token: so that only the headers can be the reason for a refusal.
Task<std::string> upgrade_of(Stage& stage, Headers headers) {
  std::string bearer;
  if (stage.door() == Endpoint::relay_socket) {
    const Card card = co_await registered(stage, "alice");
    bearer = "Authorization: Bearer " + card.token + "\r\n";
  }
  const Place& place = stage.place(stage.door());
  const auto line = [](const char* name, const std::string& value) {
    return value.empty() ? std::string{} : fmt::format("{}: {}\r\n", name, value);
  };
  std::string lines = line("Host", place.authority) + line("Upgrade", headers.upgrade) +
                      line("Connection", headers.connection) +
                      line("Sec-WebSocket-Version", headers.version) +
                      line("Sec-WebSocket-Key", headers.key) + bearer + headers.more;
  if (headers.small_names) lines = with_small_names(std::move(lines));
  co_return fmt::format("{} {} HTTP/1.1\r\n", headers.method, place.path) + lines + "\r\n";
}

// A connection that has sent this upgrade and got a reply, if only the end.
Task<Upgrade> asks_for(Stage& stage, Headers headers) {
  const std::string key = headers.key;
  const std::string request = co_await upgrade_of(stage, std::move(headers));
  Connection* connection = co_await stage.dials(stage.door(), "upgrade");
  connection->expect_upgrade(key);
  connection->write(request, stage.now(), request);
  co_await stage.until([connection] { return !connection->raw().empty() || connection->over(); },
                       stage.waits().answer);
  Upgrade upgrade{.reply = {}, .socket = Socket{stage, *connection}};
  for (const Event& event : connection->events())
    if (event.kind == Event::Kind::reply) upgrade.reply = {event.code, event.body, event.json};
  co_return upgrade;
}

Steps accepts(Stage& stage, Headers headers) {
  const Upgrade upgrade = co_await asks_for(stage, std::move(headers));
  stage.expect(upgrade.reply.status == 101, "HTTP 101", said(upgrade.reply));
  if (upgrade.reply.status != 101) co_return;
  stage.expect(upgrade.accepted(), "a Sec-WebSocket-Accept that belongs to the key",
               in_words(upgrade.socket.connection().raw()));
  if (upgrade.accepted()) co_await upgrade.socket.round_trip();
}

using Statuses = std::vector<int>;

Steps refuses(Stage& stage, Headers headers, Statuses wanted) {
  const Upgrade upgrade = co_await asks_for(stage, std::move(headers));
  stage.expect(upgrade.reply.status != 101, "no 101", said(upgrade.reply));
  if (upgrade.reply.status != 101 &&
      std::ranges::find(wanted, upgrade.reply.status) == wanted.end())
    stage.deviates(fmt::format("refused, but not with {}: {}", fmt::join(wanted, " or "),
                               said(upgrade.reply)));
}

Steps proves_that_it_read_the_key(Stage& stage) {
  Headers headers;
  co_await accepts(stage, headers);
}

Steps takes_headers_in_any_case(Stage& stage) {
  Headers headers{.upgrade = "WebSocket", .connection = "upgrade"};
  co_await accepts(stage, headers);
}

Steps takes_header_names_in_any_case(Stage& stage) {
  Headers headers{.small_names = true};
  co_await accepts(stage, headers);
}

Steps takes_a_list_of_connection_options(Stage& stage) {
  Headers headers{.connection = "keep-alive, Upgrade"};
  co_await accepts(stage, headers);
}

Steps may_decline_an_extension(Stage& stage) {
  Headers headers{.more = "Sec-WebSocket-Extensions: permessage-deflate\r\n"};
  const Upgrade upgrade = co_await asks_for(stage, headers);
  stage.expect(upgrade.reply.status == 101, "HTTP 101", said(upgrade.reply));
  stage.note(upgrade.accepted() ? "no extension is agreed on" : "permessage-deflate is agreed on");
}

Steps agrees_on_no_extension_unasked(Stage& stage) {
  Headers headers;
  const Upgrade upgrade = co_await asks_for(stage, headers);
  const std::string& raw = upgrade.socket.connection().raw();
  stage.expect(upgrade.accepted(), "101 without extensions or subprotocols", in_words(raw));
}

Steps refuses_without_a_key(Stage& stage) {
  Headers headers{.key = ""};
  const Statuses statuses{400, 426};
  co_await refuses(stage, headers, statuses);
}

Steps refuses_a_short_key(Stage& stage) {
  Headers headers{.key = "dG9vIHNob3J0"};
  const Upgrade upgrade = co_await asks_for(stage, headers);
  if (upgrade.reply.status == 101) stage.deviates("a key that is not 16 bytes is accepted");
}

Steps refuses_another_version(Stage& stage) {
  Headers headers{.version = "12"};
  const Statuses statuses{400, 426};
  co_await refuses(stage, headers, statuses);
}

Steps refuses_a_post(Stage& stage) {
  Headers headers{.method = "POST", .more = "Content-Length: 0\r\n"};
  const Statuses statuses{400, 404, 405, 426};
  co_await refuses(stage, headers, statuses);
}

Steps refuses_without_upgrade(Stage& stage) {
  Headers headers{.upgrade = "", .connection = ""};
  const Statuses statuses{400, 404, 426};
  co_await refuses(stage, headers, statuses);
}

constexpr std::string_view kServer = "RFC 6455 §4.2.2: Sec-WebSocket-Accept answers the key";
constexpr std::string_view kClient = "RFC 6455 §4.2.1: what a server must find in a handshake";

constexpr std::array kRows{
    Case{"WS-HAND-01", "proves that it has read the key", kServer, proves_that_it_read_the_key},
    Case{"WS-HAND-02", "takes header values in any case",
         "RFC 6455 §4.2.1: compared without regard to case", takes_headers_in_any_case},
    Case{"WS-HAND-03", "takes Upgrade among other connection options", kClient,
         takes_a_list_of_connection_options},
    Case{"WS-HAND-04", "agrees on no extension that was not offered",
         "RFC 6455 §4.2.2: extensions only out of those that the client offered",
         agrees_on_no_extension_unasked},
    Case{"WS-HAND-05", "takes a client that offers compression",
         "RFC 7692 §5: a server may decline permessage-deflate", may_decline_an_extension,
         Level::may},
    Case{"WS-HAND-06", "refuses an upgrade without a key", kClient, refuses_without_a_key},
    Case{"WS-HAND-07", "refuses a key that is not 16 bytes", kClient, refuses_a_short_key,
         Level::should},
    Case{"WS-HAND-08", "refuses a version that is not 13",
         "RFC 6455 §4.2.2: another version is refused (426)", refuses_another_version},
    Case{"WS-HAND-09", "refuses an upgrade by POST", kClient, refuses_a_post, Level::should},
    Case{"WS-HAND-10", "does not take a plain GET for a WebSocket", kClient,
         refuses_without_upgrade},
    Case{"WS-HAND-11", "takes header names in any case",
         "RFC 9110 §5.1: names of fields are compared without regard to case",
         takes_header_names_in_any_case},
};

}  // namespace

Cases websocket_handshake_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
