// What can go wrong on purpose, each under its own name: in scenarios, in metrics and in the docs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gauntlet {

enum class FaultKind : std::uint8_t {
  // A client's connection.
  close_connection,
  half_close,
  reset_connection,
  vanish,
  cut_frame,
  idle_connections,
  stop_reading,
  ignore_pings,
  // What a client says.
  malformed_json,
  wrong_types,
  deep_nesting,
  huge_message,
  empty_message,
  invalid_utf8,
  unmasked_frame,
  oversized_frame,
  bad_opcode,
  endless_fragments,
  missing_fields,
  absent_payload,
  spoof_id,
  spoof_from,
  spoof_ts,
  seq_gap,
  seq_repeat,
  wrong_round,
  complete_twice,
  token_after_complete,
  // A participant's runner.
  runner_stall,
  runner_failure,
  empty_tokens,
};

/// Who carries a fault out.
enum class FaultPlace : std::uint8_t { connection, words, runner };

/// Whom a fault can befall.
enum class Victims : std::uint8_t { clients, agents, participants };

/// Whether a fault has a duration (`for`).
enum class Lasting : std::uint8_t { no, yes };

struct FaultDef {
  FaultKind kind;
  std::string_view name;
  FaultPlace place;
  Victims victims;
  Lasting lasting;
  std::string_view help;  // one sentence
};

inline constexpr std::array kFaults{
    FaultDef{FaultKind::close_connection, "close_connection", FaultPlace::connection,
             Victims::clients, Lasting::no, "The client closes its WebSocket, with a code."},
    FaultDef{FaultKind::half_close, "half_close", FaultPlace::connection, Victims::clients,
             Lasting::no, "The client ends its side of the TCP connection and goes on reading."},
    FaultDef{FaultKind::reset_connection, "reset_connection", FaultPlace::connection,
             Victims::clients, Lasting::no, "The client breaks its TCP connection (RST)."},
    FaultDef{FaultKind::vanish, "vanish", FaultPlace::connection, Victims::clients, Lasting::no,
             "The client is gone and its target is not told: no FIN, no RST, a half-open "
             "connection."},
    FaultDef{FaultKind::cut_frame, "cut_frame", FaultPlace::connection, Victims::clients,
             Lasting::no, "The client sends half of a frame, and ends the connection."},
    FaultDef{FaultKind::idle_connections, "idle_connections", FaultPlace::connection,
             Victims::clients, Lasting::yes,
             "The client opens further connections that ask for nothing."},
    FaultDef{FaultKind::stop_reading, "stop_reading", FaultPlace::connection, Victims::clients,
             Lasting::yes, "The client reads nothing, so that what is sent to it piles up."},
    FaultDef{FaultKind::ignore_pings, "ignore_pings", FaultPlace::connection, Victims::clients,
             Lasting::yes, "The client answers no WebSocket ping."},
    FaultDef{FaultKind::malformed_json, "malformed_json", FaultPlace::words, Victims::clients,
             Lasting::no, "A message that is not JSON."},
    FaultDef{FaultKind::wrong_types, "wrong_types", FaultPlace::words, Victims::clients,
             Lasting::no, "A message whose fields have other types than they should."},
    FaultDef{FaultKind::deep_nesting, "deep_nesting", FaultPlace::words, Victims::clients,
             Lasting::no, "A message of many thousand nested arrays."},
    FaultDef{FaultKind::huge_message, "huge_message", FaultPlace::words, Victims::clients,
             Lasting::no, "A message longer than any limit."},
    FaultDef{FaultKind::empty_message, "empty_message", FaultPlace::words, Victims::clients,
             Lasting::no, "A message of no bytes."},
    FaultDef{FaultKind::invalid_utf8, "invalid_utf8", FaultPlace::words, Victims::clients,
             Lasting::no, "A text message that is not UTF-8."},
    FaultDef{FaultKind::unmasked_frame, "unmasked_frame", FaultPlace::words, Victims::clients,
             Lasting::no, "A frame without the mask that a client's frames must have."},
    FaultDef{FaultKind::oversized_frame, "oversized_frame", FaultPlace::words, Victims::clients,
             Lasting::no, "The header of a frame of 2^62 bytes."},
    FaultDef{FaultKind::bad_opcode, "bad_opcode", FaultPlace::words, Victims::clients, Lasting::no,
             "A frame with a reserved opcode."},
    FaultDef{FaultKind::endless_fragments, "endless_fragments", FaultPlace::words, Victims::clients,
             Lasting::no, "A message of many fragments that never ends."},
    FaultDef{FaultKind::missing_fields, "missing_fields", FaultPlace::words, Victims::agents,
             Lasting::no, "A message to nobody, of nothing."},
    FaultDef{FaultKind::absent_payload, "absent_payload", FaultPlace::words, Victims::agents,
             Lasting::no, "A message to everyone, with nothing to deliver."},
    FaultDef{FaultKind::spoof_id, "spoof_id", FaultPlace::words, Victims::agents, Lasting::no,
             "A message that brings an id of its own."},
    FaultDef{FaultKind::spoof_from, "spoof_from", FaultPlace::words, Victims::agents, Lasting::no,
             "A message that claims to come from somebody else."},
    FaultDef{FaultKind::spoof_ts, "spoof_ts", FaultPlace::words, Victims::agents, Lasting::no,
             "A message that claims to be of another time."},
    FaultDef{FaultKind::seq_gap, "seq_gap", FaultPlace::words, Victims::participants, Lasting::no,
             "A token again, under a number that leaves one out."},
    FaultDef{FaultKind::seq_repeat, "seq_repeat", FaultPlace::words, Victims::participants,
             Lasting::no, "A token again, under its number."},
    FaultDef{FaultKind::wrong_round, "wrong_round", FaultPlace::words, Victims::participants,
             Lasting::no, "A token again, of a round that does not exist."},
    FaultDef{FaultKind::complete_twice, "complete_twice", FaultPlace::words, Victims::participants,
             Lasting::no, "A completion again."},
    FaultDef{FaultKind::token_after_complete, "token_after_complete", FaultPlace::words,
             Victims::participants, Lasting::no, "A further token of a round that is complete."},
    FaultDef{FaultKind::runner_stall, "runner_stall", FaultPlace::runner, Victims::participants,
             Lasting::yes, "No token comes; those of that time come afterwards."},
    FaultDef{FaultKind::runner_failure, "runner_failure", FaultPlace::runner, Victims::participants,
             Lasting::no, "The generation under way fails."},
    FaultDef{FaultKind::empty_tokens, "empty_tokens", FaultPlace::runner, Victims::participants,
             Lasting::yes, "Tokens come without text."},
};
inline constexpr std::size_t kFaultKinds = kFaults.size();

namespace detail {
constexpr bool faults_match_kinds() {
  for (std::size_t i = 0; i < kFaultKinds; ++i)
    if (static_cast<std::size_t>(kFaults[i].kind) != i || !kFaults[i].help.ends_with('.'))
      return false;
  return true;
}
static_assert(faults_match_kinds());
}  // namespace detail

constexpr const FaultDef& def(FaultKind kind) { return kFaults[static_cast<std::size_t>(kind)]; }

}  // namespace gauntlet
