// One thing that an actor did, or that befell it, as a recording keeps it. docs/recording.md has
// the format as a table; kKinds is what it is made of.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/terms/actor_id.hpp"
#include "scenarios/terms/time.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim::recording {

/// The numbers are the format's: they never change, and new ones are added at the end.
enum class Kind : std::uint8_t {
  starts = 1,
  connects,
  connected,
  connect_failed,
  asks,
  answered,
  ask_failed,
  gives_up_asking,
  says,
  hears,
  says_bytes,
  pings,
  hears_pong,
  closes,
  closed,
  breaks_off,
  ends_writing,
  stops_reading,
  reads_on,
  answers_pings,
  opens_sides,
  closes_sides,
  side_ended,
  announces,
  is_done,
};

/// What an entry of a kind has besides its actor and its time, in this order.
enum Field : std::uint8_t {
  kNothing = 0,
  kPlace = 1,   // where to: see place_of()
  kNumber = 2,  // a code, a status, a count
  kText = 4,
  kBody = 8,  // a second text
  kAct = 16,  // the actor did it: a replay does it again
};

struct KindDef {
  Kind kind;
  std::string_view name;  // as printed
  unsigned fields;        // of Field
  std::string_view means;
};

inline constexpr std::array kKinds{
    KindDef{Kind::starts, "starts", kNumber | kText,
            "the actor's first entry; number: which of its role, text: the role"},
    KindDef{Kind::connects, "connects", kPlace | kNumber | kText | kAct,
            "dials a WebSocket; number: 1 with a bearer token, text: path, if not the target's"},
    KindDef{Kind::connected, "connected", kNothing, "the upgrade was accepted"},
    KindDef{Kind::connect_failed, "connect failed", kNumber | kText,
            "number: HTTP status or 0, text: the outcome"},
    KindDef{Kind::asks, "asks", kPlace | kNumber | kText | kBody | kAct,
            "an HTTP request; number: 0 GET, 1 POST, text: path, body: JSON"},
    KindDef{Kind::answered, "answered", kNumber | kText, "number: HTTP status, text: body"},
    KindDef{Kind::ask_failed, "ask failed", kText, "no answer; text: the outcome"},
    KindDef{Kind::gives_up_asking, "gives up asking", kAct, "waits no longer for the answer"},
    KindDef{Kind::says, "says", kText | kAct, "a text message"},
    KindDef{Kind::hears, "hears", kText,
            "a message: text, or the bytes of a binary one, which neither protocol has"},
    KindDef{Kind::says_bytes, "says bytes", kText | kAct, "raw bytes of a fault"},
    KindDef{Kind::pings, "pings", kAct, "a WebSocket ping"},
    KindDef{Kind::hears_pong, "hears a pong", kNothing, "a WebSocket pong"},
    KindDef{Kind::closes, "closes", kNumber | kAct, "sends a close frame; number: code"},
    KindDef{Kind::closed, "closed", kNumber | kText | kBody,
            "the connection is gone; number: code, text: the outcome, body: the peer's words"},
    KindDef{Kind::breaks_off, "breaks off", kNumber | kAct, "0 hangs up, 1 resets, 2 vanishes"},
    KindDef{Kind::ends_writing, "ends writing", kAct, "closes its half of the connection"},
    KindDef{Kind::stops_reading, "stops reading", kAct, "a fault begins"},
    KindDef{Kind::reads_on, "reads on", kAct, "and ends"},
    KindDef{Kind::answers_pings, "answers pings", kNumber | kAct, "0: no more, 1: again"},
    KindDef{Kind::opens_sides, "opens sides", kPlace | kNumber | kAct,
            "connections beside its own; number: how many. What is said on them is not kept, and a "
            "replay says nothing there"},
    KindDef{Kind::closes_sides, "closes sides", kAct, "closes these"},
    KindDef{Kind::side_ended, "side ended", kText, "one of these is gone; text: the outcome"},
    KindDef{Kind::announces, "announces the PIN", kNothing, "an operator learned it"},
    KindDef{Kind::is_done, "is done", kAct, "leaves; what is still open is closed"},
};

constexpr bool kinds_match_numbers() {
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    if (static_cast<std::size_t>(kKinds[i].kind) != i + 1) return false;
  return true;
}
static_assert(kinds_match_numbers());

constexpr const KindDef& def(Kind kind) { return kKinds[static_cast<std::size_t>(kind) - 1]; }

/// What is never written: each stands in a text as a blank.
enum class Hidden : std::uint8_t { token, pin };
inline constexpr std::array<std::string_view, 2> kHiddenNames{"[token]", "[pin]"};

/// A secret belongs here, before the byte at this offset of the words.
struct Blank {
  std::uint32_t at;
  Hidden what;
  bool operator==(const Blank&) const = default;
};

struct Text {
  std::string_view words;
  std::span<const Blank> blanks{};  // in the order of their places
};

struct Entry {
  Kind kind;
  ActorId actor;
  Instant at;
  std::uint64_t place{0};
  std::uint64_t number{0};
  Text text{};
  Text body{};
};

/// 0 the arena's HTTP side, 1 its WebSocket; of relay n: 2 + 2n and 3 + 2n.
constexpr std::uint64_t place_of(Endpoint endpoint) {
  if (endpoint == Endpoint::arena_http) return 0;
  if (endpoint == Endpoint::arena_socket) return 1;
  const auto index = static_cast<std::uint64_t>(endpoint);
  if (endpoint < Endpoint::more_relays) return 2 + index;
  return 4 + index - static_cast<std::uint64_t>(Endpoint::more_relays);
}
constexpr bool is_arena(std::uint64_t place) { return place < 2; }
constexpr bool is_socket(std::uint64_t place) { return place % 2 == 1; }
/// @param place  not the arena's.
constexpr std::size_t relay_at(std::uint64_t place) { return (place - 2) / 2; }
inline constexpr std::uint64_t kPlacesMax = 2 + 2 * kRelaysMax;

}  // namespace gauntlet::sim::recording
