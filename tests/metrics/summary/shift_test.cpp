#include "metrics/summary/shift.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "scenarios/terms/distribution.hpp"

namespace gauntlet::metrics {
namespace {

constexpr std::size_t kValues = 20;
constexpr int kTrials = 2'000;

// Noise of variance 1 around `level` (a function of time from 0 to 1), of which `carried` carries
// over from each value to the next.
std::vector<double> series(Stream& random, double carried,
                           const std::function<double(double)>& level) {
  std::vector<double> values(kValues);
  double noise = draw_normal(random);
  for (std::size_t i = 0; i < kValues; ++i) {
    noise = carried * noise + std::sqrt(1 - carried * carried) * draw_normal(random);
    values[i] = noise + level(static_cast<double>(i) / kValues);
  }
  return values;
}

// The share of trials in which a shift is found.
double found(double carried, const std::function<double(double)>& level) {
  Stream random{1};
  int shifts = 0;
  for (int trial = 0; trial < kTrials; ++trial)
    shifts += find_shift(series(random, carried, level)) ? 1 : 0;
  return static_cast<double>(shifts) / kTrials;
}

double steady(double) { return 7; }

TEST(Shift, IsSeldomSeenWhereThereIsNone) {
  EXPECT_LE(found(0, steady), 0.01);
  EXPECT_LE(found(0.33, steady), 0.015);
  EXPECT_LE(found(0.5, steady), 0.05);
}

TEST(Shift, IsSeenInATrend) {
  EXPECT_GE(found(0, [](double t) { return 8 * t; }), 0.9);
  EXPECT_GE(found(0.33, [](double t) { return 12 * t; }), 0.9);
}

TEST(Shift, IsSeenInAStepWhereverItIs) {
  EXPECT_GE(found(0, [](double t) { return t < 0.5 ? 0.0 : 4.0; }), 0.9);
  EXPECT_GE(found(0, [](double t) { return t < 0.2 ? 6.0 : 0.0; }), 0.9);
  EXPECT_GE(found(0, [](double t) { return t < 0.8 ? 0.0 : 6.0; }), 0.9);
}

TEST(Shift, IsSeenInAWarmUpThatFadesAway) {
  EXPECT_GE(found(0, [](double t) { return 16 * std::exp(-10 * t); }), 0.9);
}

TEST(Shift, IsNotMadeOfAnOutlier) {
  EXPECT_LE(found(0, [](double t) { return t >= 0.4 && t < 0.45 ? 20.0 : 0.0; }), 0.01);
}

TEST(Shift, TellsWhereAndFromWhatToWhat) {
  std::vector<double> values(kValues, 1.0);
  for (std::size_t i = 6; i < kValues; ++i) values[i] = 3;
  const auto shift = find_shift(values);
  ASSERT_TRUE(shift);
  EXPECT_EQ(shift->at, 6U);
  EXPECT_EQ(shift->before, 1);
  EXPECT_EQ(shift->after, 3);
}

TEST(Shift, NeedsVariationAndEnoughValues) {
  EXPECT_FALSE(find_shift(std::vector<double>(kValues, 5.0)));
  EXPECT_FALSE(find_shift(std::vector<double>{1, 1, 1, 1, 1, 9, 9, 9, 9, 9}));
}

}  // namespace
}  // namespace gauntlet::metrics
