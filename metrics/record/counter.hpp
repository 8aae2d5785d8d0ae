// The counters: totals, a row each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "metrics/record/label.hpp"
#include "scenarios/terms/fault_kind.hpp"
#include "scenarios/terms/invariant.hpp"
#include "scenarios/terms/outcome.hpp"

namespace gauntlet::metrics {

/// Totals over the whole run, warm-up and drain included.
enum class Counter : std::uint16_t {
  generator_dropped,
  generator_negative,
  relay_registered,
  relay_connected,
  relay_reconnects,
  relay_offered,
  relay_sent_direct,
  relay_sent_broadcast,
  relay_sent_question,
  relay_sent_answer,
  relay_sent_command,
  relay_unsent,
  relay_expected,
  relay_received,
  relay_lost,
  relay_in_flight,
  relay_excused,
  relay_duplicated,
  relay_subscription_copies,
  relay_reordered,
  relay_misdelivered,
  relay_late,
  relay_foreign,
  relay_asked,
  relay_answered,
  relay_unanswered,
  relay_answers_unmatched,
  relay_errors,
  relay_rate_limited,
  relay_unknown,
  relay_malformed,
  arena_joined,
  arena_reconnects,
  arena_rounds_offered,
  arena_rounds_challenged,
  arena_rounds_completed,
  arena_rounds_failed,
  arena_rounds_expired,
  arena_rounds_cut,
  arena_rounds_missed,
  arena_tokens_sent,
  arena_tokens_expected,
  arena_tokens_received,
  arena_tokens_lost,
  arena_tokens_in_flight,
  arena_tokens_excused,
  arena_tokens_duplicated,
  arena_tokens_reordered,
  arena_tokens_late,
  arena_completions_seen,
  arena_votes_offered,
  arena_votes_accepted,
  arena_claims_agree,
  arena_claims_differ,
  arena_errors,
  arena_unknown,
  arena_malformed,
  runner_tokens,
  runner_tokens_claimed,
  bytes_sent,
  bytes_received,
  recording_lost,
  replay_offered,
  replay_sent,
  replay_unsent,
  replay_expected,
  replay_heard,
  replay_cuts_expected,
  replay_cuts,
  relay_failures,                                          // + an Outcome
  arena_failures = relay_failures + kOutcomeCount,         // + an Outcome
  runner_failures = arena_failures + kOutcomeCount,        // + an Outcome
  fault_injected = runner_failures + kOutcomeCount,        // + a FaultKind
  fault_answered = fault_injected + kFaultKinds,           // + a FaultKind
  fault_closed = fault_answered + kFaultKinds,             // + a FaultKind
  fault_silent = fault_closed + kFaultKinds,               // + a FaultKind
  fault_recovered = fault_silent + kFaultKinds,            // + a FaultKind
  fault_messages = fault_recovered + kFaultKinds,          // see of_messages()
  invariant_broken = fault_messages + kMessageFaultKinds,  // + an Invariant
  count_ = invariant_broken + kInvariantCount,
};
inline constexpr std::size_t kCounterCount = static_cast<std::size_t>(Counter::count_);

constexpr Counter relay_failure(Outcome o) {
  return static_cast<Counter>(static_cast<std::size_t>(Counter::relay_failures) +
                              static_cast<std::size_t>(o));
}
constexpr Counter arena_failure(Outcome o) {
  return static_cast<Counter>(static_cast<std::size_t>(Counter::arena_failures) +
                              static_cast<std::size_t>(o));
}
constexpr Counter runner_failure(Outcome o) {
  return static_cast<Counter>(static_cast<std::size_t>(Counter::runner_failures) +
                              static_cast<std::size_t>(o));
}

/// One of the counters of faults, of one kind: of_kind(Counter::fault_injected, kind).
constexpr Counter of_kind(Counter first, FaultKind kind) {
  return static_cast<Counter>(static_cast<std::size_t>(first) + static_cast<std::size_t>(kind));
}

/// Of what a target says, for the kinds of faults that befall its messages one by one.
constexpr Counter of_messages(FaultKind kind) {
  return static_cast<Counter>(static_cast<std::size_t>(Counter::fault_messages) +
                              static_cast<std::size_t>(kind) - kClientFaultKinds);
}

constexpr Counter broken(Invariant invariant) {
  return static_cast<Counter>(static_cast<std::size_t>(Counter::invariant_broken) +
                              static_cast<std::size_t>(invariant));
}

struct CounterDef {
  Counter id;
  std::string_view name;
  Label label;
  std::string_view help;
  /// What a percentage of this counter is a percentage of ("arena.rounds_completed >= 95%").
  std::string_view of{};
  /// Its total may become smaller while a run is on, so that Prometheus must not take it for a
  /// counter.
  bool falls{false};
};

inline constexpr std::array kPlainCounters{
    CounterDef{Counter::generator_dropped,
               "generator.dropped",
               {},
               "Planned operations that the generator never made although their actor was ready.",
               "relay.offered"},
    CounterDef{Counter::generator_negative,
               "generator.negative",
               {},
               "Samples that were skipped because they would have been below zero."},
    CounterDef{
        Counter::relay_registered, "relay.registered", {}, "Agents that the relay registered."},
    CounterDef{Counter::relay_connected,
               "relay.connected",
               {},
               "Times an agent got in: welcomed, or a round trip done; reconnects included."},
    CounterDef{Counter::relay_reconnects,
               "relay.reconnects",
               {},
               "Times an agent tried to get in again after it had lost its connection."},
    CounterDef{Counter::relay_offered, "relay.offered", {}, "Operations that the plan made due."},
    CounterDef{Counter::relay_sent_direct,
               "relay.sent",
               {"kind", "direct"},
               "Messages sent to named agents."},
    CounterDef{Counter::relay_sent_broadcast,
               "relay.sent",
               {"kind", "broadcast"},
               "Messages sent to everyone."},
    CounterDef{Counter::relay_sent_question, "relay.sent", {"kind", "question"}, "Questions sent."},
    CounterDef{Counter::relay_sent_answer,
               "relay.sent",
               {"kind", "answer"},
               "Answers sent; they follow from questions and are not in relay.offered."},
    CounterDef{Counter::relay_sent_command,
               "relay.sent",
               {"kind", "command"},
               "Commands sent to the relay itself; not in relay.offered."},
    CounterDef{Counter::relay_unsent,
               "relay.unsent",
               {},
               "Operations that were due while their agent was not connected, blocked by a target "
               "that does not read, or held back to the end (see relay.throttle).",
               "relay.offered"},
    CounterDef{Counter::relay_expected,
               "relay.expected",
               {},
               "Deliveries owed: one for each receiver that was in when a message to it was sent, "
               "and stayed. Equals received + lost + in flight.",
               {},
               true},
    CounterDef{Counter::relay_received,
               "relay.received",
               {},
               "Deliveries owed that arrived, each counted once.",
               "relay.expected"},
    CounterDef{Counter::relay_lost,
               "relay.lost",
               {},
               "Deliveries owed that did not arrive within the drain time.",
               "relay.expected"},
    CounterDef{Counter::relay_in_flight,
               "relay.in_flight",
               {},
               "Deliveries owed that are still under way; at the end, of a run that ended early.",
               "relay.expected",
               true},
    CounterDef{Counter::relay_excused,
               "relay.excused",
               {},
               "Deliveries no longer owed because the receiver lost its connection; not in "
               "relay.expected."},
    CounterDef{Counter::relay_duplicated,
               "relay.duplicated",
               {},
               "Copies beyond the first, a subscriber's second copy excepted.",
               "relay.received"},
    CounterDef{Counter::relay_subscription_copies,
               "relay.subscription_copies",
               {},
               "Second copies of a broadcast at a subscriber to its sender."},
    CounterDef{Counter::relay_reordered,
               "relay.reordered",
               {},
               "First arrivals after a later message of the same sender; a subset of received.",
               "relay.received"},
    CounterDef{Counter::relay_misdelivered,
               "relay.misdelivered",
               {},
               "Messages that reached an agent they were not addressed to."},
    CounterDef{Counter::relay_late,
               "relay.late",
               {},
               "Arrivals of messages so old that they were no longer kept track of."},
    CounterDef{Counter::relay_foreign,
               "relay.foreign",
               {},
               "Messages that do not carry this run's tag: other clients use the relay too."},
    CounterDef{Counter::relay_asked, "relay.asked", {}, "Questions asked."},
    CounterDef{Counter::relay_answered,
               "relay.answered",
               {},
               "Questions whose first answer came in time.",
               "relay.asked"},
    CounterDef{Counter::relay_unanswered,
               "relay.unanswered",
               {},
               "Questions without an answer within their timeout.",
               "relay.asked"},
    CounterDef{Counter::relay_answers_unmatched,
               "relay.answers_unmatched",
               {},
               "Answers whose ref matches no open question: too late, or not the first."},
    CounterDef{Counter::relay_errors, "relay.errors", {}, "Error messages from the relay."},
    CounterDef{
        Counter::relay_rate_limited,
        "relay.rate_limited",
        {},
        "Error messages that tell an agent that it sends too much; a subset of relay.errors. "
        "A refused request (429) or a close (4029) is one of relay.failures instead."},
    CounterDef{Counter::relay_unknown,
               "relay.unknown",
               {},
               "Messages of a type that Gauntlet does not know; ignored."},
    CounterDef{Counter::relay_malformed,
               "relay.malformed",
               {},
               "Messages from the relay that are not JSON or lack a needed field."},
    CounterDef{Counter::arena_joined,
               "arena.joined",
               {},
               "Times a participant's registration was acknowledged."},
    CounterDef{Counter::arena_reconnects,
               "arena.reconnects",
               {},
               "Times a participant or observer tried to get in again."},
    CounterDef{Counter::arena_rounds_offered,
               "arena.rounds_offered",
               {},
               "Rounds times participants: every generation that the scenario asked for, or that "
               "a challenge asked for when others start the rounds."},
    CounterDef{Counter::arena_rounds_challenged,
               "arena.rounds_challenged",
               {},
               "Challenges that reached a participant.",
               "arena.rounds_offered"},
    CounterDef{Counter::arena_rounds_completed,
               "arena.rounds_completed",
               {},
               "Generations whose complete message was sent.",
               "arena.rounds_offered"},
    CounterDef{Counter::arena_rounds_failed,
               "arena.rounds_failed",
               {},
               "Generations that the runner failed; an error message was sent.",
               "arena.rounds_offered"},
    CounterDef{Counter::arena_rounds_expired,
               "arena.rounds_expired",
               {},
               "Generations cut off by their deadline.",
               "arena.rounds_offered"},
    CounterDef{Counter::arena_rounds_cut,
               "arena.rounds_cut",
               {},
               "Generations cut off by the loss of their connection or session, by another "
               "challenge or by the end of the run.",
               "arena.rounds_offered"},
    CounterDef{Counter::arena_rounds_missed,
               "arena.rounds_missed",
               {},
               "Rounds that an operator of ours started while a participant was not in, so that "
               "no challenge reached it.",
               "arena.rounds_offered"},
    CounterDef{Counter::arena_tokens_sent, "arena.tokens_sent", {}, "Token messages sent."},
    CounterDef{Counter::arena_tokens_expected,
               "arena.tokens_expected",
               {},
               "Token updates owed: one for each observer that was in when a token was sent. "
               "Equals received + lost + in flight.",
               {},
               true},
    CounterDef{Counter::arena_tokens_received,
               "arena.tokens_received",
               {},
               "Token updates owed that arrived, each counted once.",
               "arena.tokens_expected"},
    CounterDef{Counter::arena_tokens_lost,
               "arena.tokens_lost",
               {},
               "Token updates owed that did not arrive within the drain time.",
               "arena.tokens_expected"},
    CounterDef{Counter::arena_tokens_in_flight,
               "arena.tokens_in_flight",
               {},
               "Token updates that are still under way; at the end, of a run that ended early.",
               "arena.tokens_expected",
               true},
    CounterDef{Counter::arena_tokens_excused,
               "arena.tokens_excused",
               {},
               "Token updates no longer owed because the observer lost its connection."},
    CounterDef{Counter::arena_tokens_duplicated,
               "arena.tokens_duplicated",
               {},
               "Token updates beyond the first of a token.",
               "arena.tokens_received"},
    CounterDef{Counter::arena_tokens_reordered,
               "arena.tokens_reordered",
               {},
               "Token updates after a later one of the same generation.",
               "arena.tokens_received"},
    CounterDef{Counter::arena_tokens_late,
               "arena.tokens_late",
               {},
               "Token updates of tokens that were no longer kept track of, or never sent by us."},
    CounterDef{Counter::arena_completions_seen,
               "arena.completions_seen",
               {},
               "Completions that an observer was shown."},
    CounterDef{Counter::arena_votes_offered, "arena.votes_offered", {}, "Votes that were due."},
    CounterDef{Counter::arena_votes_accepted,
               "arena.votes_accepted",
               {},
               "Votes that the arena took.",
               "arena.votes_offered"},
    CounterDef{Counter::arena_claims_agree,
               "arena.claims_agree",
               {},
               "Scoreboard rows whose token count is what the participant sent."},
    CounterDef{Counter::arena_claims_differ,
               "arena.claims_differ",
               {},
               "Scoreboard rows whose token count is not what the participant sent."},
    CounterDef{Counter::arena_errors, "arena.errors", {}, "Error messages from the arena."},
    CounterDef{Counter::arena_unknown,
               "arena.unknown",
               {},
               "Messages of a type that Gauntlet does not know; ignored."},
    CounterDef{Counter::arena_malformed,
               "arena.malformed",
               {},
               "Messages from the arena that are not JSON or lack a needed field."},
    CounterDef{Counter::runner_tokens,
               "runner.tokens",
               {},
               "Tokens that came from model servers, in answers whose server says how many it "
               "generated."},
    CounterDef{Counter::runner_tokens_claimed,
               "runner.tokens_claimed",
               {},
               "Tokens of the same answers as the model servers count them."},
    CounterDef{Counter::bytes_sent,
               "generator.bytes",
               {"direction", "sent"},
               "Bytes written to the targets, HTTP and frames included."},
    CounterDef{Counter::bytes_received,
               "generator.bytes",
               {"direction", "received"},
               "Bytes read from the targets."},
    CounterDef{Counter::recording_lost,
               "recording.lost",
               {},
               "Entries that a recording lacks because the disk was too slow for them."},
    CounterDef{Counter::replay_offered,
               "replay.offered",
               {},
               "Messages and HTTP requests that the recorded actors sent."},
    CounterDef{
        Counter::replay_sent, "replay.sent", {}, "Those that were sent again.", "replay.offered"},
    CounterDef{Counter::replay_unsent,
               "replay.unsent",
               {},
               "Those that were not: their actor had no connection, or no time before the end.",
               "replay.offered"},
    CounterDef{Counter::replay_expected,
               "replay.expected",
               {},
               "Messages that the recorded actors heard."},
    CounterDef{
        Counter::replay_heard,
        "replay.heard",
        {},
        "Messages that the actors of a replay heard; more than expected when others talk, too.",
        "replay.expected"},
    CounterDef{Counter::replay_cuts_expected,
               "replay.cuts_expected",
               {},
               "Connections of recorded actors that ended although these had not ended them."},
    CounterDef{Counter::replay_cuts,
               "replay.cuts",
               {},
               "Connections of a replay's actors that ended although these had not ended them."},
};

namespace detail {
constexpr auto all_counters() {
  std::array<CounterDef, kCounterCount> all{};
  for (std::size_t i = 0; i < kPlainCounters.size(); ++i) all[i] = kPlainCounters[i];
  for (std::size_t o = 0; o < kOutcomeCount; ++o) {
    const auto outcome = static_cast<Outcome>(o);
    all[static_cast<std::size_t>(relay_failure(outcome))] = {
        relay_failure(outcome),
        "relay.failures",
        {"outcome", kOutcomeNames[o]},
        "Steps of a conversation with the relay that failed, by what happened."};
    all[static_cast<std::size_t>(arena_failure(outcome))] = {
        arena_failure(outcome),
        "arena.failures",
        {"outcome", kOutcomeNames[o]},
        "Steps of a conversation with the arena that failed, by what happened."};
    all[static_cast<std::size_t>(runner_failure(outcome))] = {
        runner_failure(outcome),
        "runner.failures",
        {"outcome", kOutcomeNames[o]},
        "Generations that a runner could not finish, and answers that a command could not give, by "
        "what happened."};
  }
  struct Block {
    Counter first;
    std::string_view name;
    std::string_view help;
    std::string_view of;
  };
  constexpr std::array kBlocks{
      Block{Counter::fault_injected, "fault.injected", "Faults that befell someone, each time.",
            ""},
      Block{Counter::fault_answered, "fault.answered",
            "Those that the target noticed and answered with an error.", "fault.injected"},
      Block{Counter::fault_closed, "fault.closed",
            "Those that the target noticed and closed the connection for; of a target's own, those "
            "through which a client ended or lost its connection.",
            "fault.injected"},
      Block{Counter::fault_silent, "fault.silent",
            "Those about which nothing was heard within two seconds; of a target's own, within two "
            "seconds of their end.",
            "fault.injected"},
      Block{Counter::fault_recovered, "fault.recovered",
            "Those after which the client was in and heard its target again; of a target's own, "
            "those after which as many were in as before and it had something to say.",
            "fault.injected"},
  };
  for (const Block& block : kBlocks)
    for (const FaultDef& fault : kFaults) {
      const Counter id = of_kind(block.first, fault.kind);
      all[static_cast<std::size_t>(id)] = {
          id, block.name, {"kind", fault.name}, block.help, block.of};
    }
  for (std::size_t i = 0; i < kMessageFaultKinds; ++i) {
    const FaultDef& fault = kFaults[kClientFaultKinds + i];
    const Counter id = of_messages(fault.kind);
    all[static_cast<std::size_t>(id)] = {
        id,
        "fault.messages",
        {"kind", fault.name},
        "Messages of an embedded target that such a fault befell, each by itself."};
  }
  for (const InvariantDef& invariant : kInvariants) {
    const Counter id = broken(invariant.id);
    all[static_cast<std::size_t>(id)] = {
        id,
        "invariant.broken",
        {"invariant", invariant.name},
        "Times that something did not hold that always holds, whatever goes wrong on purpose."};
  }
  return all;
}
constexpr bool counters_match_ids() {
  const auto counters = all_counters();
  for (std::size_t i = 0; i < kCounterCount; ++i)
    if (static_cast<std::size_t>(counters[i].id) != i || !counters[i].help.ends_with('.'))
      return false;
  return true;
}
static_assert(counters_match_ids());
}  // namespace detail

inline constexpr std::array<CounterDef, kCounterCount> kCounters = detail::all_counters();

}  // namespace gauntlet::metrics
