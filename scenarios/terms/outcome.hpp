// Every way in which a step of a conversation can go wrong, under its own name. The world's
// misbehaviour is data: it is counted, never thrown.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gauntlet {

enum class Outcome : std::uint8_t {
  refused,         // nothing listens at the address
  unreachable,     // no route, no such host
  exhausted,       // this process had no file, local port or memory left: not the target's doing
  tls_failed,      // no TLS at the other end, or a certificate that one side does not trust
  timed_out,       // no answer within the step's limit
  reset,           // the peer broke the connection (RST)
  closed_early,    // the peer ended the stream where a reply or a close frame was due
  rate_limited,    // HTTP 429, or close 4029
  unauthorized,    // HTTP 401 or 403, or close 4001
  id_taken,        // the agent id is registered already
  rejected,        // any other 4xx, or an error message in answer to a request
  server_error,    // 5xx
  bad_reply,       // a reply that cannot be read: not HTTP, not JSON, a needed field missing
  protocol_error,  // a WebSocket frame that RFC 6455 forbids
  too_big,         // a message above the limit, or close 1009
  closed_by_peer,  // a close frame that we did not ask for, any other code
  wrong_pin,       // the arena refused the PIN
  no_session,      // the arena has no session to join
  session_ended,   // the arena ended the session
  no_pong,         // the peer no longer answers pings
  blocked,         // the peer does not read: our buffer for it is full
  cut_short,       // an answer that ended in good order, without its end mark
  injected,        // the scenario wanted it to go wrong
};
inline constexpr std::size_t kOutcomeCount = 23;

inline constexpr std::array<std::string_view, kOutcomeCount> kOutcomeNames{
    "refused",        "unreachable",  "exhausted",    "tls_failed",     "timed_out",
    "reset",          "closed_early", "rate_limited", "unauthorized",   "id_taken",
    "rejected",       "server_error", "bad_reply",    "protocol_error", "too_big",
    "closed_by_peer", "wrong_pin",    "no_session",   "session_ended",  "no_pong",
    "blocked",        "cut_short",    "injected"};

constexpr std::string_view name(Outcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

}  // namespace gauntlet
