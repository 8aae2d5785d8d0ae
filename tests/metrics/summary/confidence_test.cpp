#include "metrics/summary/confidence.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "scenarios/terms/random.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

TEST(Confidence, TenSamplesMustLieBeyondAQuantile) {
  EXPECT_FALSE(carries(99, 0.9));
  EXPECT_TRUE(carries(100, 0.9));
  EXPECT_FALSE(carries(999, 0.99));
  EXPECT_TRUE(carries(1'000, 0.99));
  EXPECT_FALSE(carries(9'999, 0.999));
  EXPECT_TRUE(carries(10'000, 0.999));
}

TEST(Confidence, OneSampleCarriesTheMedianAndTheMaximum) {
  EXPECT_TRUE(carries(1, 0.5));
  EXPECT_TRUE(carries(1, 1));
  EXPECT_FALSE(carries(0, 0.5));
}

TEST(Confidence, NamesTheHighestQuantileThatIsCarried) {
  EXPECT_EQ(highest_carried(4'000), "p99.7");
  EXPECT_EQ(highest_carried(10'000), "p99.9");
  EXPECT_EQ(highest_carried(1'000), "p99");
  EXPECT_EQ(highest_carried(40), "p75");
  EXPECT_EQ(highest_carried(3), "p50");
}

// @source The usual tables of distribution-free intervals for a median, as in Conover, Practical
//         Nonparametric Statistics, table A3.
TEST(Confidence, RanksAreThoseOfTheTables) {
  EXPECT_EQ(confidence_ranks(100, 0.5), (Ranks{40, 61}));
  EXPECT_EQ(confidence_ranks(20, 0.5), (Ranks{6, 15}));
  EXPECT_EQ(confidence_ranks(6, 0.5), (Ranks{1, 6}));
}

TEST(Confidence, HasNoIntervalWithTooFewSamples) {
  EXPECT_EQ(confidence_ranks(5, 0.5), std::nullopt);
  EXPECT_EQ(confidence_ranks(100, 0.99), std::nullopt);
  EXPECT_EQ(confidence_ranks(0, 0.5), std::nullopt);
}

TEST(Confidence, IntervalsNarrowWithTheRootOfTheSamples) {
  const auto few = confidence_ranks(10'000, 0.99).value();
  const auto many = confidence_ranks(1'000'000, 0.99).value();
  const double few_width = static_cast<double>(few.high - few.low) / 10'000;
  const double many_width = static_cast<double>(many.high - many.low) / 1'000'000;
  EXPECT_NEAR(few_width / many_width, 10, 0.3);
  EXPECT_NEAR(many_width, 2 * 1.96 * 0.0000995, 0.000005) << "the normal approximation";
}

TEST(Confidence, CountsAsBigAsAnHourAtFullSpeedAreNoTrouble) {
  const auto ranks = confidence_ranks(360'000'000, 0.999).value();
  EXPECT_LT(ranks.low, 359'640'000U);
  EXPECT_GT(ranks.high, 359'640'000U);
}

// The promise itself: of many experiments, 95 % hold the true quantile, whatever the distribution.
TEST(Confidence, IntervalsHoldTheTrueQuantileAsOftenAsTheySay) {
  Stream random{1, 2, Purpose{}};
  constexpr int kTrials = 4'000;
  for (const auto& [samples, fraction] : {std::pair{60, 0.5}, {200, 0.9}, {1'500, 0.99}}) {
    const Ranks ranks = confidence_ranks(static_cast<std::uint64_t>(samples), fraction).value();
    int held = 0;
    std::vector<double> drawn(static_cast<std::size_t>(samples));
    for (int trial = 0; trial < kTrials; ++trial) {
      for (double& sample : drawn) sample = random.unit();
      std::ranges::sort(drawn);
      held += drawn[ranks.low - 1] <= fraction && fraction <= drawn[ranks.high - 1] ? 1 : 0;
    }
    // Ranks are whole numbers, so it is a little more than promised; 1 % is three deviations.
    EXPECT_GE(held, kTrials * 0.94) << samples;
    EXPECT_LE(held, kTrials * 0.985) << samples;
  }
}

TEST(Confidence, BoundsAreSamplesOfTheHistogram) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.record(Duration{i});
  EXPECT_EQ(confidence_bounds(histogram, 0.5), (Bounds{40ns, 61ns}));
}

}  // namespace
}  // namespace gauntlet::metrics
