#include "metrics/comparison/estimate.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "metrics/comparison/student.hpp"
#include "tests/metrics/comparison/made_runs.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

constexpr double kConfidence = 0.95;

TEST(Student, HasTheBoundsOfTheTables) {
  EXPECT_NEAR(student_bound(0.95, 1), 12.706, 0.001);
  EXPECT_NEAR(student_bound(0.95, 2), 4.303, 0.001);
  EXPECT_NEAR(student_bound(0.95, 7), 2.365, 0.001);
  EXPECT_NEAR(student_bound(0.99, 19), 2.861, 0.001);
  EXPECT_NEAR(student_bound(0.999, 38), 3.566, 0.001);
}

TEST(Ratio, IsThatOfTheSums) {
  const std::vector<Share> shares(10, Share{.part = 3, .whole = 4});
  const auto estimate = ratio(shares, kConfidence);
  ASSERT_TRUE(estimate);
  EXPECT_DOUBLE_EQ(estimate->value, 0.75);
  EXPECT_DOUBLE_EQ(estimate->low, 0.75);
  EXPECT_DOUBLE_EQ(estimate->high, 0.75);
}

// With equal wholes it is the interval of a mean: 1.5 +- 2.262 * 0.527 / sqrt(10).
TEST(Ratio, HasStudentsIntervalWhenTheWholesAreEqual) {
  std::vector<Share> shares;
  for (int i = 0; i < 10; ++i) shares.push_back({i % 2 == 0 ? 1.0 : 2.0, 1});
  const auto estimate = ratio(shares, kConfidence);
  ASSERT_TRUE(estimate);
  EXPECT_NEAR(estimate->value, 1.5, 1e-12);
  EXPECT_NEAR(estimate->high - 1.5, 0.377, 0.001);
}

TEST(Ratio, IsNoneOfAFewIntervals) {
  std::vector<Share> shares(7, Share{1, 1});
  shares.resize(20, Share{0, 0});
  EXPECT_FALSE(ratio(shares, kConfidence));
}

TEST(QuantileEstimate, IsNoneWithoutSamplesBeyondIt) {
  Stream random{1};
  const auto run = made_intervals(random, {.samples = 40});
  EXPECT_TRUE(quantile_of(run, 0.5, kConfidence));
  EXPECT_FALSE(quantile_of(run, 0.999, kConfidence)) << "0.8 samples lie beyond it";
}

// Enough for a p99, and soon drawn a thousand times.
constexpr Made kFew{.samples = 300};
constexpr Made kFewInSpells{.samples = 300, .spells = 0.3};

// How often an interval holds what is true: of samples that come alone, and of samples that come in
// spells, when every interval has its own median.
using EstimateOf = std::function<std::optional<Estimate>(const std::vector<BucketCounts>&)>;

double coverage(const Made& made, double truth, const EstimateOf& estimate_of) {
  constexpr int kTrials = 1'000;
  int held = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    Stream random{static_cast<std::uint64_t>(trial)};
    const auto estimate = estimate_of(made_intervals(random, made));
    if (estimate && estimate->low <= truth && truth <= estimate->high) ++held;
  }
  return static_cast<double>(held) / kTrials;
}

std::optional<Estimate> p99(const std::vector<BucketCounts>& run) {
  return quantile_of(run, 0.99, kConfidence);
}
std::optional<Estimate> p50(const std::vector<BucketCounts>& run) {
  return quantile_of(run, 0.5, kConfidence);
}

std::optional<Estimate> mean(const std::vector<BucketCounts>& run) {
  return mean_of(run, kConfidence);
}

TEST(QuantileEstimate, HoldsTheTruthAsOftenAsItSays) {
  // The median of a log-normal is 10 ms and its p99 40 ms, as made.
  EXPECT_NEAR(coverage(kFew, 0.010, p50), 0.95, 0.025);
  EXPECT_NEAR(coverage(kFew, 0.040, p99), 0.95, 0.025);
}

TEST(QuantileEstimate, IsWiderWhenSamplesComeInSpells) {
  Stream first{1};
  Stream second{1};
  const auto alone = p50(made_intervals(first, {}));
  const auto spells = p50(made_intervals(second, {.spells = 0.3}));
  ASSERT_TRUE(alone && spells);
  EXPECT_GT(spells->high - spells->low, 3 * (alone->high - alone->low));
}

// Two runs of the same: their difference's interval should miss 0 in one of twenty.
double false_alarms(const Made& made, const EstimateOf& estimate_of) {
  constexpr int kTrials = 500;
  int alarms = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    Stream random{static_cast<std::uint64_t>(trial) + 50'000};
    const auto a = estimate_of(made_intervals(random, made));
    const auto b = estimate_of(made_intervals(random, made));
    const Estimate apart = difference(a.value(), b.value());
    if (apart.low > 0 || apart.high < 0) ++alarms;
  }
  return static_cast<double>(alarms) / kTrials;
}

struct Same {
  std::string_view name;
  Made made;
  EstimateOf estimate_of;
};
class DifferenceOfTheSame : public testing::TestWithParam<Same> {};

TEST_P(DifferenceOfTheSame, IsSeldomAnAlarm) {
  EXPECT_NEAR(false_alarms(GetParam().made, GetParam().estimate_of), 0.05, 0.025);
}
INSTANTIATE_TEST_SUITE_P(Of, DifferenceOfTheSame,
                         testing::Values(Same{"medians", kFew, p50}, Same{"p99s", kFew, p99},
                                         Same{"medians_in_spells", kFewInSpells, p50},
                                         Same{"means_in_spells", kFewInSpells, mean}),
                         [](const auto& instance) { return std::string{instance.param.name}; });

TEST(Difference, IsSeenWhenItIsThere) {
  int seen = 0;
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    Stream random{trial};
    const auto a = p99(made_intervals(random, {}));
    const auto b = p99(made_intervals(random, {.slower = 1.2}));
    if (difference(a.value(), b.value()).low > 0) ++seen;
  }
  EXPECT_GE(seen, 190) << "of 200 runs whose p99 was a fifth higher";
}

TEST(Difference, AddsDistancesAtRightAngles) {
  const Estimate apart = difference({10, 9, 14}, {20, 17, 21});
  EXPECT_DOUBLE_EQ(apart.value, 10);
  EXPECT_DOUBLE_EQ(apart.low, 5);                     // 10 - hypot(3, 4)
  EXPECT_DOUBLE_EQ(apart.high, 10 + std::sqrt(2.0));  // hypot(1, 1)
}

}  // namespace
}  // namespace gauntlet::metrics
