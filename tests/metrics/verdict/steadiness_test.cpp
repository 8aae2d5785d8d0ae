#include "metrics/verdict/steadiness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "metrics/summary/histogram.hpp"
#include "scenarios/terms/distribution.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Kind = Steadiness::Kind;

constexpr int kIntervals = 20;

// What each of 20 intervals of a second is like; times from 0 to 1.
struct Course {
  std::function<double(double)> latency_ms = [](double) { return 2.0; };  // the median
  std::function<int(double)> offered = [](double) { return 2'000; };
};

// Latencies from half to twice the median, and a tail that is a little different each time.
Intervals run(const Course& course) {
  Stream random{5};
  Intervals all;
  for (int i = 0; i < kIntervals; ++i) {
    const double t = static_cast<double>(i) / kIntervals;
    Histogram latencies;
    const int offered = course.offered(t);
    for (int n = 0; n < offered; ++n)
      latencies.record(from_seconds(course.latency_ms(t) / 1000 * (0.5 + 1.5 * random.unit())));
    Interval interval;
    interval.begin = at(3s + i * 1s);
    interval.end = at(4s + i * 1s);
    interval.series[static_cast<std::size_t>(Series::relay_delivery_direct)] =
        BucketCounts{latencies};
    const auto set = [&](Counter counter, int value) {
      interval.counters[static_cast<std::size_t>(counter)] = value;
    };
    set(Counter::relay_offered, offered);
    set(Counter::relay_expected, offered);
    set(Counter::relay_received, offered);
    all.measured.push_back(std::move(interval));
  }
  return all;
}

TEST(Steadiness, IsSaidOfARunWithoutAShift) {
  const Steadiness steadiness = judge_steadiness(run({}), 0s);
  EXPECT_EQ(steadiness.kind, Kind::steady) << steadiness.text;
  EXPECT_THAT(steadiness.text,
              StartsWith("steady: no shift in p99, p50, throughput of relay.delivery"));
}

TEST(Steadiness, TellsAWarmUpAndHowLongItShouldHaveBeen) {
  const Steadiness steadiness =
      judge_steadiness(run({.latency_ms = [](double t) { return t < 0.15 ? 9.0 : 2.0; }}), 2s);
  EXPECT_EQ(steadiness.kind, Kind::warming_up) << steadiness.text;
  EXPECT_THAT(steadiness.text,
              AllOf(HasSubstr("first 3.00 s look like warm-up"), HasSubstr("`warm_up: 5s`")));
}

TEST(Steadiness, IsMissingWhereTheLatencyClimbs) {
  const Steadiness steadiness =
      judge_steadiness(run({.latency_ms = [](double t) { return 2 + 8 * t; }}), 0s);
  EXPECT_EQ(steadiness.kind, Kind::drifting) << steadiness.text;
  EXPECT_THAT(steadiness.text, AllOf(StartsWith("not steady: the p99 of relay.delivery was"),
                                     HasSubstr("from then on")));
}

TEST(Steadiness, IsMissingAfterAStepUp) {
  const Steadiness steadiness =
      judge_steadiness(run({.latency_ms = [](double t) { return t < 0.5 ? 2.0 : 4.0; }}), 0s);
  EXPECT_EQ(steadiness.kind, Kind::drifting) << steadiness.text;
  EXPECT_THAT(steadiness.text, HasSubstr("for 10.0 s and"));
}

TEST(Steadiness, MakesNothingOfAChangeThatIsSmall) {
  EXPECT_EQ(
      judge_steadiness(run({.latency_ms = [](double t) { return t < 0.5 ? 2.0 : 2.2; }}), 0s).kind,
      Kind::steady);
}

TEST(Steadiness, SaysWhenTheRateWasBeyondWhatTheTargetCanDo) {
  const Steadiness steadiness =
      judge_steadiness(run({.latency_ms = [](double t) { return 2 + 1600 * t; }}), 0s);
  EXPECT_EQ(steadiness.kind, Kind::overloaded) << steadiness.text;
  EXPECT_THAT(steadiness.text, AllOf(HasSubstr("relay.delivery was still growing"),
                                     HasSubstr("is: about 1"), HasSubstr(" deliveries a second")));
  ASSERT_TRUE(steadiness.backlog);
  EXPECT_NEAR(steadiness.backlog->growth, 0.1, 0.005);
}

TEST(Steadiness, IsNotJudgedWhereTheLoadIsNotSteady) {
  EXPECT_EQ(judge_steadiness(
                run({.offered = [](double t) { return 500 + static_cast<int>(3000 * t); }}), 0s)
                .kind,
            Kind::not_judged);
}

TEST(Steadiness, IsNotJudgedByAHandfulOfSamples) {
  EXPECT_EQ(judge_steadiness(run({.offered = [](double) { return 3; }}), 0s).kind,
            Kind::not_judged);
  EXPECT_EQ(judge_steadiness({}, 0s).kind, Kind::not_judged);
}

}  // namespace
}  // namespace gauntlet::metrics
