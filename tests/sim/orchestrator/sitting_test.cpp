// Conformance beside a load: what is correct idle is asked again while the load is on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {
namespace {

using metrics::CaseTwice;
using metrics::Correctness;
using metrics::Counter;

// A thousand messages a second, some of them to everybody.
std::string loaded(const std::string& relay, const std::string& conformance,
                   const std::string& duration = "32s") {
  return fmt::format(R"(
name: loaded
seed: 3
duration: {}
connect: 1s
warm_up: 1s
drain: 3s
targets: {{relay: {{embedded: {{{}}}}}}}
population:
  - agents: 20
    send:
      - {{to: random agent, rate: 49/s}}
      - {{to: everyone, rate: 1/s}}
    ask: {{rate: 1/s, timeout: 2s}}
    answer: {{probability: 1}}
conformance: {}
)",
                     duration, relay, conformance);
}

RunResult run_of(const std::string& relay, const std::string& conformance,
                 const std::string& duration = "32s") {
  return simulate(loaded(relay, conformance, duration));
}

std::vector<std::string> ids_of(const Correctness& all, bool (CaseTwice::*fits)() const) {
  std::vector<std::string> ids;
  for (const CaseTwice& one : all.cases)
    if ((one.*fits)()) ids.push_back(one.id);
  return ids;
}

TEST(Sitting, FindsACorrectRelayCorrectIdleAndUnderLoad) {
  const RunResult run = run_of("", "['*']");
  ASSERT_EQ(run.correctness.size(), 1);
  const Correctness& relay = run.correctness.front();
  EXPECT_GT(relay.cases.size(), 100);
  for (const CaseTwice& one : relay.cases) {
    EXPECT_TRUE(one.holds()) << one.id << ": " << one.idle.came << "; " << one.loaded.came;
    EXPECT_EQ(one.idle.verdict, one.loaded.verdict) << one.id << ": " << one.loaded.came;
  }
  for (const metrics::Judged& judged : metrics::judge(relay)) EXPECT_TRUE(judged.met);
}

TEST(Sitting, KnowsTheTimeOfDayIdleAndUnderLoad) {
  const CaseTwice right = run_of("", "[ARC-IDENT-14]", "8s").correctness.at(0).cases.at(0);
  EXPECT_EQ(right.idle.verdict, "pass") << right.idle.came;
  EXPECT_EQ(right.loaded.verdict, "pass") << right.loaded.came;
  const CaseTwice wrong =
      run_of("defects: [local-time]", "[ARC-IDENT-14]", "8s").correctness.at(0).cases.at(0);
  EXPECT_EQ(wrong.idle.verdict, "fail") << wrong.idle.came;
  EXPECT_EQ(wrong.loaded.verdict, "fail") << wrong.loaded.came;
}

// It is correct until it has more to do than it can: then it refuses messages.
TEST(Sitting, FindsARelayThatIsWrongUnderLoadOnly) {
  const RunResult run = run_of("service_time: 2ms, queue_max: 200", "[ARC-ROUTE-*]", "1min");
  const Correctness& relay = run.correctness.at(0);
  for (const CaseTwice& one : relay.cases)
    EXPECT_TRUE(one.idle.holds) << one.id << ": " << one.idle.came;
  const std::vector<std::string> worse = ids_of(relay, &CaseTwice::worse_under_load);
  EXPECT_THAT(worse, testing::Contains("ARC-ROUTE-17")) << "delivers each of fifty messages once";
  const auto judged = metrics::judge(relay);
  EXPECT_TRUE(judged[0].met) << judged[0].value;
  EXPECT_FALSE(judged[1].met) << judged[1].value;
  for (const CaseTwice& one : relay.cases)
    EXPECT_EQ(one.loaded.transcript.empty(), one.loaded.holds) << one.id << one.loaded.came;
  for (const CaseTwice& one : relay.cases)
    EXPECT_THAT(one.loaded.transcript,
                testing::Each(testing::Not(testing::HasSubstr(R"("from":"gauntlet-)"))))
        << "what the load says to everybody is not heard: " << one.id;
}

TEST(Sitting, LeavesTheNumbersOfTheLoadAlone) {
  const auto with = run_of("", "[ARC-ROUTE-*, ARC-ASK-*]", "12s").snapshot;
  const auto without = run_of("", "[]", "12s").snapshot;
  EXPECT_GT(with.counter(Counter::relay_received), 5000);
  EXPECT_EQ(with.counter(Counter::relay_foreign), 0) << "broadcasts of cases are no strangers'";
  for (const char* counter : {"relay.registered", "relay.connected", "relay.sent", "relay.expected",
                              "relay.received", "relay.lost", "relay.misdelivered", "relay.asked",
                              "relay.errors", "relay.unknown", "relay.malformed"})
    EXPECT_EQ(with.counter(counter), without.counter(counter)) << counter;
  EXPECT_EQ(with.counter(Counter::bytes_sent), without.counter(Counter::bytes_sent));
}

TEST(Sitting, TakesTheSameWayEveryTime) {
  const std::string yaml = loaded("", "[ARC-ROUTE-*]", "8s");
  const auto first = simulate(yaml).trace_hash;
  EXPECT_EQ(first, simulate(yaml).trace_hash);
  EXPECT_NE(first, simulate(loaded("", "[]", "8s")).trace_hash);
}

TEST(Sitting, SaysWhatItHadNoTimeFor) {
  const RunResult run = run_of("", "[ARC-*]", "2500ms");  // half a second of load
  std::size_t in_vain = 0;
  for (const CaseTwice& one : run.correctness.at(0).cases) {
    if (one.loaded.holds) continue;
    ++in_vain;
    EXPECT_EQ(one.loaded.verdict, "inconclusive") << one.id;
    EXPECT_EQ(one.loaded.came, "the load was over before it was") << one.id;
  }
  EXPECT_GT(in_vain, 10);
  EXPECT_FALSE(metrics::judge(run.correctness.at(0))[1].met);
}

TEST(Sitting, LeavesOutWhatALoadDoesNotBear) {
  const RunResult run = run_of("", "[ARC-LIMIT-*]", "12s");
  std::map<std::string, std::string> why;
  for (const metrics::CaseLeftOut& one : run.correctness.at(0).left_out) why[one.id] = one.why;
  EXPECT_THAT(why, testing::UnorderedElementsAre(
                       testing::Pair("ARC-LIMIT-03", "it attacks the server, and so the load"),
                       testing::Pair("ARC-LIMIT-06", "it needs the server to itself"),
                       testing::Pair("ARC-LIMIT-07", "it needs the server to itself"),
                       testing::Pair("ARC-LIMIT-08", "it needs the server to itself")));
  EXPECT_EQ(run.correctness.at(0).cases.size(), 6);
}

}  // namespace
}  // namespace gauntlet::sim
