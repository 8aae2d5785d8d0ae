#include "scenarios/terms/distribution.hpp"

#include <gtest/gtest.h>

#include "scenarios/terms/duration_max.hpp"

namespace gauntlet {
namespace {

using namespace std::chrono_literals;

std::vector<Duration> draws(const Distribution& distribution, std::size_t count = 100'000) {
  Stream random{1};
  std::vector<Duration> all(count);
  for (Duration& d : all) d = draw(distribution, random);
  std::ranges::sort(all);
  return all;
}

double mean_of(const std::vector<Duration>& sorted) {
  double sum = 0;
  for (const Duration d : sorted) sum += seconds(d);
  return sum / static_cast<double>(sorted.size());
}

TEST(Distribution, OfALogNormalHasTheMedianAndP99ItIsGivenBy) {
  const auto all = draws(LogNormal{.median = 50ms, .p99 = 400ms});
  EXPECT_NEAR(seconds(all[50'000]), 0.050, 0.001);
  EXPECT_NEAR(seconds(all[99'000]), 0.400, 0.020);
}

TEST(Distribution, OfAUniformStaysWithinItsBoundsAndReachesThem) {
  const auto all = draws(Uniform{.min = 0ns, .max = 3ns}, 1000);
  EXPECT_EQ(all.front(), 0ns);
  EXPECT_EQ(all.back(), 3ns);
}

TEST(Distribution, HasTheMeanThatIsClaimedForIt) {
  for (const Distribution& d :
       {Distribution{Constant{7ms}}, Distribution{Uniform{10ms, 30ms}},
        Distribution{Exponential{5ms}}, Distribution{LogNormal{.median = 20ms, .p99 = 100ms}}}) {
    SCOPED_TRACE(d.index());
    EXPECT_NEAR(mean_of(draws(d)), seconds(mean(d)), seconds(mean(d)) * 0.02);
  }
}

TEST(Distribution, DrawsNothingLongerThanAScenarioCanSay) {
  const LogNormal wide{.median = 1us, .p99 = kDurationMax};
  EXPECT_EQ(draws(wide).back(), kDurationMax);
  EXPECT_GE(draws(wide).front(), 0ns);
  EXPECT_EQ(mean(wide), kDurationMax);
}

TEST(Distribution, NeverDrawsBelowZero) {
  EXPECT_GE(draws(Exponential{1ns}).front(), 0ns);
  EXPECT_GE(draws(LogNormal{.median = 1ns, .p99 = 1ms}).front(), 0ns);
}

}  // namespace
}  // namespace gauntlet
