// What becomes of a round when something goes wrong with those who take part in it. In virtual
// time, against the embedded arena.
#include <gtest/gtest.h>

#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;

std::uint64_t count(const RunResult& run, Counter first, FaultKind kind) {
  return run.snapshot.counter(of_kind(first, kind));
}

// Two participants and an observer; rounds of 100 tokens, of about three seconds.
RunResult rounds_with(const std::string& rounds, const std::string& faults) {
  return simulate(
      "name: faults\nseed: 3\nduration: 12s\nconnect: 1s\n"
      "targets: {arena: embedded}\n"
      "population:\n"
      "  - participants: 2\n"
      "    runner: {mock: {first_token: 100ms, gap: 30ms, tokens: 100}}\n"
      "  - observers: 1\n"
      "rounds: " +
      rounds + "\nfaults: " + faults + "\n");
}

RunResult round_with(const std::string& faults) {
  return rounds_with("[{at: 2s, prompt: x, max_tokens: 400, deadline: 8s}]", faults);
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
                                         std::pair{FaultKind::seq_ahead, "3s"},
                                         std::pair{FaultKind::seq_repeat, "3s"},
                                         std::pair{FaultKind::seq_of_another, "3s"},
                                         std::pair{FaultKind::complete_early, "3s"},
                                         std::pair{FaultKind::complete_empty, "2050ms"},
                                         std::pair{FaultKind::wrong_round, "3s"},
                                         std::pair{FaultKind::complete_twice, "8s"}),
                         [](const auto& named) {
                           return std::string{def(named.param.first).name};
                         });

TEST(FaultOfALateCompletion, ChangesNothingOfEitherRound) {
  const RunResult run =
      rounds_with("[{at: 1s, prompt: x, deadline: 4s}, {at: 6s, prompt: y, deadline: 5s}]",
                  "[{at: 3s, every: 4s, to: participant-0, do: complete_late}]");
  EXPECT_EQ(count(run, Counter::fault_injected, FaultKind::complete_late), 2U)
      << "at 7 s and 11 s; at 3 s no round is over";
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_completed), 4U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_tokens_received), 400U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_claims_differ), 0U);
}

class FaultBesideAParticipant : public testing::TestWithParam<FaultKind> {};

// Who has not registered, or not with the PIN, is told so, and takes no place of anybody's.
TEST_P(FaultBesideAParticipant, IsAnsweredAndHarmsNobody) {
  const FaultKind kind = GetParam();
  const RunResult run =
      round_with("[{at: 3s, to: participant-0, do: " + std::string{def(kind).name} + "}]");
  EXPECT_EQ(count(run, Counter::fault_injected, kind), 1U);
  EXPECT_EQ(count(run, Counter::fault_answered, kind), 1U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_joined), 2U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_tokens_received), 200U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_claims_differ), 0U);
}

INSTANTIATE_TEST_SUITE_P(All, FaultBesideAParticipant,
                         testing::Values(FaultKind::wrong_pin, FaultKind::pin_guessing,
                                         FaultKind::token_unregistered),
                         [](const auto& named) { return std::string{def(named.param).name}; });

// The arena lets the newer one in and closes the older, which comes back and is the newer one.
TEST(FaultOfASecondConnection, LeavesTheArenaWithOne) {
  const RunResult run = round_with("[{at: 3s, for: 4s, to: participant-0, do: second_connection}]");
  EXPECT_EQ(count(run, Counter::fault_closed, FaultKind::second_connection), 1U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_joined), 3U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_completed), 2U);
}

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

TEST(FaultOfARunner, LetsItsTokensCrawlInTheirOrder) {
  const RunResult run =
      round_with("[{at: 3s, for: 2s, to: participant-0, do: {runner_crawl: {gap: 250ms}}}]");
  EXPECT_EQ(run.snapshot.counter(Counter::arena_tokens_received), 200U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_completed), 2U);
  EXPECT_NEAR(seconds(run.snapshot.series("arena.inter_token")->max()), 0.25, 0.01);
}

TEST(FaultOfARunner, GoesOnBehindTheLastTokenUntilItIsOver) {
  const RunResult run =
      round_with("[{at: 3s, for: 5s, to: participant-0, do: {endless_tokens: {gap: 100ms}}}]");
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_completed), 2U);
  EXPECT_NEAR(static_cast<double>(run.snapshot.counter(Counter::arena_tokens_received)), 200 + 29,
              2)
      << "ten a second, from the last of its own at 5.1 s to 8 s";
}

TEST(FaultOfARunner, GoesOnToTheDeadlineAtMost) {
  const RunResult run = round_with("[{at: 3s, to: participant-0, do: endless_tokens}]");
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_expired), 1U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_completed), 1U);
}

TEST(Fault, AimedAtTheHoldersOfARoundMissesAllOthers) {
  const RunResult run =
      round_with("[{at: 1500ms, every: 2500ms, to: whoever holds round 1, do: runner_failure}]");
  EXPECT_EQ(count(run, Counter::fault_injected, FaultKind::runner_failure), 2U)
      << "both at 4 s; nobody holds it at 1.5 s, 6.5 s, ...";
}

}  // namespace
}  // namespace gauntlet::sim
