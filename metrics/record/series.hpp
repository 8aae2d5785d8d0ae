// The series: distributions of time, a row each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "metrics/record/label.hpp"

namespace gauntlet::metrics {

/// Distributions of time. Values are nanoseconds inside, seconds outside.
enum class Series : std::uint8_t {
  generator_slip,
  generator_loop_lag,
  generator_pause,
  generator_blocked_target,
  generator_blocked_own,
  relay_register,
  relay_connect,
  relay_reconnect,
  relay_throttle,
  relay_command,
  relay_delivery_direct,
  relay_delivery_broadcast,
  relay_delivery_subscription,
  relay_delivery_answer,
  relay_delivery_service,
  relay_delivery_closed_loop,
  relay_fanout,
  relay_answer,
  arena_connect,
  arena_reconnect,
  arena_register,
  arena_control,
  arena_challenge,
  arena_first_token,
  arena_first_token_service,
  arena_inter_token,
  arena_tpot,
  arena_round,
  arena_pacing_error,
  arena_relayed_token,
  runner_queue,
  fault_recovery,
  replay_lateness,
};

struct SeriesDef {
  Series id;
  std::string_view name;
  Label label;
  std::string_view help;  // one sentence: what, from when to when
};

inline constexpr std::array kSeries{
    SeriesDef{Series::generator_slip,
              "generator.slip",
              {},
              "Intended send to first byte handed to the socket: the generator's own lateness."},
    SeriesDef{Series::generator_loop_lag,
              "generator.loop_lag",
              {},
              "How long something that is ready waits for its turn in a generator thread's loop, "
              "asked a hundred times a second: how late what has arrived is read."},
    SeriesDef{Series::generator_pause,
              "generator.pause",
              {},
              "By how much a thread overslept that only sleeps, 5 ms at a time: for so "
              "long the machine did not run the generator."},
    SeriesDef{Series::generator_blocked_target,
              "generator.blocked",
              {"cause", "target"},
              "How long what was written to a socket waited for room in its send buffer, since the "
              "target had not read what stood before it."},
    SeriesDef{Series::generator_blocked_own,
              "generator.blocked",
              {"cause", "own"},
              "How long what was written to a socket waited for room in its send buffer, although "
              "the target had room for more."},
    SeriesDef{Series::relay_register,
              "relay.register",
              {},
              "POST /register, from the moment it was due to its reply."},
    SeriesDef{Series::relay_connect,
              "relay.connect",
              {},
              "TCP connect and WebSocket upgrade of an agent, from the moment they were due."},
    SeriesDef{Series::relay_reconnect,
              "relay.reconnect",
              {},
              "The loss of an agent's connection to the moment when it is in again."},
    SeriesDef{Series::relay_throttle,
              "relay.throttle",
              {},
              "How long a message waited that its agent held back, by its own `throttle` or "
              "because the relay had said that it sends too much, from its intended send."},
    SeriesDef{Series::relay_command,
              "relay.command",
              {},
              "A command to the relay, from its intended send to its acknowledgement."},
    SeriesDef{Series::relay_delivery_direct,
              "relay.delivery",
              {"kind", "direct"},
              "A direct message, from its intended send to its arrival at each receiver."},
    SeriesDef{Series::relay_delivery_broadcast,
              "relay.delivery",
              {"kind", "broadcast"},
              "A broadcast, from its intended send to its first arrival at each receiver."},
    SeriesDef{Series::relay_delivery_subscription,
              "relay.delivery",
              {"kind", "subscription"},
              "The second copy of a broadcast that a subscriber gets from some relays, from the "
              "intended send to its arrival."},
    SeriesDef{Series::relay_delivery_answer,
              "relay.delivery",
              {"kind", "answer"},
              "An answer, from the end of its planned think time to its arrival at the asker."},
    SeriesDef{Series::relay_delivery_service,
              "relay.delivery_service",
              {},
              "Any first delivery, from the actual send to its arrival: what most tools call "
              "latency."},
    SeriesDef{
        Series::relay_delivery_closed_loop,
        "relay.delivery_closed_loop",
        {},
        "What a tool would have printed that waits for each message before it sends the next: "
        "the service time, without what was sent while an earlier message of the same agent "
        "was under way."},
    SeriesDef{Series::relay_fanout,
              "relay.fanout",
              {},
              "A broadcast, from its intended send to its arrival at the last receiver."},
    SeriesDef{Series::relay_answer,
              "relay.answer",
              {},
              "A question, from its intended send to its first matching answer."},
    SeriesDef{Series::arena_connect,
              "arena.connect",
              {},
              "TCP connect and WebSocket upgrade of a participant or an observer."},
    SeriesDef{Series::arena_reconnect,
              "arena.reconnect",
              {},
              "The loss of a participant's or an observer's connection to the moment when it is in "
              "again."},
    SeriesDef{Series::arena_register,
              "arena.register",
              {},
              "A participant's register message, from the moment it was due to its "
              "acknowledgement."},
    SeriesDef{Series::arena_control,
              "arena.control",
              {},
              "An HTTP request of the operator or a voter, from the moment it was due to its "
              "reply."},
    SeriesDef{Series::arena_challenge,
              "arena.challenge",
              {},
              "A round's challenge, from the round's intended start to its arrival at each "
              "participant."},
    SeriesDef{Series::arena_first_token,
              "arena.first_token",
              {},
              "A round's intended start (its challenge's arrival, if others started it) to the "
              "first non-empty token handed to the socket."},
    SeriesDef{Series::arena_first_token_service,
              "arena.first_token_service",
              {},
              "A challenge's arrival to the first non-empty token handed to the socket."},
    SeriesDef{Series::arena_inter_token,
              "arena.inter_token",
              {},
              "Every gap between two non-empty tokens of one generation, pooled."},
    SeriesDef{Series::arena_tpot,
              "arena.tpot",
              {},
              "(last token - first token) / (tokens - 1), per generation of two tokens or more."},
    SeriesDef{Series::arena_round,
              "arena.round",
              {},
              "A round's intended start to the participant's complete message."},
    SeriesDef{Series::arena_pacing_error,
              "arena.pacing_error",
              {},
              "Absolute difference of an emitted token gap and the gap that the runner planned."},
    SeriesDef{Series::arena_relayed_token,
              "arena.relayed_token",
              {},
              "A token, from its send by the participant to its token_update at each observer: "
              "the audience's latency."},
    SeriesDef{
        Series::runner_queue,
        "runner.queue",
        {},
        "A challenge's arrival to the moment when a model server is asked, the wait for one of its "
        "`concurrent` places and for those before it in the `pipeline` of its connection; or the "
        "wait of an answer's command for its turn."},
    SeriesDef{
        Series::fault_recovery,
        "fault.recovery",
        {},
        "An injected fault to the moment when its client is in and hears its target again; of "
        "faults that last, from their end. Of a target's own: when as many are in as before and it "
        "has something to say."},
    SeriesDef{
        Series::replay_lateness,
        "replay.lateness",
        {},
        "The recorded time of a message, at the replay's speed, to the moment when it was sent: "
        "the generator's own lateness, and the wait for what has to come before it, such as a "
        "connection that takes longer than it did."},
};
inline constexpr std::size_t kSeriesCount = kSeries.size();

namespace detail {
constexpr bool series_match_ids() {
  for (std::size_t i = 0; i < kSeriesCount; ++i)
    if (static_cast<std::size_t>(kSeries[i].id) != i || !kSeries[i].help.ends_with('.'))
      return false;
  return true;
}
static_assert(series_match_ids());
}  // namespace detail

}  // namespace gauntlet::metrics
