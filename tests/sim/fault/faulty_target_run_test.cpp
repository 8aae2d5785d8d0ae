// What becomes of a whole run when its target fails: the accounts see it, and everybody is back.
#include <gtest/gtest.h>

#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using std::chrono::milliseconds;

// Ten agents that send to each other; what goes wrong is the test's.
std::string agents_with(const std::string& faults) {
  return "name: failing-relay\nseed: 3\nduration: 10s\nconnect: 1s\n"
         "targets: {relay: embedded}\n"
         "population:\n"
         "  - agents: 10\n"
         "    send: [{to: random agent, rate: 10/s}]\n"
         "    heartbeat: 1s\n"
         "    reconnect: {backoff: constant, first: 200ms, jitter: 0}\n"
         "faults: " +
         faults + "\n";
}

std::uint64_t messages(const RunResult& run, FaultKind kind) {
  return run.snapshot.counter(metrics::of_messages(kind));
}

TEST(RunWithAFailingTarget, CountsAsLostWhatTheTargetDropped) {
  const RunResult run =
      simulate(agents_with("[{at: 3s, for: 4s, to: relay, do: {target_drop: {share: 5%}}}]"));
  EXPECT_GT(run.snapshot.counter(Counter::relay_lost), 5U);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_lost), messages(run, FaultKind::target_drop));
}

TEST(RunWithAFailingTarget, CountsWhatTheTargetDoubledAndReordered) {
  const RunResult twice =
      simulate(agents_with("[{at: 3s, for: 4s, to: relay, do: {target_duplicate: {share: 5%}}}]"));
  EXPECT_GT(twice.snapshot.counter(Counter::relay_duplicated), 5U);
  EXPECT_EQ(twice.snapshot.counter(Counter::relay_duplicated),
            messages(twice, FaultKind::target_duplicate));
  const RunResult overtaken =
      simulate(agents_with("[{at: 3s, for: 4s, to: relay, do: {target_reorder: {share: 50%}}}]"));
  EXPECT_GT(overtaken.snapshot.counter(Counter::relay_reordered), 5U);
  EXPECT_EQ(overtaken.snapshot.counter(Counter::relay_lost), 0U);
}

TEST(RunWithAFailingTarget, FindsEveryCorruptMessageOneWayOrAnother) {
  const RunResult run =
      simulate(agents_with("[{at: 3s, for: 4s, to: relay, do: {target_corrupt: {share: 10%}}}]"));
  EXPECT_GT(messages(run, FaultKind::target_corrupt), 20U);
  EXPECT_GT(run.snapshot.counter("relay.malformed"), 0U);
  EXPECT_GT(run.snapshot.counter(Counter::relay_lost), 0U) << "what arrived is not what was sent";
}

TEST(RunWithAFailingTarget, DeliversLaterWhatTheTargetDelays) {
  const auto slowest = [](const std::string& faults) {
    return simulate(agents_with(faults)).snapshot.series("relay.delivery")->max();
  };
  EXPECT_EQ(slowest("[{to: relay, do: {target_delay: {delay: 20ms}}}]"),
            slowest("[]") + milliseconds{20});
}

TEST(RunWithAFailingTarget, LosesNothingInAPause) {
  const RunResult run =
      simulate(agents_with("[{at: 3s, for: 700ms, to: relay, do: target_pause}]"));
  EXPECT_EQ(run.snapshot.counter(Counter::relay_lost), 0U);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_reordered), 0U);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_reconnects), 0U);
  EXPECT_GT(run.snapshot.series("relay.delivery")->max(), milliseconds{650});
  EXPECT_LT(run.snapshot.series("relay.delivery")->max(), milliseconds{710});
}

// Nobody answers a WebSocket ping for a process that is stopped.
TEST(RunWithAFailingTarget, AnswersNoPingInAPauseSoThatHeartbeatsFindOut) {
  const RunResult run = simulate(agents_with("[{at: 3s, for: 4s, to: relay, do: target_pause}]"));
  EXPECT_EQ(run.snapshot.counter(Counter::relay_reconnects), 10U);
  EXPECT_EQ(run.snapshot.counter("relay.failures"), 10U);
}

TEST(RunWithAFailingTarget, HasEverybodyBackAfterACrash) {
  const RunResult run = simulate(agents_with("[{at: 3s, for: 1s, to: relay, do: target_crash}]"));
  EXPECT_EQ(run.snapshot.counter(Counter::relay_registered), 20U) << "the tokens died with it";
  EXPECT_EQ(run.snapshot.counter(Counter::relay_connected), 20U);
  EXPECT_EQ(run.snapshot.counter(metrics::relay_failure(Outcome::reset)), 10U);
  EXPECT_GT(run.snapshot.counter(metrics::relay_failure(Outcome::refused)), 10U);
  EXPECT_EQ(run.snapshot.counter(metrics::relay_failure(Outcome::unauthorized)), 10U);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_duplicated), 0U);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_misdelivered), 0U);
  EXPECT_EQ(run.snapshot.counter("fault.injected"), 1U);
  EXPECT_EQ(run.snapshot.counter("fault.closed"), 1U);
  EXPECT_EQ(run.snapshot.counter("fault.recovered"), 1U);
  EXPECT_LT(run.snapshot.series("fault.recovery")->max(), milliseconds{500});
  EXPECT_GT(run.snapshot.series("fault.recovery")->max(), milliseconds{0});
}

TEST(RunWithAFailingTarget, HasEverybodyBackAfterACrashOfAnArena) {
  const RunResult run = simulate(
      "name: failing-arena\nduration: 8s\nconnect: 1s\ntargets: {arena: embedded}\n"
      "population:\n"
      "  - participants: 5\n"
      "    reconnect: {backoff: constant, first: 200ms, jitter: 0}\n"
      "    runner: {mock: {first_token: 50ms, gap: 20ms, tokens: 50}}\n"
      "rounds:\n"
      "  - {at: 1500ms, prompt: one, deadline: 2s}\n"
      "  - {at: 5s, prompt: two, deadline: 2s}\n"
      "faults: [{at: 2s, for: 1s, to: arena, do: target_crash}]\n");
  EXPECT_EQ(run.snapshot.counter(Counter::arena_joined), 10U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_cut), 5U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_rounds_completed), 5U);
  EXPECT_EQ(run.snapshot.counter(Counter::arena_tokens_lost), 0U);
  EXPECT_EQ(run.snapshot.counter("fault.recovered"), 1U);
}

TEST(RunWithAFailingTarget, IsTheSameTwice) {
  const scenarios::Scenario scenario = scenario_of(
      agents_with("[{at: 2s, every: 3s, for: 300ms, to: relay, do: target_crash},"
                  " {at: 3s, for: 500ms, to: relay, do: target_pause},"
                  " {to: relay, do: target_reorder}, {to: relay, do: target_corrupt}]"));
  EXPECT_EQ(simulate(scenario).trace_hash, simulate(scenario).trace_hash);
}

}  // namespace
}  // namespace gauntlet::sim
