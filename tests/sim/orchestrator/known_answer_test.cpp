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

// With one connection for each agent, a closed-loop tool sends one message into each stall and then
// waits: of 50 messages a second, all but the first of a stall are never sent. One of 451 waits,
// for 0.98 to 1 s: its p99 shows no stall at all, and its p99.9 is read off the slowest 45 % of
// those.
TEST(KnownAnswer, AStallHidesFromAClosedLoopAsTheCalculationSays) {
  const auto run = steady("stall: {every: 10s, for: 1s}", 1000);
  const auto closed_loop = run.snapshot.series("relay.delivery_closed_loop");
  ASSERT_NE(closed_loop, nullptr);
  EXPECT_NEAR(static_cast<double>(closed_loop->count()), 2 * 100 * 451, 2 * 100);
  expect_within(closed_loop->quantile(0.99), 2ms, 0.001);
  expect_within(closed_loop->quantile(0.999), 993ms, 0.02);
  expect_within(run.snapshot.series("relay.delivery")->quantile(0.99), 902ms, 0.02);
}

// Few messages for each connection make such a tool less blind: with r messages a second each, one
// of r (T - L) + 1 waits. Here one of 91, so its p99 lies among them, but its p90 does not.
TEST(KnownAnswer, AClosedLoopSeesOneMessageOfEachConnectionInAStall) {
  const auto run = simulate(R"(
name: closed-loop
duration: 1001s
connect: 1s
network: {latency: 1ms}
targets: {relay: {embedded: {stall: {every: 10s, for: 1s}}}}
population:
  - {agents: 10, send: [{to: random agent, rate: 10/s, arrivals: constant}]}
)");
  const auto closed_loop = run.snapshot.series("relay.delivery_closed_loop");
  ASSERT_NE(closed_loop, nullptr);
  EXPECT_NEAR(static_cast<double>(closed_loop->count()), 10 * 100 * 91, 10 * 100);
  expect_within(closed_loop->quantile(0.95), 2ms, 0.001);
  // The slowest 91 % of waits that are even from 0.9 to 1 s.
  expect_within(closed_loop->quantile(0.99), 911ms, 0.02);
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

// One agent that always has `in_flight` messages to itself under way; links of 1 ms each way.
RunResult round_trips(int in_flight, const std::string& relay, const std::string& think = "0s") {
  return simulate(fmt::format(R"(
name: round-trips
duration: 11s
connect: 1s
network: {{latency: 1ms}}
targets: {{relay: {{embedded: {{{}}}}}}}
population:
  - agents: 1
    send: [{{to: itself, in_flight: {}, think: {}}}]
)",
                              relay, in_flight, think));
}

TEST(KnownAnswer, AClosedLoopOfOneTurnsAsOftenAsItsRoundTripAllows) {
  const auto run = round_trips(1, "service_time: 3ms", "5ms");
  EXPECT_EQ(run.snapshot.series("relay.delivery")->max(), 5ms);
  EXPECT_NEAR(static_cast<double>(run.snapshot.counter(metrics::Counter::relay_received)), 1000, 1)
      << "one every 10 ms";
}

// Little's law: what is under way = throughput x time. The relay serves 500 a second, so 16 under
// way take 32 ms each.
TEST(KnownAnswer, AClosedLoopThatSaturatesItsTargetShowsTheQueueThatItMakes) {
  const auto run = round_trips(16, "service_time: 2ms");
  expect_within(run.snapshot.series("relay.delivery")->quantile(0.5), 32ms, 0.001);
  EXPECT_NEAR(static_cast<double>(run.snapshot.counter(metrics::Counter::relay_received)), 5000,
              20);
}

TEST(KnownAnswer, AClosedLoopOutlivesWhatIsLost) {
  const auto run = simulate(R"(
name: lossy-round-trips
duration: 31s
connect: 1s
targets: {relay: {embedded: {drop_every: 100}}}
population:
  - agents: 1
    send: [{to: itself, in_flight: 2, timeout: 1s}]
)");
  // Each place waits for a second after 99 round trips of 0.2 ms or so, 30 s long.
  EXPECT_GE(run.snapshot.counter(metrics::Counter::relay_lost), 25);
  EXPECT_GE(run.snapshot.counter(metrics::Counter::relay_received), 2500);
}

// A message takes two links. One packet in ten is lost on each, so 81 % lose none and 97.2 % at
// most one, which comes after a round trip of 2 ms and 200 ms.
TEST(KnownAnswer, LossOnALinkReadsAsTheTimesInWhichTcpSendsAgain) {
  const auto run = simulate(R"(
name: lossy-links
duration: 1001s
connect: 1s
drain: 60s
network: {latency: 1ms, loss: 10%}
targets: {relay: embedded}
population:
  - agents: 20
    send: [{to: random agent, rate: 0.2/s}]
)");
  const auto delivery = run.snapshot.series("relay.delivery");
  ASSERT_NE(delivery, nullptr);
  expect_within(delivery->quantile(0.79), 2ms, 0.001);
  expect_within(delivery->quantile(0.83), 204ms, 0.001);
  expect_within(delivery->quantile(0.95), 204ms, 0.001);
  EXPECT_GE(delivery->quantile(0.98), 406ms);
  EXPECT_EQ(run.snapshot.counter(metrics::Counter::relay_lost), 0) << "TCP loses nothing";
}

// One message at a time, there and back: the line of one way rests while the other is busy.
TEST(KnownAnswer, ARoundTripOnANarrowLinkTakesTheTimeThatItsBytesNeed) {
  const auto run = simulate(R"(
name: narrow-link
duration: 101s
connect: 1s
network: {latency: 1ms, bandwidth: 10 kB}
targets: {relay: embedded}
population:
  - agents: 1
    send: [{to: itself, in_flight: 1}]
)");
  const auto count = [&](metrics::Counter counter) {
    return static_cast<double>(run.snapshot.counter(counter));
  };
  using enum metrics::Counter;
  const double on_the_line = (count(bytes_sent) + count(bytes_received)) / 10'000;
  const double under_way = count(relay_received) * 0.002;
  EXPECT_NEAR(on_the_line + under_way, 100, 0.5);
  expect_within(run.snapshot.series("relay.delivery")->quantile(0.5),
                from_seconds(100 / count(relay_received)), 0.01);
}

// A megabyte keeps the first agent's line busy for 100 s: what it says behind that is late, and
// what others say is not.
TEST(KnownAnswer, WhatANarrowLinkHoldsBackIsLostButNoFaultOfTheTarget) {
  const auto breaches = [](const std::string& relay) {
    const auto run = simulate(fmt::format(R"(
name: held-back
duration: 11s
connect: 1s
network: {{bandwidth: 10 kB}}
targets: {{relay: {{embedded: {{{}}}}}}}
population: [{{agents: 3, send: [{{to: random agent, rate: 1/s}}]}}]
faults: [{{at: 5s, to: agent-0, do: huge_message}}]
)",
                                          relay));
    EXPECT_GE(run.snapshot.counter(metrics::Counter::relay_lost), 3);
    return run.breaches.size();
  };
  EXPECT_EQ(breaches(""), 0);
  EXPECT_GE(breaches("drop_every: 5"), 1);
}

TEST(KnownAnswer, PingsOnTheirWayExcuseNoLoss) {
  const auto run = simulate(R"(
name: far-away
duration: 50s
connect: 10s
network: {latency: 500ms}
targets: {relay: {embedded: {drop_every: 5}}}
population: [{agents: 4, heartbeat: 1s, send: [{to: random agent, rate: 1/s}]}]
)");
  const auto broken = run.snapshot.counter(metrics::broken(Invariant::delivered));
  EXPECT_EQ(broken, run.snapshot.counter(metrics::Counter::relay_lost));
  EXPECT_GE(broken, 20);
}

TEST(KnownAnswer, AClosedLoopWithoutAnyDelayIsRefusedInVirtualTime) {
  const auto scenario = scenario_of(R"(
name: no-time
network: {latency: 0s}
targets: {relay: embedded}
population: [{agents: 1, send: [{to: itself, in_flight: 1}]}]
)");
  const auto result = run_virtual(scenario, scenarios::make_plan(scenario));
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().sentence.find("would never end"), std::string::npos);
}

}  // namespace
}  // namespace gauntlet::sim
