#include <nlohmann/json.hpp>

#include "tests/metrics/report/example_run.hpp"
#include "tests/support/golden.hpp"

namespace gauntlet::metrics {
namespace {

nlohmann::json parsed(const RunReport& report) {
  return nlohmann::json::parse(summary_json(report));
}

TEST(SummaryJson, ReadsAsItDidWhenItWasReviewed) {
  tests::expect_golden("tests/golden/summary.json", summary_json(example_run()));
}

TEST(SummaryJson, HasEveryRowOfEveryMetric) {
  const auto summary = parsed(example_run());
  for (const SeriesDef& def : kSeries)
    EXPECT_TRUE(summary["series"].contains(def.name)) << def.name;
  for (const CounterDef& def : kCounters)
    EXPECT_TRUE(summary["counters"].contains(def.name)) << def.name;
  for (const GaugeDef& def : kGauges) EXPECT_TRUE(summary["gauges"].contains(def.name)) << def.name;
  EXPECT_EQ(summary["series"]["relay.delivery"]["count"], 1200);
  EXPECT_EQ(summary["series"]["relay.delivery{kind=direct}"]["count"], 1000);
  EXPECT_EQ(summary["counters"]["relay.sent"], 1000);
  EXPECT_EQ(summary["counters"]["relay.sent{kind=broadcast}"], 20);
  EXPECT_EQ(summary["counters"]["relay.failures{outcome=rate_limited}"], 12);
}

TEST(SummaryJson, NamesWhatWasBrokenAndWhereFirst) {
  RunReport report = example_run();
  EXPECT_EQ(parsed(report)["broken"], nlohmann::json::object());
  for (const Invariant invariant : {Invariant::delivered, Invariant::nobody_stuck})
    report.snapshot.counters[static_cast<std::size_t>(broken(invariant))] = 2;
  report.first_breaches = {{Invariant::delivered, "at agent-2, after 1.24 s"}};
  EXPECT_EQ(parsed(report)["broken"],
            (nlohmann::json{{"delivered", {{"times", 2}, {"first", "at agent-2, after 1.24 s"}}},
                            {"nobody_stuck", {{"times", 2}, {"first", nullptr}}}}));
}

TEST(SummaryJson, GivesLatenciesInSecondsAndNoneWithoutSamples) {
  const auto series = parsed(example_run())["series"];
  EXPECT_NEAR(series["relay.delivery{kind=direct}"]["p99"], 0.0099, 0.00001);
  EXPECT_EQ(series["arena.first_token"]["min"], 0.15);
  EXPECT_EQ(series["relay.fanout"]["count"], 0);
  EXPECT_TRUE(series["relay.fanout"]["p99"].is_null());
}

TEST(SummaryJson, RefusesAQuantileThatItsSamplesDoNotCarry) {
  const auto series = parsed(example_run())["series"];
  const auto few = series["arena.first_token"];  // 40 samples
  EXPECT_EQ(few["p50"], 0.15);
  EXPECT_TRUE(few["p90"].is_null());
  EXPECT_TRUE(few["p90_ci"].is_null());
  EXPECT_EQ(few["max"], 0.15);
  EXPECT_EQ(few["carried"], "p75");
  const auto many = series["relay.delivery{kind=direct}"];  // 1,000
  EXPECT_EQ(many["carried"], "p99");
  EXPECT_TRUE(many["p99_9"].is_null());
  ASSERT_EQ(many["p99_ci"].size(), 2U);
  EXPECT_LT(many["p99_ci"][0], many["p99"]);
  EXPECT_GT(many["p99_ci"][1], many["p99"]);
}

TEST(SummaryJson, KeepsAllBitsOfSeedsAndHashes) {
  RunReport report = example_run();
  report.seed = 0xFFFF'FFFF'FFFF'FFFF;
  report.plan_hash = 0x7;
  report.trace_hash = 0xFFFF'FFFF'FFFF'FFFF;
  const auto summary = parsed(report);
  EXPECT_EQ(summary["seed"].get<std::uint64_t>(), 0xFFFF'FFFF'FFFF'FFFF);
  EXPECT_EQ(summary["plan_hash"], "0x0000000000000007");
  EXPECT_EQ(summary["trace_hash"], "0xffffffffffffffff");
  EXPECT_FALSE(parsed(example_run()).contains("trace_hash"));
}

TEST(SummaryJson, CallsNoThresholdOfAnInvalidRunMet) {
  RunReport report = example_run();
  EXPECT_EQ(parsed(report)["thresholds"][0]["met"], true);
  report.why_invalid = {"Late."};
  const auto summary = parsed(report);
  EXPECT_EQ(summary["verdict"], "invalid");
  EXPECT_EQ(summary["valid"], false);
  EXPECT_EQ(summary["thresholds"][0]["met"], false);
}

TEST(SummaryJson, SetsConformanceIdleAndUnderLoadSideBySide) {
  RunReport report = example_run();
  EXPECT_FALSE(parsed(report).contains("conformance"));
  Correctness relay{.subject = "relay"};
  relay.cases.push_back({.id = "ARC-ROUTE-16",
                         .level = "should",
                         .does = "keeps the order",
                         .clause = "ARC, Minimal relay",
                         .idle = {.verdict = "pass", .holds = true},
                         .loaded = {.verdict = "fail",
                                    .expected = "message 7 next",
                                    .came = "message 8",
                                    .transcript = {"alice > 7"}}});
  relay.left_out.push_back({"ARC-CONN-05", "it needs the server to itself"});
  report.correctness.push_back(relay);
  EXPECT_EQ(parsed(report)["conformance"], nlohmann::json::parse(R"([{
    "subject": "relay",
    "idle": {"pass": 1, "fail": 0},
    "under_load": {"pass": 0, "fail": 1},
    "cases": [{
      "id": "ARC-ROUTE-16", "level": "should", "does": "keeps the order",
      "clause": "ARC, Minimal relay", "worse_under_load": true,
      "idle": {"verdict": "pass", "holds": true, "took_s": 0.0},
      "under_load": {"verdict": "fail", "holds": false, "expected": "message 7 next",
                     "came": "message 8", "took_s": 0.0, "transcript": ["alice > 7"]}}],
    "left_out": [{"id": "ARC-CONN-05", "why": "it needs the server to itself"}]}])"));
}

TEST(SummaryJson, NotesFirstWhatWasNeverSent) {
  RunReport report = example_run();
  EXPECT_EQ(parsed(report)["notes"].size(), 2U);
  EXPECT_EQ(parsed(report)["notes"][0].get<std::string>().find("10 of 1,010 operations were"), 0U);
  report.snapshot.counters[static_cast<std::size_t>(Counter::relay_unsent)] = 0;
  EXPECT_EQ(parsed(report)["notes"].size(), 1U);
}

TEST(SummaryJson, IsValidWhateverBytesANameHolds) {
  RunReport report = example_run();
  report.scenario_name = "\xFF\"\n";
  EXPECT_EQ(parsed(report)["scenario"], "\uFFFD\"\n");
}

}  // namespace
}  // namespace gauntlet::metrics
