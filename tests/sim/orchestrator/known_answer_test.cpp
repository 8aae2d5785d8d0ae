// Accuracy against answers that are known by calculation, in virtual time: exact physics, no noise.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

// Links of 1 ms each way; a relay as its options say; one direct message every 10 ms.
RunResult steady(const std::string& relay, int seconds = 100) {
  return simulate(fmt::format(R"(
name: known-answer
duration: {}s
connect: 1s
drain: 10s
network: {{latency: 1ms}}
targets: {{relay: {{embedded: {{{}}}}}}}
population:
  - agents: 2
    send: [{{to: random agent, rate: 50/s, arrivals: constant}}]
)",
                              seconds + 1, relay));
}

void expect_within(Duration got, Duration want, double fraction) {
  EXPECT_NEAR(seconds(got), seconds(want), seconds(want) * fraction);
}

TEST(KnownAnswer, AConstantServiceTimeReadsAsThatDelay) {
  const auto delivery = steady("service_time: 3ms").snapshot.series("relay.delivery");
  ASSERT_NE(delivery, nullptr);
  EXPECT_EQ(delivery->min(), 5ms) << "two links and one service";
  expect_within(delivery->quantile(0.5), 5ms, 0.001);
}

// A relay that stands still for 1 s of every 10 s delays the tenth of the messages that fall into
// the stall, evenly by 0 to 1 s: the slowest 1 % of all waited for more than 0.9 s.
// @source The worked example in wrk2's README, "A note about wrk2's latency measurement technique".
TEST(KnownAnswer, AStallShowsInTheResponseTimeAsTheCalculationSays) {
  const auto run = steady("stall: {every: 10s, for: 1s}");
  const auto delivery = run.snapshot.series("relay.delivery");
  ASSERT_NE(delivery, nullptr);
  expect_within(delivery->quantile(0.50), 2ms, 0.001);
  expect_within(delivery->quantile(0.99), 902ms, 0.02);
  expect_within(delivery->max(), 1002ms, 0.02);
}

// Waiting in an M/D/1 queue: W = rho s / (2 (1 - rho)), by Pollaczek and Khinchine.
TEST(KnownAnswer, AQueueInFrontOfASingleServerWaitsAsQueueingTheorySays) {
  const auto run = simulate(R"(
name: queue
duration: 401s
connect: 1s
network: {latency: 0ms}
targets: {relay: {embedded: {service_time: 1ms}}}
population:
  - agents: 100
    send: [{to: random agent, rate: 7/s, arrivals: poisson}]
)");
  const auto delivery = run.snapshot.series("relay.delivery");
  ASSERT_NE(delivery, nullptr);
  // rho = 0.7: a wait of 1.1667 ms and 1 ms of service.
  expect_within(delivery->mean(), 2'167us, 0.03);
}

}  // namespace
}  // namespace gauntlet::sim
