// Searches against targets whose capacity is known by calculation, in virtual time.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "metrics/capacity/survey.hpp"
#include "metrics/verdict/threshold.hpp"
#include "scenarios/parse/knob.hpp"
#include "scenarios/parse/parse.hpp"
#include "sim/cli/probe_run.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

using metrics::Ending;
using metrics::Findings;
using metrics::Probe;
using metrics::Step;

scenarios::Scenario scenario_with(const std::string& yaml, std::vector<std::string> overrides) {
  scenarios::Parsed parsed =
      scenarios::parse_scenario(yaml, {.file = "test.yaml", .overrides = std::move(overrides)});
  for (const Diagnostic& problem : parsed.problems) ADD_FAILURE() << to_string(problem);
  return parsed.scenario.value_or(scenarios::Scenario{});
}

/// As `gauntlet find-capacity --virtual` does it.
Findings search(const std::string& yaml, std::string_view vary, double min, double max) {
  const auto knob = scenarios::find_knob(scenario_with(yaml, {}), vary);
  EXPECT_TRUE(knob.ok());
  return metrics::survey({.min = min, .max = max, .whole = knob.value().whole},
                         [&](const Probe& probe) -> Result<Step, std::string> {
                           auto scenario = scenario_with(
                               yaml, {scenarios::assignment(knob.value(), probe.load)});
                           scenario.seed = probe_seed(scenario.seed, probe.repeat);
                           auto step = run_probe(scenario, probe, {.virtual_time = true});
                           if (!step) return fail(std::string{"the run failed"});
                           return std::move(step).value();
                         });
}

void expect_edge(const Findings& findings, double want) {
  EXPECT_EQ(findings.ending, Ending::edge);
  ASSERT_TRUE(findings.highest_met && findings.lowest_failed);
  EXPECT_NEAR(*findings.highest_met, want, 0.05 * want);
  EXPECT_NEAR(*findings.lowest_failed, want, 0.06 * want);
}

/// P(wait <= x) in an M/D/1 queue with service time 1 and load rho: Erlang's formula.
/// @source A. K. Erlang, 1909; Gross et al., Fundamentals of Queueing Theory, section 5.1.
double wait_at_most(double x, double rho) {
  double sum = 0;
  double factorial = 1;
  for (int k = 0; k <= static_cast<int>(x); ++k) {
    if (k > 0) factorial *= k;
    sum += std::pow(-rho * (x - k), k) / factorial * std::exp(rho * (x - k));
  }
  return (1 - rho) * sum;
}

/// The load at which 99 % wait for at most x service times.
double load_with_p99_wait(double x) {
  double below = 0;
  double above = 1;
  for (int i = 0; i < 50; ++i) {
    const double middle = (below + above) / 2;
    (wait_at_most(x, middle) > 0.99 ? below : above) = middle;
  }
  return below;
}

TEST(KnownCapacity, TheFormulaIsErlangs) {
  // The chance not to wait is 1 - rho, and the tail falls with the load's own exponent.
  EXPECT_NEAR(wait_at_most(0, 0.7), 0.3, 1e-12);
  EXPECT_GT(load_with_p99_wait(9), 0.75);
  EXPECT_LT(load_with_p99_wait(9), 0.85);
}

// A hundred senders, Poisson, one worker with a fixed service time of 1 ms: the p99 of the delivery
// is that of the wait and 1 ms more. The limit of 10 ms is met up to a load that Erlang knows.
TEST(KnownCapacity, OfALineIsWhatItsLatencyThresholdAllows) {
  const Findings findings = search(R"(
name: line
duration: 41s
connect: 1s
network: {latency: 0ms}
targets: {relay: {embedded: {service_time: 1ms}}}
population:
  - agents: 100
    send: [{to: random agent, rate: 1/s, arrivals: poisson}]
thresholds: [relay.delivery.p99 < 10ms]
)",
                                   "send.rate", 1, 40);
  expect_edge(findings, load_with_p99_wait(9) * 1'000 / 100);
}

// Nothing but a loss would break the threshold, and nothing is lost in a short run: that more comes
// than is served shows only in a latency that grows.
TEST(KnownCapacity, OfALineThatNobodyLimitsIsItsSaturation) {
  const Findings findings = search(R"(
name: saturation
duration: 21s
connect: 1s
drain: 60s
network: {latency: 0ms}
targets: {relay: {embedded: {service_time: 1ms}}}
population:
  - agents: 100
    send: [{to: random agent, rate: 1/s, arrivals: poisson}]
thresholds: [relay.lost == 0]
)",
                                   "population.agents", 10, 20'000);
  expect_edge(findings, 1'000);
  EXPECT_TRUE(metrics::first_failure(findings)->backlog);
}

// Each agent may send 60 messages a minute: evenly spaced, that is one a second, however many
// agents.
TEST(KnownCapacity, OfATokenBucketIsItsRate) {
  const Findings findings = search(R"(
name: bucket
duration: 131s
connect: 1s
targets: {relay: {embedded: {messages_per_minute: 60, rate_limit: error}}}
population:
  - agents: 20
    send: [{to: random agent, rate: 1/s, arrivals: constant}]
thresholds: [relay.rate_limited == 0]
)",
                                   "send.rate", 0.05, 50);
  expect_edge(findings, 1);
  const Step* step = metrics::first_failure(findings);
  ASSERT_NE(step, nullptr);
  ASSERT_FALSE(step->symptoms.empty());
  EXPECT_EQ(step->symptoms.front().name, "relay.rate_limited");
}

TEST(KnownCapacity, OfADoorIsTheNumberThatItLetsIn) {
  const Findings findings = search(R"(
name: door
duration: 8s
targets: {relay: {embedded: {registrations_per_minute: 250}}}
population: [{agents: 50, arrive: {over: 2s}, reconnect: {attempts: 0}}]
thresholds: ["relay.failures{outcome=rate_limited} == 0"]
)",
                                   "agents", 10, 5'000);
  expect_edge(findings, 250);
}

// 1 ms for each message, and ten tokens a second from each participant.
TEST(KnownCapacity, OfAnArenaIsTheTokensThatItTakesInTime) {
  const Findings findings = search(R"(
name: arena
duration: 32s
connect: 10s
targets: {arena: {embedded: {service_time: 1ms, pin_hash_rounds: 1}}}
population:
  - participants: 20
    arrive: {over: 5s}
    runner: {mock: {first_token: {uniform: {min: 100ms, max: 1100ms}}, gap: 100ms, tokens: 1000}}
  - observers: 1
rounds: [{at: 11s, prompt: Go, max_tokens: 1000, deadline: 21s}]
thresholds: [arena.relayed_token.p99 < 500ms]
)",
                                   "participants", 10, 2'000);
  expect_edge(findings, 100);
}

TEST(KnownCapacity, IsTheSameTwice) {
  const std::string yaml = R"(
name: again
duration: 6s
connect: 1s
targets: {relay: {embedded: {service_time: 1ms}}}
population: [{agents: 10, send: [{to: random agent, rate: 1/s}]}]
thresholds: [relay.delivery.p99 < 5ms]
)";
  const Findings first = search(yaml, "agents", 10, 10'000);
  const Findings second = search(yaml, "agents", 10, 10'000);
  EXPECT_EQ(first.highest_met, second.highest_met);
  ASSERT_EQ(first.steps.size(), second.steps.size());
  for (std::size_t i = 0; i < first.steps.size(); ++i)
    EXPECT_EQ(first.steps[i].latency_p99, second.steps[i].latency_p99);
}

TEST(ProbeSeed, IsTheScenariosOwnFirstAndAnotherEachTime) {
  EXPECT_EQ(probe_seed(42, 0), 42U);
  EXPECT_NE(probe_seed(42, 1), probe_seed(42, 2));
  EXPECT_EQ(probe_seed(42, 1), probe_seed(42, 1));
}

}  // namespace
}  // namespace gauntlet::sim
