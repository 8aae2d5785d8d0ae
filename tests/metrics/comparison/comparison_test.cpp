#include "metrics/comparison/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "metrics/report/lines.hpp"
#include "tests/metrics/comparison/made_runs.hpp"

namespace gauntlet::metrics {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Optional;

/// A run of ten seconds with one series and one counter.
RecordedRun run_of(std::uint64_t seed, const Made& made = {}) {
  Stream random{seed};
  RecordedRun run{.scenario_name = "steady",
                  .verdict = "met",
                  .seed = seed,
                  .driver = "live",
                  .effective_yaml = "name: steady\nseed: " + std::to_string(seed) +
                                    "\nduration: 10s\n\ntargets:\n  relay: http://a\n",
                  .thresholds = {{"relay.delivery.p99 < 50ms", true, "40 ms"}}};
  run.series["relay.delivery"] = made_intervals(random, made);
  for (int i = 0; i < Timeline::kIntervals; ++i) {
    run.begins_s.push_back(0.5 * i);
    run.lengths_s.push_back(0.5);
    run.counters["relay.received"].push_back(1'000 + static_cast<std::int64_t>(random.below(20)));
  }
  return run;
}

const ComparedLine& line(const Comparison& comparison, std::string_view subject,
                         std::string_view statistic) {
  for (const ComparedLine& each : comparison.lines)
    if (each.subject == subject && each.statistic == statistic) return each;
  throw std::runtime_error{"no such line"};
}

TEST(Comparison, OfTheSameTwiceFindsNothing) {
  const Comparison comparison = compare(run_of(1), run_of(2), {});
  EXPECT_FALSE(comparison.regression());
  EXPECT_EQ(comparison.lines.size(), 5U);
}

TEST(Comparison, SeesThatItGotSlower) {
  const Comparison comparison = compare(run_of(1), run_of(2, {.slower = 1.3}), {});
  EXPECT_TRUE(comparison.regression());
  for (const char* statistic : {"p50", "p90", "p99", "mean"})
    EXPECT_EQ(line(comparison, "relay.delivery", statistic).change, Change::worse) << statistic;
  EXPECT_EQ(line(comparison, "relay.received", "per second").change, Change::none);
}

TEST(Comparison, SeesThatItGotFaster) {
  const Comparison comparison = compare(run_of(1, {.slower = 1.3}), run_of(2), {});
  EXPECT_FALSE(comparison.regression());
  EXPECT_EQ(line(comparison, "relay.delivery", "p99").change, Change::better);
}

TEST(Comparison, LetsSmallDifferencesPassHoweverSureTheyAre) {
  const RecordedRun before = run_of(1, {.samples = 20'000});
  const RecordedRun after = run_of(2, {.samples = 20'000, .slower = 1.04});
  EXPECT_FALSE(compare(before, after, {}).regression());
  EXPECT_TRUE(compare(before, after, {.tolerance = 0.01}).regression());
}

TEST(Comparison, CallsLossesWorseAndMoreDeliveriesBetter) {
  RecordedRun before = run_of(1);
  RecordedRun after = run_of(2);
  after.counters["relay.lost"] = std::vector<std::int64_t>(Timeline::kIntervals, 7);
  for (std::int64_t& count : after.counters["relay.received"]) count += 500;
  const Comparison comparison = compare(before, after, {});
  EXPECT_EQ(line(comparison, "relay.lost", "per second").change, Change::worse);
  EXPECT_EQ(line(comparison, "relay.received", "per second").change, Change::better);
}

TEST(Comparison, CountsAThresholdThatIsNoLongerMet) {
  RecordedRun after = run_of(2);
  after.thresholds.front().met = false;
  EXPECT_TRUE(compare(run_of(1), after, {}).regression());
  EXPECT_FALSE(compare(after, run_of(1), {}).regression());
}

TEST(Comparison, SaysWhatHadTooFewSamples) {
  const Comparison comparison = compare(run_of(1, {.samples = 20}), run_of(2, {.samples = 20}), {});
  EXPECT_THAT(comparison.not_compared, Contains("relay.delivery p99"));
}

TEST(Comparison, SaysWhatOnlyOneOfThemHas) {
  RecordedRun without = run_of(2);
  without.series.erase("relay.delivery");
  EXPECT_THAT(compare(run_of(1), without, {}).not_compared, Contains("relay.delivery mean"));
  EXPECT_THAT(compare(without, run_of(1), {}).not_compared, Contains("relay.delivery p50"));
}

// Five lines, all of the same: some alarm in one of twenty comparisons at most.
TEST(Comparison, SeldomRaisesAnAlarmAboutNothing) {
  constexpr int kTrials = 400;
  int alarms = 0;
  for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
    const Comparison comparison =
        compare(run_of(1'000 + trial, {.samples = 400}), run_of(9'000 + trial, {.samples = 400}),
                {.tolerance = 0});
    const auto differs = [](const ComparedLine& l) { return l.change != Change::none; };
    if (std::ranges::any_of(comparison.lines, differs)) ++alarms;
  }
  EXPECT_LE(alarms, kTrials * 7 / 100);
}

TEST(Comparable, AreOnlyValidRunsOfOneScenarioInOneWorld) {
  const RecordedRun good = run_of(1);
  EXPECT_EQ(why_incomparable(good, run_of(2)), std::nullopt);

  RecordedRun invalid = run_of(2);
  invalid.verdict = "invalid";
  EXPECT_THAT(why_incomparable(good, invalid), Optional(HasSubstr("second run is not valid")));
  EXPECT_THAT(why_incomparable(invalid, good), Optional(HasSubstr("first run is not valid")));

  RecordedRun cut = run_of(2);
  cut.interrupted = true;
  EXPECT_THAT(why_incomparable(good, cut), Optional(HasSubstr("interrupted")));

  RecordedRun simulated = run_of(2);
  simulated.driver = "virtual";
  EXPECT_THAT(why_incomparable(good, simulated), Optional(HasSubstr("one run is live")));

  RecordedRun longer = run_of(2);
  longer.effective_yaml.replace(longer.effective_yaml.find("10s"), 3, "20s");
  EXPECT_THAT(why_incomparable(good, longer), Optional(HasSubstr("different scenarios")));
}

TEST(Comparable, AreRunsAgainstDifferentTargets) {
  RecordedRun elsewhere = run_of(2);
  elsewhere.effective_yaml.replace(elsewhere.effective_yaml.find("http://a"), 8, "embedded");
  EXPECT_TRUE(same_question(run_of(1).effective_yaml, elsewhere.effective_yaml));
}

TEST(ComparisonText, FitsATerminalAndSaysTheWorstFirst) {
  const std::string text =
      comparison_text(compare(run_of(1), run_of(2, {.slower = 1.3}), {}), false);
  EXPECT_THAT(text, testing::StartsWith("WORSE: relay.delivery p50, relay.delivery p90"));
  std::istringstream lines{text};
  for (std::string one; std::getline(lines, one);) EXPECT_LE(width_of(one), kColumns) << one;
}

TEST(ComparisonJson, HasEveryLineWithItsIntervals) {
  const auto json =
      nlohmann::json::parse(comparison_json(compare(run_of(1), run_of(2, {.slower = 1.3}), {})));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["regression"], true);
  EXPECT_EQ(json["lines"].size(), 5U);
  const auto& first = json["lines"][0];
  EXPECT_EQ(first["subject"], "relay.delivery");
  EXPECT_EQ(first["change"], "worse");
  EXPECT_LT(first["difference"]["low"], first["difference"]["value"]);
  EXPECT_GT(first["difference"]["low"], 0);
}

}  // namespace
}  // namespace gauntlet::metrics
