// A relay that drops, duplicates or reorders a known number: we notice exactly that many.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;

RunResult with_flaw(const std::string& flaw, int agents = 10) {
  return simulate(fmt::format(R"(
name: flawed
duration: 21s
connect: 1s
drain: 3s
targets: {{relay: {{embedded: {{{}}}}}}}
population:
  - agents: {}
    send:
      - {{to: random agent, rate: 2/s}}
      - {{to: everyone, rate: 0.5/s}}
)",
                              flaw, agents));
}

TEST(FlawedRelay, LosesNothingWithoutAFlaw) {
  const auto seen = with_flaw("").snapshot;
  EXPECT_GT(seen.counter(Counter::relay_expected), 1000);
  EXPECT_EQ(seen.counter(Counter::relay_received), seen.counter(Counter::relay_expected));
  EXPECT_EQ(seen.counter(Counter::relay_duplicated), 0);
  EXPECT_EQ(seen.counter(Counter::relay_reordered), 0);
}

TEST(FlawedRelay, HasEveryDroppedDeliveryCountedAsLost) {
  const auto seen = with_flaw("drop_every: 100").snapshot;
  EXPECT_EQ(seen.counter(Counter::relay_lost), seen.counter(Counter::relay_expected) / 100);
}

TEST(FlawedRelay, HasEverySecondCopyCountedAsADuplicate) {
  const auto seen = with_flaw("duplicate_every: 50").snapshot;
  EXPECT_EQ(seen.counter(Counter::relay_duplicated), seen.counter(Counter::relay_expected) / 50);
  EXPECT_EQ(seen.counter(Counter::relay_lost), 0);
}

// Two agents: every delivery to one comes from the other, so each held one is overtaken in order.
TEST(FlawedRelay, HasOvertakenDeliveriesCountedAsReordered) {
  const auto seen = with_flaw("reorder_every: 10", 2).snapshot;
  EXPECT_EQ(seen.counter(Counter::relay_lost), 0);
  EXPECT_GT(seen.counter(Counter::relay_reordered), 0);
  EXPECT_LE(seen.counter(Counter::relay_reordered), seen.counter(Counter::relay_expected) / 10);
}

TEST(FlawedRelay, TellsSecondCopiesForSubscribersFromDuplicates) {
  const auto seen = simulate(R"(
name: subscribers
duration: 11s
connect: 1s
targets: {relay: {embedded: {double_delivery: true}}}
population:
  - agents: 10
    send: [{to: everyone, rate: 0.5/s}]
    subscribe: {to: 3 random agents}
)")
                        .snapshot;
  EXPECT_EQ(seen.counter(Counter::relay_duplicated), 0);
  // Each broadcast has nine receivers; on average three of them subscribe to its sender.
  EXPECT_NEAR(static_cast<double>(seen.counter(Counter::relay_subscription_copies)),
              static_cast<double>(seen.counter(Counter::relay_received)) / 3,
              static_cast<double>(seen.counter(Counter::relay_received)) / 8);
}

TEST(FlawedArena, HasEveryTokenItDidNotTakeCountedAsLost) {
  const auto seen = simulate(R"(
name: flawed-arena
duration: 6s
targets: {arena: {embedded: {drop_token_every: 500}}}
population:
  - participants: 4
    runner: {mock: {first_token: 10ms, gap: 5ms, tokens: 100}}
  - observers: 1
rounds: [{at: 2s, prompt: p, deadline: 2s}]
)")
                        .snapshot;
  EXPECT_EQ(seen.counter(Counter::arena_tokens_sent), 400);
  EXPECT_EQ(seen.counter(Counter::arena_tokens_lost), 0) << "fewer than 500 tokens";

  const auto worse = simulate(R"(
name: flawed-arena
duration: 6s
targets: {arena: {embedded: {drop_token_every: 150}}}
population:
  - participants: 1
    runner: {mock: {first_token: 10ms, gap: 5ms, tokens: 200}}
  - observers: 1
rounds: [{at: 2s, prompt: p, deadline: 2s}]
)")
                         .snapshot;
  // One token that is not taken makes every later one the wrong next: 150 to 200 are lost.
  EXPECT_EQ(worse.counter(Counter::arena_tokens_received), 149);
  EXPECT_EQ(worse.counter(Counter::arena_tokens_lost), 51);
  EXPECT_EQ(worse.counter(Counter::arena_claims_differ), 1);
}

}  // namespace
}  // namespace gauntlet::sim
