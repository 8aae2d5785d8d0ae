// What the WebSocket tests share: events that own their bytes, and ways to cut a stream.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/terms/random.hpp"
#include "sim/wire/websocket.hpp"

namespace gauntlet::sim::wire {

/// A WsEvent to keep. A violation's wording is not compared.
struct Event {
  WsEvent::Kind kind{};
  std::string payload;
  std::uint16_t code{0};

  explicit Event(const WsEvent& event)
      : kind{event.kind},
        payload{event.kind == WsEvent::Kind::violation ? std::string_view{} : event.payload},
        code{event.code} {}
  Event(WsEvent::Kind k, std::string_view p, std::uint16_t c = 0) : kind{k}, payload{p}, code{c} {}
  bool operator==(const Event&) const = default;
};
using Events = std::vector<Event>;

inline void PrintTo(const Event& event, std::ostream* os) {
  constexpr std::array kNames{"text", "binary", "ping", "pong", "close", "violation"};
  *os << kNames[static_cast<std::size_t>(event.kind)] << ' ' << event.code << " \"" << event.payload
      << '"';
}

inline Event text(std::string_view payload) { return {WsEvent::Kind::text, payload}; }
inline Event binary(std::string_view payload) { return {WsEvent::Kind::binary, payload}; }
inline Event ping(std::string_view payload) { return {WsEvent::Kind::ping, payload}; }
inline Event pong(std::string_view payload) { return {WsEvent::Kind::pong, payload}; }
inline Event close(std::uint16_t code, std::string_view reason = {}) {
  return {WsEvent::Kind::close, reason, code};
}
inline Event violation(std::uint16_t code) { return {WsEvent::Kind::violation, {}, code}; }

/// Feeds one piece, in memory of exactly its size so that a sanitizer sees every step beyond it.
inline void hear(FrameDecoder& decoder, std::string_view piece, Events& events) {
  std::vector<char> memory(piece.begin(), piece.end());
  std::span<char> bytes{memory};
  while (const auto event = decoder.next(bytes)) events.emplace_back(*event);
}

inline constexpr std::size_t kAnySize = 1U << 20U;

/// What `ours` hears when `stream` comes in pieces of `piece_bytes`.
inline Events hear_in_pieces(Role ours, std::string_view stream, std::size_t piece_bytes,
                             std::size_t message_bytes_max = kAnySize) {
  FrameDecoder decoder{ours, message_bytes_max};
  Events events;
  for (std::size_t at = 0; at < stream.size(); at += piece_bytes)
    hear(decoder, stream.substr(at, piece_bytes), events);
  return events;
}

inline Events hear_whole(Role ours, std::string_view stream,
                         std::size_t message_bytes_max = kAnySize) {
  return hear_in_pieces(ours, stream, std::max<std::size_t>(stream.size(), 1), message_bytes_max);
}

constexpr Role peer_of(Role role) { return role == Role::client ? Role::server : Role::client; }

/// Text of `characters` characters of one to four bytes each.
inline std::string random_text(Stream& random, std::uint64_t characters) {
  constexpr std::array<std::string_view, 6> kCharacters{
      "a", "\n", "\"", "\xC3\xA1", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
  std::string made;
  while (characters-- > 0)
    made += random.chance(0.6) ? "x" : kCharacters[random.below(kCharacters.size())];
  return made;
}

inline std::string random_bytes(Stream& random, std::uint64_t size) {
  std::string made(size, '\0');
  for (char& c : made) c = static_cast<char>(random.below(256));
  return made;
}

inline std::uint32_t random_key(Stream& random) {
  return static_cast<std::uint32_t>(random.next());
}

}  // namespace gauntlet::sim::wire
