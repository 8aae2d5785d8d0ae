// Each fault has a physics: what becomes of the connection, of the client and of its target.
// In virtual time, against the embedded targets.
#include <gtest/gtest.h>

#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;

// Two agents that send to each other, ten times a second; what goes wrong is the test's.
RunResult agents_with(const std::string& faults) {
  return simulate(
      "name: faults\nseed: 3\nduration: 10s\nconnect: 1s\n"
      "targets: {relay: {embedded: {heartbeat: 1s, silence_max: 3s}}}\n"
      "population:\n"
      "  - agents: 2\n"
      "    send: [{to: random agent, rate: 10/s}]\n"
      "    heartbeat: 1s\n"
      "    reconnect: {backoff: constant, first: 500ms, jitter: 0}\n"
      "faults: " +
      faults + "\n");
}

std::uint64_t count(const RunResult& run, Counter first, FaultKind kind) {
  return run.snapshot.counter(of_kind(first, kind));
}

struct Consequence {
  std::string name;
  std::string fault;
  FaultKind kind;
  std::uint64_t answered, closed, silent;
  std::uint64_t reconnects;
};

class FaultOfAConnection : public testing::TestWithParam<Consequence> {};

TEST_P(FaultOfAConnection, HasThisConsequence) {
  const Consequence& expected = GetParam();
  const RunResult run = agents_with(expected.fault);
  EXPECT_EQ(count(run, Counter::fault_injected, expected.kind), 1U);
  EXPECT_EQ(count(run, Counter::fault_answered, expected.kind), expected.answered);
  EXPECT_EQ(count(run, Counter::fault_closed, expected.kind), expected.closed);
  EXPECT_EQ(count(run, Counter::fault_silent, expected.kind), expected.silent);
  EXPECT_EQ(count(run, Counter::fault_recovered, expected.kind), 1U);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_reconnects), expected.reconnects);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_lost), 0U) << "what is owed is excused";
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultOfAConnection,
    testing::Values(
        Consequence{"Close", "[{at: 3s, to: agent-1, do: close_connection}]",
                    FaultKind::close_connection, 0, 1, 0, 1},
        Consequence{"HalfClose", "[{at: 3s, to: agent-1, do: half_close}]", FaultKind::half_close,
                    0, 1, 0, 1},
        Consequence{"Reset", "[{at: 3s, to: agent-1, do: reset_connection}]",
                    FaultKind::reset_connection, 0, 0, 0, 1},
        Consequence{"Vanish", "[{at: 3s, to: agent-1, do: vanish}]", FaultKind::vanish, 0, 0, 0, 1},
        Consequence{"CutFrame", "[{at: 3s, to: agent-1, do: cut_frame}]", FaultKind::cut_frame, 0,
                    0, 0, 1},
        Consequence{"IdleConnections",
                    "[{at: 3s, for: 3s, to: agent-1, do: {idle_connections: {connections: 5}}}]",
                    FaultKind::idle_connections, 0, 0, 1, 0},
        Consequence{"StopReading", "[{at: 3s, for: 500ms, to: agent-1, do: stop_reading}]",
                    FaultKind::stop_reading, 0, 0, 1, 0}),
    [](const auto& named) { return named.param.name; });

struct Words {
  FaultKind kind;
  std::uint64_t answered, closed;
};

class FaultOfWords : public testing::TestWithParam<Words> {};

// ARC answers nonsense with an error; RFC 6455 wants broken frames closed for.
TEST_P(FaultOfWords, IsAnsweredOrClosedForAndNobodyElseSuffers) {
  const Words& expected = GetParam();
  const RunResult run =
      agents_with("[{at: 3s, to: agent-1, do: " + std::string{def(expected.kind).name} + "}]");
  EXPECT_EQ(count(run, Counter::fault_injected, expected.kind), 1U);
  EXPECT_EQ(count(run, Counter::fault_answered, expected.kind), expected.answered);
  EXPECT_EQ(count(run, Counter::fault_closed, expected.kind), expected.closed);
  EXPECT_EQ(count(run, Counter::fault_recovered, expected.kind), 1U);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_reconnects), expected.closed);
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultOfWords,
    testing::Values(Words{FaultKind::malformed_json, 1, 0}, Words{FaultKind::wrong_types, 1, 0},
                    Words{FaultKind::deep_nesting, 1, 0}, Words{FaultKind::huge_message, 0, 1},
                    Words{FaultKind::empty_message, 1, 0}, Words{FaultKind::invalid_utf8, 0, 1},
                    Words{FaultKind::unmasked_frame, 0, 1}, Words{FaultKind::oversized_frame, 0, 1},
                    Words{FaultKind::bad_opcode, 0, 1}, Words{FaultKind::endless_fragments, 0, 1},
                    Words{FaultKind::missing_fields, 1, 0}, Words{FaultKind::absent_payload, 1, 0},
                    Words{FaultKind::spoof_id, 0, 0}, Words{FaultKind::spoof_from, 0, 0},
                    Words{FaultKind::spoof_ts, 0, 0}),
    [](const auto& named) { return std::string{def(named.param.kind).name}; });

// Two participants and an observer; a round of 100 tokens from 2 s on, of about three seconds.
RunResult round_with(const std::string& faults) {
  return simulate(
      "name: faults\nseed: 3\nduration: 12s\nconnect: 1s\n"
      "targets: {arena: embedded}\n"
      "population:\n"
      "  - participants: 2\n"
      "    runner: {mock: {first_token: 100ms, gap: 30ms, tokens: 100}}\n"
      "  - observers: 1\n"
      "rounds: [{at: 2s, prompt: x, max_tokens: 400, deadline: 8s}]\n"
      "faults: " +
      faults + "\n");
}

class FaultOfTokens : public testing::TestWithParam<std::pair<FaultKind, std::string>> {};

// A conforming arena drops a token that is not the next and a completion that is not due: nobody
// sees more or less than what was generated.
TEST_P(FaultOfTokens, ChangesNothingForAnybodyElse) {
  const auto& [kind, when] = GetParam();
  const RunResult run = round_with(
      "[{at: " + when + ", to: participant-0, do: " + std::string{def(kind).name} + "}]");
  EXPECT_EQ(count(run, Counter::fault_injected, kind), 1U);
  EXPECT_EQ(count(run, Counter::fault_closed, kind), 0U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_completed), 2U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_tokens_received), 200U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_tokens_duplicated), 0U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_tokens_late), 0U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_claims_differ), 0U);
}

INSTANTIATE_TEST_SUITE_P(All, FaultOfTokens,
                         testing::Values(std::pair{FaultKind::seq_gap, "3s"},
                                         std::pair{FaultKind::seq_repeat, "3s"},
                                         std::pair{FaultKind::wrong_round, "3s"},
                                         std::pair{FaultKind::complete_twice, "8s"}),
                         [](const auto& named) {
                           return std::string{def(named.param.first).name};
                         });

// The documents ask participants not to, and arenas to take it as long as the round goes on.
TEST(FaultOfALateToken, IsTakenAndShowsInTheScoreboard) {
  const RunResult run = round_with("[{at: 8s, to: participant-0, do: token_after_complete}]");
  EXPECT_EQ(run.snapshot.counter(Counter::arena_tokens_received), 200U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_tokens_late), 1U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_claims_differ), 1U);
}

TEST(FaultOfARunner, FailsTheGenerationOfThoseThatItBefalls) {
  const RunResult run = round_with("[{at: 3s, to: participant-0, do: runner_failure}]");
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_failed), 1U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_completed), 1U);
  EXPECT_EQ(run.snapshot.counter(metrics::runner_failure(Outcome::injected)), 1U);
}

TEST(FaultOfARunner, StallsItsTokensAndLosesNone) {
  const RunResult run = round_with("[{at: 3s, for: 2s, to: participant-0, do: runner_stall}]");
  EXPECT_EQ(run.snapshot.counter(Counter::arena_tokens_received), 200U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_completed), 2U);
  EXPECT_GE(run.snapshot.series("arena.inter_token")->max(), std::chrono::milliseconds{1900});
}

TEST(FaultOfARunner, TakesTheTextOfTokensAndSoTheTokens) {
  const RunResult run = round_with("[{at: 3s, for: 1s, to: participant-0, do: empty_tokens}]");
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_completed), 2U);
  EXPECT_NEAR(static_cast<double>(run.snapshot.counter(Counter::arena_tokens_sent)), 200 - 33, 2)
      << "a token every 30 ms, for a second";
}

TEST(Fault, AimedAtTheHoldersOfARoundMissesAllOthers) {
  const RunResult run =
      round_with("[{at: 1500ms, every: 2500ms, to: whoever holds round 1, do: runner_failure}]");
  EXPECT_EQ(count(run, Counter::fault_injected, FaultKind::runner_failure), 2U)
      << "both at 4 s; nobody holds it at 1.5 s, 6.5 s, ...";
}

// The relay pings after a second of silence and drops who answers nothing for three.
TEST(Fault, OfUnansweredPingsIsForgivenAsLongAsTheClientSpeaks) {
  const RunResult run = agents_with("[{at: 2s, for: 5s, to: agent-1, do: ignore_pings}]");
  EXPECT_EQ(count(run, Counter::fault_injected, FaultKind::ignore_pings), 1U);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_reconnects), 0U);
}

TEST(Fault, BefallsAsOftenAsItIsAskedTo) {
  const RunResult run = agents_with(
      "[{at: 2s, every: 2s, to: 1 agent, do: reset_connection},"
      " {at: 2500ms, every: 1s, probability: 0%, to: agents, do: vanish}]");
  EXPECT_EQ(count(run, Counter::fault_injected, FaultKind::reset_connection), 4U)
      << "at 2, 4, 6 and 8 s";
  EXPECT_EQ(count(run, Counter::fault_injected, FaultKind::vanish), 0U);
  EXPECT_EQ(run.snapshot.series("fault.recovery")->count(), 4U);
}

TEST(Fault, WaitsForWhatHappensToItsClient) {
  const RunResult run =
      agents_with("[{after: {event: joined, wait: 2s}, to: agent-0, do: reset_connection}]");
  // In at once, out at 2 s, in again at 2.5 s, and so on.
  EXPECT_EQ(count(run, Counter::fault_injected, FaultKind::reset_connection), 4U);
}

}  // namespace
}  // namespace gauntlet::sim
