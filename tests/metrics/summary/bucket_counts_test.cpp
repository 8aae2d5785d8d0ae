#include "metrics/summary/bucket_counts.hpp"

#include <gtest/gtest.h>

#include "scenarios/terms/distribution.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

void record(Histogram& histogram, int samples, std::uint64_t seed) {
  Stream random{seed};
  for (int i = 0; i < samples; ++i) histogram.record(draw(LogNormal{1ms, 90ms}, random));
}

TEST(BucketCounts, HaveTheQuantilesOfTheirHistogram) {
  Histogram histogram;
  record(histogram, 10'000, 1);
  const BucketCounts counts{histogram};
  EXPECT_EQ(counts.count(), 10'000U);
  for (const double fraction : {0.001, 0.5, 0.9, 0.99, 0.999})
    EXPECT_EQ(counts.quantile(fraction), histogram.quantile(fraction)) << fraction;
  EXPECT_NEAR(seconds(counts.mean()), seconds(histogram.mean()), 0.001 * seconds(histogram.mean()));
  EXPECT_NEAR(seconds(counts.max()), seconds(histogram.max()), 0.001 * seconds(histogram.max()));
}

TEST(BucketCounts, OfNothingAreZero) {
  const BucketCounts counts{Histogram{}};
  EXPECT_TRUE(counts.empty());
  EXPECT_EQ(counts.count(), 0U);
  EXPECT_EQ(counts.quantile(0.99), 0ns);
  EXPECT_EQ(counts.mean(), 0ns);
  EXPECT_EQ(counts.max(), 0ns);
}

TEST(BucketCounts, OfTwoHistogramsMergeToThoseOfTheirMerge) {
  Histogram first;
  Histogram second;
  record(first, 5'000, 1);
  record(second, 7'000, 2);
  BucketCounts merged{first};
  merged.merge(BucketCounts{second});
  first.merge(second);
  EXPECT_EQ(merged, BucketCounts{first});
}

TEST(BucketCounts, SinceAnEarlierLookAreWhatCameBetween) {
  Histogram histogram;
  record(histogram, 5'000, 1);
  const BucketCounts before{histogram};
  Histogram between;
  record(between, 3'000, 2);
  histogram.merge(between);
  EXPECT_EQ(BucketCounts{histogram}.since(before), BucketCounts{between});
}

}  // namespace
}  // namespace gauntlet::metrics
