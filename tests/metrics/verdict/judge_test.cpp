#include "metrics/record/recorder.hpp"
#include "metrics/verdict/threshold.hpp"
#include "tests/metrics/verdict/made_intervals.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

class Judge : public testing::Test {
 protected:
  Judged judged(std::string_view text, Duration window = 10s) {
    Snapshot snapshot;
    snapshot.add(recorder_);
    const auto rule = parse_threshold(text);
    EXPECT_TRUE(rule.ok()) << text;
    return judge({&rule.value(), 1}, snapshot, window).at(0);
  }

  Recorder recorder_;
};

TEST_F(Judge, MergesTheRowsOfANameAndTellsOneRowApart) {
  for (int ms = 1; ms <= 100; ++ms)
    recorder_.observe(Series::relay_delivery_direct, std::chrono::milliseconds{ms},
                      Window::measured);
  for (int i = 0; i < 100; ++i)
    recorder_.observe(Series::relay_delivery_broadcast, 1s, Window::measured);

  const Judged direct = judged("relay.delivery{kind=direct}.p99 < 250ms");
  EXPECT_TRUE(direct.met);
  EXPECT_EQ(direct.value, "99.0 ms");
  EXPECT_NEAR(*direct.number, 0.099, 0.0001);
  const Judged all = judged("relay.delivery.p99 < 250ms");
  EXPECT_FALSE(all.met);
  EXPECT_EQ(all.value, "1.00 s");
  EXPECT_EQ(judged("relay.delivery.count == 200").value, "200");
}

TEST_F(Judge, LeavesTheWarmUpOut) {
  recorder_.observe(Series::relay_answer, 9s, Window::warm_up);
  recorder_.observe(Series::relay_answer, 1ms, Window::measured);
  EXPECT_TRUE(judged("relay.answer.max < 2ms").met);
}

TEST_F(Judge, NeverCallsASeriesWithoutSamplesMet) {
  const Judged judgement = judged("relay.delivery.p99 < 250ms");
  EXPECT_FALSE(judgement.met);
  EXPECT_FALSE(judgement.measured);
  EXPECT_EQ(judgement.value, "no samples");
  EXPECT_EQ(judgement.number, std::nullopt);
  EXPECT_TRUE(judged("relay.delivery.count == 0").met);
}

TEST_F(Judge, ComparesOnTheBoundaryAsItIsWritten) {
  recorder_.count(Counter::relay_lost, 5);
  EXPECT_FALSE(judged("relay.lost < 5").met);
  EXPECT_TRUE(judged("relay.lost <= 5").met);
  EXPECT_TRUE(judged("relay.lost == 5").met);
  EXPECT_FALSE(judged("relay.lost != 5").met);
  EXPECT_TRUE(judged("relay.lost >= 5").met);
  EXPECT_FALSE(judged("relay.lost > 5").met);
}

TEST_F(Judge, TakesAPercentageOfWhatTheDefinitionNames) {
  recorder_.count(Counter::arena_rounds_offered, 200);
  recorder_.count(Counter::arena_rounds_completed, 190);
  const Judged judgement = judged("arena.rounds_completed >= 95%");
  EXPECT_TRUE(judgement.met);
  EXPECT_EQ(judgement.value, "95.00 % (190 of 200)");
  EXPECT_EQ(judgement.number, 95);
  EXPECT_FALSE(judged("arena.rounds_completed > 95%").met);
}

TEST_F(Judge, TakesAShareThatIsJustTheLimitForTheLimit) {
  recorder_.count(Counter::arena_rounds_offered, 41'000);
  recorder_.count(Counter::arena_rounds_completed, 40'959);
  for (const char* holds : {">= 99.9%", "<= 99.9%", "== 99.9%"})
    EXPECT_TRUE(judged("arena.rounds_completed " + std::string{holds}).met) << holds;
  for (const char* fails : {"> 99.9%", "< 99.9%", "!= 99.9%", ">= 99.9000001%"})
    EXPECT_FALSE(judged("arena.rounds_completed " + std::string{fails}).met) << fails;
}

TEST_F(Judge, NeverCallsAShareOfNothingMet) {
  const Judged judgement = judged("relay.lost <= 1%");
  EXPECT_FALSE(judgement.met);
  EXPECT_FALSE(judgement.measured);
  EXPECT_EQ(judgement.value, "nothing was expected");
}

TEST_F(Judge, NeverCallsAPartOfNothingMet) {
  const std::map<std::string, std::string> nothing{
      {"relay.lost == 0", "nothing was expected"},
      {"relay.unsent == 0", "nothing was offered"},
      {"relay.duplicated == 0", "nothing was received"},
      {"relay.unanswered < 1", "nothing was asked"},
      {"arena.rounds_failed == 0", "nothing was offered"},
      {"arena.tokens_lost == 0", "nothing was expected"},
  };
  for (const auto& [text, value] : nothing) {
    const Judged judgement = judged(text);
    EXPECT_FALSE(judgement.met) << text;
    EXPECT_FALSE(judgement.measured) << text;
    EXPECT_EQ(judgement.value, value) << text;
    EXPECT_EQ(judgement.number, std::nullopt) << text;
  }
  EXPECT_TRUE(judged("relay.errors == 0").met) << "a part of nothing else";
  recorder_.set(Counter::relay_expected, 1);
  EXPECT_TRUE(judged("relay.lost == 0").met);
}

TEST_F(Judge, DividesARateByTheMeasuredTime) {
  recorder_.count(Counter::relay_sent_direct, 4'000);
  recorder_.count(Counter::relay_sent_broadcast, 1'000);
  EXPECT_EQ(judged("relay.sent.rate >= 500/s", 10s).value, "500.0/s");
  EXPECT_TRUE(judged("relay.sent.rate >= 500/s", 10s).met);
  EXPECT_FALSE(judged("relay.sent{kind=direct}.rate >= 500/s", 10s).met);
  EXPECT_FALSE(judged("relay.sent.rate >= 500/s", 0s).measured);
}

TEST_F(Judge, ShowsAsManyDigitsAsTellTheValueFromTheLimit) {
  recorder_.observe(Series::relay_answer, 250'400us, Window::measured);
  EXPECT_EQ(judged("relay.answer.max < 250ms").value, "250.4 ms");
}

TEST_F(Judge, SaysHowFewSamplesAQuantileStandsOn) {
  for (int i = 0; i < 40; ++i) recorder_.observe(Series::relay_answer, 1ms, Window::measured);
  const Judged p95 = judged("relay.answer.p95 < 2ms");
  EXPECT_TRUE(p95.met) << "judged all the same";
  EXPECT_THAT(p95.doubt.value_or(""),
              testing::HasSubstr("too few samples: 40 carry no more than p75"));
  EXPECT_EQ(judged("relay.answer.p50 < 2ms").doubt, std::nullopt);
  EXPECT_EQ(judged("relay.answer.max < 2ms").doubt, std::nullopt);
}

TEST_F(Judge, SaysWhenTheLimitIsWithinTheNoise) {
  for (int us = 1; us <= 1000; ++us)
    recorder_.observe(Series::relay_answer, std::chrono::microseconds{us}, Window::measured);
  const Judged close = judged("relay.answer.p90 < 905us");
  ASSERT_TRUE(close.bounds);
  EXPECT_NEAR(seconds(close.bounds->low), 881e-6, 2e-6);
  EXPECT_NEAR(seconds(close.bounds->high), 919e-6, 2e-6);
  EXPECT_THAT(close.doubt.value_or(""), testing::HasSubstr("within the noise"));
  EXPECT_EQ(judged("relay.answer.p90 < 950us").doubt, std::nullopt);
}

// What came in 10 ms each, and what did not come at all.
struct Absence {
  const char* name;
  std::string_view text;
  Series series;
  std::uint64_t came;
  std::uint64_t came_in_warm_up;
  std::vector<std::pair<Counter, std::uint64_t>> counters;
  bool met;
  std::string_view value;
};
void PrintTo(const Absence& absence, std::ostream* os) { *os << absence.name; }

class WhatNeverCame : public testing::TestWithParam<Absence> {};

TEST_P(WhatNeverCame, IsSlowerThanAnyUpperLimit) {
  const Absence& absence = GetParam();
  Recorder recorder;
  for (std::uint64_t i = 0; i < absence.came; ++i)
    recorder.observe(absence.series, 10ms, Window::measured);
  for (std::uint64_t i = 0; i < absence.came_in_warm_up; ++i)
    recorder.observe(absence.series, 10ms, Window::warm_up);
  for (const auto& [counter, n] : absence.counters) recorder.set(counter, n);
  Snapshot snapshot;
  snapshot.add(recorder);
  const auto rule = parse_threshold(absence.text);
  ASSERT_TRUE(rule.ok());

  const Judged judgement = judge({&rule.value(), 1}, snapshot, 10s).at(0);
  EXPECT_EQ(judgement.met, absence.met);
  EXPECT_EQ(judgement.value, absence.value);
  EXPECT_EQ(judgement.number.has_value(), absence.value == "10.0 ms");
}

using enum Counter;
INSTANTIATE_TEST_SUITE_P(, WhatNeverCame,
                         testing::Values(Absence{"ExactlyTheRestIsNotReached",
                                                 "relay.delivery.p99 < 1s",
                                                 Series::relay_delivery_direct,
                                                 99,
                                                 0,
                                                 {{relay_expected, 100}},
                                                 true,
                                                 "10.0 ms"},
                                         Absence{"OneMoreIs",
                                                 "relay.delivery.p99 < 1s",
                                                 Series::relay_delivery_direct,
                                                 98,
                                                 0,
                                                 {{relay_expected, 100}},
                                                 false,
                                                 "never: 2 of 100 lost or never sent"},
                                         Absence{"UnsentIsOfferedToo",
                                                 "relay.delivery.p99 <= 1s",
                                                 Series::relay_delivery_broadcast,
                                                 1'023,
                                                 0,
                                                 {{relay_expected, 1'023}, {relay_unsent, 1'322}},
                                                 false,
                                                 "never: 1,322 of 2,345 lost or never sent"},
                                         Absence{"AllOfIt",
                                                 "relay.delivery.p50 < 1s",
                                                 Series::relay_delivery_direct,
                                                 0,
                                                 0,
                                                 {{relay_unsent, 7}},
                                                 false,
                                                 "never: 7 of 7 lost or never sent"},
                                         Absence{"TheMaximumReachesASingleOne",
                                                 "relay.delivery.max < 1s",
                                                 Series::relay_delivery_direct,
                                                 999,
                                                 0,
                                                 {{relay_expected, 1'000}},
                                                 false,
                                                 "never: 1 of 1,000 lost or never sent"},
                                         Absence{"TheMedianDoesNot",
                                                 "relay.delivery.p50 < 1s",
                                                 Series::relay_delivery_direct,
                                                 999,
                                                 0,
                                                 {{relay_expected, 1'000}},
                                                 true,
                                                 "10.0 ms"},
                                         Absence{"TheWarmUpsOwnCame",
                                                 "relay.delivery.max < 1s",
                                                 Series::relay_delivery_direct,
                                                 50,
                                                 50,
                                                 {{relay_expected, 100}},
                                                 true,
                                                 "10.0 ms"},
                                         Absence{"SecondCopiesMakeUpForNothing",
                                                 "relay.delivery.p50 < 1s",
                                                 Series::relay_delivery_subscription,
                                                 100,
                                                 0,
                                                 {{relay_expected, 10}},
                                                 false,
                                                 "never: 10 of 10 lost or never sent"},
                                         Absence{"LowerLimitsAreLeftAlone",
                                                 "relay.delivery.p99 > 1ms",
                                                 Series::relay_delivery_direct,
                                                 1,
                                                 0,
                                                 {{relay_expected, 100}},
                                                 true,
                                                 "10.0 ms"},
                                         Absence{"SoIsOneKind",
                                                 "relay.delivery{kind=direct}.p99 < 1s",
                                                 Series::relay_delivery_direct,
                                                 1,
                                                 0,
                                                 {{relay_expected, 100}},
                                                 true,
                                                 "10.0 ms"},
                                         Absence{"Answers",
                                                 "relay.answer.p95 < 1s",
                                                 Series::relay_answer,
                                                 9,
                                                 0,
                                                 {{relay_asked, 10}},
                                                 false,
                                                 "never: 1 of 10 not answered"},
                                         Absence{"FirstTokens",
                                                 "arena.first_token.p95 < 1s",
                                                 Series::arena_first_token,
                                                 30,
                                                 0,
                                                 {{arena_rounds_offered, 40}},
                                                 false,
                                                 "never: 10 of 40 without a token"},
                                         Absence{"Rounds",
                                                 "arena.round.p90 < 1s",
                                                 Series::arena_round,
                                                 30,
                                                 0,
                                                 {{arena_rounds_offered, 40}},
                                                 false,
                                                 "never: 10 of 40 not completed"},
                                         Absence{"RelayedTokens",
                                                 "arena.relayed_token.p99 < 1s",
                                                 Series::arena_relayed_token,
                                                 5,
                                                 0,
                                                 {{arena_tokens_expected, 10}},
                                                 false,
                                                 "never: 5 of 10 lost"}),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(Judge, MovesAQuantileUpByWhatNeverCame) {
  for (int ms = 1; ms <= 80; ++ms)
    recorder_.observe(Series::relay_delivery_direct, std::chrono::milliseconds{ms},
                      Window::measured);
  recorder_.set(Counter::relay_expected, 100);
  EXPECT_EQ(judged("relay.delivery.p50 < 1s").value, "50.0 ms");
  EXPECT_EQ(judged("relay.delivery.p50 > 1ms").value, "40.0 ms");
}

// A hundred deliveries in each of twenty intervals, of which one is slow.
TEST_F(Judge, HoldsAnInvariantAgainstEveryInterval) {
  const Intervals intervals = made_intervals(
      20s, [](Duration since) -> Duration { return since > 7s && since < 8s ? 300ms : 10ms; });
  for (int i = 0; i < 1900; ++i)
    recorder_.observe(Series::relay_delivery_direct, 10ms, Window::measured);
  for (int i = 0; i < 100; ++i)
    recorder_.observe(Series::relay_delivery_direct, 300ms, Window::measured);
  Snapshot snapshot;
  snapshot.add(recorder_);
  ThresholdRule rule = parse_threshold("relay.delivery.p90 < 250ms").value();
  EXPECT_TRUE(judge({&rule, 1}, snapshot, 20s, intervals).at(0).met);
  rule.throughout = true;
  const Judged broken = judge({&rule, 1}, snapshot, 20s, intervals).at(0);
  EXPECT_FALSE(broken.met);
  EXPECT_EQ(broken.value, "300 ms, from 7.00 s to 8.00 s");
  EXPECT_TRUE(judge({&rule, 1}, snapshot, 20s).at(0).met) << "nothing was cut";
  rule = parse_threshold("relay.delivery.p99_9 < 1s").value();
  rule.throughout = true;
  EXPECT_TRUE(judge({&rule, 1}, snapshot, 20s, intervals).at(0).met)
      << "a hundred samples carry no p99.9";
}

TEST_F(Judge, HoldsARateAgainstEveryInterval) {
  Intervals intervals = made_intervals(20s, [](Duration) -> Duration { return 1ms; });
  for (Interval& interval : intervals.measured)
    interval.counters[static_cast<std::size_t>(Counter::relay_sent_direct)] = 50;
  intervals.measured[3].counters[static_cast<std::size_t>(Counter::relay_sent_direct)] = 20;
  recorder_.count(Counter::relay_sent_direct, 970);
  Snapshot snapshot;
  snapshot.add(recorder_);
  ThresholdRule rule = parse_threshold("relay.sent.rate >= 40/s").value();
  rule.throughout = true;
  const Judged broken = judge({&rule, 1}, snapshot, 20s, intervals).at(0);
  EXPECT_FALSE(broken.met);
  EXPECT_EQ(broken.value, "20.0/s, from 3.00 s to 4.00 s");
}

}  // namespace
}  // namespace gauntlet::metrics
