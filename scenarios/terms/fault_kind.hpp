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
  reconnect_storm,
  vanish,
  cut_frame,
  stop_reading,
  slow_reading,
  ignore_pings,
  // Further connections of a client.
  idle_connections,
  connect_storm,
  never_upgrade,
  second_connection,
  duplicate_id,
  wrong_pin,
  pin_guessing,
  token_unregistered,
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
  seq_ahead,
  seq_repeat,
  seq_of_another,
  wrong_round,
  complete_early,
  complete_empty,
  complete_late,
  complete_twice,
  token_after_complete,
  // A participant's runner.
  runner_stall,
  runner_crawl,
  runner_failure,
  empty_tokens,
  endless_tokens,
  // The network between a client and its target.
  latency,
  bandwidth,
  slicing,
  close_after_bytes,
  reset_after_bytes,
  slow_close,
  blackhole,
  partition,
  outage,
  // An embedded target.
  target_drop,
  target_duplicate,
  target_reorder,
  target_corrupt,
  target_delay,
  target_pause,
  target_crash,
};

/// Who carries a fault out.
enum class FaultPlace : std::uint8_t { connection, beside, words, runner, network, target };

/// Whom a fault can befall.
enum class Victims : std::uint8_t { clients, agents, participants, targets };

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
    FaultDef{FaultKind::reconnect_storm, "reconnect_storm", FaultPlace::connection,
             Victims::clients, Lasting::yes,
             "The client breaks every connection (RST) as soon as it is in, and comes again by its "
             "`reconnect` policy."},
    FaultDef{FaultKind::vanish, "vanish", FaultPlace::connection, Victims::clients, Lasting::no,
             "The client is gone and its target is not told: no FIN, no RST, a half-open "
             "connection."},
    FaultDef{FaultKind::cut_frame, "cut_frame", FaultPlace::connection, Victims::clients,
             Lasting::no, "The client sends half of a frame, and ends the connection."},
    FaultDef{FaultKind::stop_reading, "stop_reading", FaultPlace::connection, Victims::clients,
             Lasting::yes, "The client reads nothing, so that what is sent to it piles up."},
    FaultDef{FaultKind::slow_reading, "slow_reading", FaultPlace::connection, Victims::clients,
             Lasting::yes, "The client reads no more than so many bytes a second."},
    FaultDef{FaultKind::ignore_pings, "ignore_pings", FaultPlace::connection, Victims::clients,
             Lasting::yes, "The client answers no WebSocket ping."},
    FaultDef{FaultKind::idle_connections, "idle_connections", FaultPlace::beside, Victims::clients,
             Lasting::yes, "The client opens further connections that ask for nothing."},
    FaultDef{
        FaultKind::connect_storm, "connect_storm", FaultPlace::beside, Victims::clients,
        Lasting::yes,
        "The client opens wave after wave of further connections, asks for a WebSocket on each "
        "as nobody, and closes them when the next wave comes."},
    FaultDef{FaultKind::never_upgrade, "never_upgrade", FaultPlace::beside, Victims::clients,
             Lasting::yes,
             "The client opens further connections, and asks for half a WebSocket on each."},
    FaultDef{FaultKind::second_connection, "second_connection", FaultPlace::beside,
             Victims::clients, Lasting::yes, "The client comes in a second time, as itself."},
    FaultDef{FaultKind::duplicate_id, "duplicate_id", FaultPlace::beside, Victims::agents,
             Lasting::no, "The agent asks to register the id that it has already."},
    FaultDef{FaultKind::wrong_pin, "wrong_pin", FaultPlace::beside, Victims::participants,
             Lasting::no, "The participant comes in a second time, with a PIN that is wrong."},
    FaultDef{FaultKind::pin_guessing, "pin_guessing", FaultPlace::beside, Victims::participants,
             Lasting::no,
             "The participant tries many PINs, all of them wrong, on a second connection."},
    FaultDef{FaultKind::token_unregistered, "token_unregistered", FaultPlace::beside,
             Victims::participants, Lasting::no,
             "A token of the participant on a second connection, before it registers there."},
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
    FaultDef{FaultKind::seq_ahead, "seq_ahead", FaultPlace::words, Victims::participants,
             Lasting::no, "A token again, under a number far in the future."},
    FaultDef{FaultKind::seq_repeat, "seq_repeat", FaultPlace::words, Victims::participants,
             Lasting::no, "A token again, under its number."},
    FaultDef{FaultKind::seq_of_another, "seq_of_another", FaultPlace::words, Victims::participants,
             Lasting::no, "A further token, in another participant's name."},
    FaultDef{FaultKind::wrong_round, "wrong_round", FaultPlace::words, Victims::participants,
             Lasting::no, "A token again, of a round that does not exist."},
    FaultDef{FaultKind::complete_early, "complete_early", FaultPlace::words, Victims::participants,
             Lasting::no, "A completion while tokens still come."},
    FaultDef{FaultKind::complete_empty, "complete_empty", FaultPlace::words, Victims::participants,
             Lasting::no, "A completion before the first token."},
    FaultDef{FaultKind::complete_late, "complete_late", FaultPlace::words, Victims::participants,
             Lasting::no, "A completion again, of a round that is over since."},
    FaultDef{FaultKind::complete_twice, "complete_twice", FaultPlace::words, Victims::participants,
             Lasting::no, "A completion again."},
    FaultDef{FaultKind::token_after_complete, "token_after_complete", FaultPlace::words,
             Victims::participants, Lasting::no, "A further token of a round that is complete."},
    FaultDef{FaultKind::runner_stall, "runner_stall", FaultPlace::runner, Victims::participants,
             Lasting::yes, "No token comes; those of that time come afterwards."},
    FaultDef{FaultKind::runner_crawl, "runner_crawl", FaultPlace::runner, Victims::participants,
             Lasting::yes,
             "Tokens come one by one, with a gap between; those that were faster wait."},
    FaultDef{FaultKind::runner_failure, "runner_failure", FaultPlace::runner, Victims::participants,
             Lasting::no, "The generation under way fails."},
    FaultDef{FaultKind::empty_tokens, "empty_tokens", FaultPlace::runner, Victims::participants,
             Lasting::yes, "Tokens come without text."},
    FaultDef{FaultKind::endless_tokens, "endless_tokens", FaultPlace::runner, Victims::participants,
             Lasting::yes, "The runner does not end: more tokens come behind its last."},
    FaultDef{FaultKind::latency, "latency", FaultPlace::network, Victims::clients, Lasting::yes,
             "What is sent arrives later."},
    FaultDef{FaultKind::bandwidth, "bandwidth", FaultPlace::network, Victims::clients, Lasting::yes,
             "No more than so many bytes a second get through."},
    FaultDef{FaultKind::slicing, "slicing", FaultPlace::network, Victims::clients, Lasting::yes,
             "What is sent arrives in small pieces."},
    FaultDef{FaultKind::close_after_bytes, "close_after_bytes", FaultPlace::network,
             Victims::clients, Lasting::yes,
             "Each connection ends in good order after so many bytes."},
    FaultDef{FaultKind::reset_after_bytes, "reset_after_bytes", FaultPlace::network,
             Victims::clients, Lasting::yes, "Each connection breaks (RST) after so many bytes."},
    FaultDef{FaultKind::slow_close, "slow_close", FaultPlace::network, Victims::clients,
             Lasting::yes, "The end of a connection arrives late."},
    FaultDef{FaultKind::blackhole, "blackhole", FaultPlace::network, Victims::clients, Lasting::yes,
             "Connections open, but no byte gets through; what was sent arrives once it is over."},
    FaultDef{
        FaultKind::partition, "partition", FaultPlace::network, Victims::clients, Lasting::yes,
        "Nothing gets through, and no connection opens; what was sent arrives once it is over."},
    FaultDef{FaultKind::outage, "outage", FaultPlace::network, Victims::clients, Lasting::yes,
             "Connections break (RST), and new ones are refused."},
    FaultDef{FaultKind::target_drop, "target_drop", FaultPlace::target, Victims::targets,
             Lasting::yes, "Some of the messages that the target sends are lost inside it."},
    FaultDef{FaultKind::target_duplicate, "target_duplicate", FaultPlace::target, Victims::targets,
             Lasting::yes, "Some of the messages that the target sends leave it twice."},
    FaultDef{FaultKind::target_reorder, "target_reorder", FaultPlace::target, Victims::targets,
             Lasting::yes,
             "Some of the messages that the target sends are overtaken by the next one to the same "
             "client."},
    FaultDef{FaultKind::target_corrupt, "target_corrupt", FaultPlace::target, Victims::targets,
             Lasting::yes, "In some of the messages that the target sends, one bit is wrong."},
    FaultDef{FaultKind::target_delay, "target_delay", FaultPlace::target, Victims::targets,
             Lasting::yes, "What the target sends leaves it later."},
    FaultDef{FaultKind::target_pause, "target_pause", FaultPlace::target, Victims::targets,
             Lasting::yes,
             "The target does nothing, as if its process were stopped; what was sent to it "
             "meanwhile it handles afterwards, in order."},
    FaultDef{FaultKind::target_crash, "target_crash", FaultPlace::target, Victims::targets,
             Lasting::yes,
             "The target dies: connections break (RST), and new ones are refused; once it is over, "
             "it starts anew and knows nobody."},
};
inline constexpr std::size_t kFaultKinds = kFaults.size();
/// Those of clients and of their network, which any target has to live with: all before the others.
inline constexpr auto kClientFaultKinds = static_cast<std::size_t>(FaultKind::target_drop);
/// Of the others, those that befall what a target says, message by message: the first ones.
inline constexpr auto kMessageFaultKinds =
    static_cast<std::size_t>(FaultKind::target_pause) - kClientFaultKinds;

namespace detail {
constexpr bool faults_match_kinds() {
  for (std::size_t i = 0; i < kFaultKinds; ++i)
    if (static_cast<std::size_t>(kFaults[i].kind) != i || !kFaults[i].help.ends_with('.') ||
        (kFaults[i].place == FaultPlace::target) != (i >= kClientFaultKinds))
      return false;
  return true;
}
static_assert(faults_match_kinds());
}  // namespace detail

constexpr const FaultDef& def(FaultKind kind) { return kFaults[static_cast<std::size_t>(kind)]; }

}  // namespace gauntlet
