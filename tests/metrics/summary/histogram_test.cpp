#include "metrics/summary/histogram.hpp"

#include <atomic>
#include <cmath>
#include <thread>

#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/random.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

std::vector<Duration> drawn(const Distribution& distribution, int count, std::uint64_t key) {
  Stream random{key};
  std::vector<Duration> all;
  for (int i = 0; i < count; ++i) all.push_back(draw(distribution, random));
  return all;
}

void record_all(Histogram& histogram, const std::vector<Duration>& samples) {
  for (const Duration sample : samples) histogram.record(sample);
}

void expect_equal(const Histogram& a, const Histogram& b) {
  for (std::size_t i = 0; i < Histogram::bucket_count(); ++i)
    ASSERT_EQ(a.bucket(i), b.bucket(i)) << i;
  EXPECT_EQ(a.count(), b.count());
  EXPECT_EQ(a.sum_ns(), b.sum_ns());
  EXPECT_EQ(a.clamped(), b.clamped());
  EXPECT_EQ(a.min(), b.min());
  EXPECT_EQ(a.max(), b.max());
}

struct Shape {
  const char* name;
  Distribution distribution;
};
void PrintTo(const Shape& shape, std::ostream* os) { *os << shape.name; }

class HistogramOf : public testing::TestWithParam<Shape> {};

TEST_P(HistogramOf, HasEveryQuantileWithinOneInAThousandOfTheSortedSamples) {
  auto samples = drawn(GetParam().distribution, 20'000, 7);
  Histogram histogram;
  record_all(histogram, samples);
  std::sort(samples.begin(), samples.end());

  for (int permille = 1; permille <= 1000; ++permille) {
    const auto rank = static_cast<std::size_t>(permille) * samples.size() / 1000;  // exact: 20 each
    const auto want = static_cast<double>(samples[rank - 1].count());
    const auto got = static_cast<double>(histogram.quantile(permille / 1000.0).count());
    ASSERT_GE(got, want) << permille;
    ASSERT_LE(got, want * 1.001) << permille;
  }
  EXPECT_EQ(histogram.min(), samples.front());
  EXPECT_EQ(histogram.max(), samples.back());
  Duration sum{};
  for (const Duration sample : samples) sum += sample;
  EXPECT_EQ(histogram.mean(), sum / samples.size());
}

INSTANTIATE_TEST_SUITE_P(, HistogramOf,
                         testing::Values(Shape{"Nanoseconds", Uniform{0ns, 3us}},
                                         Shape{"Loopback", LogNormal{80us, 2ms}},
                                         Shape{"Models", LogNormal{200ms, 9s}},
                                         Shape{"EveryMagnitude", Uniform{0ns, 1h}},
                                         Shape{"OneValue", Constant{123'456'789ns}}),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Histogram, HasNothingOutsideOfWhatIsOccupied) {
  Histogram histogram;
  EXPECT_EQ(histogram.occupied().begin, histogram.occupied().end);
  for (const Duration value : {Duration{0}, Duration{5ms}, Duration{3h}}) {
    histogram.record(value);
    const auto [begin, end] = histogram.occupied();
    for (std::size_t i = 0; i < Histogram::bucket_count(); ++i)
      EXPECT_TRUE(histogram.bucket(i) == 0 || (begin <= i && i < end)) << i;
  }
}

TEST(Histogram, IsExactBelowTwoThousandFortyEightNanoseconds) {
  for (std::uint64_t ns = 0; ns < 2048; ++ns)
    ASSERT_EQ(Histogram::bucket_top_ns(Histogram::bucket_of(ns)), ns);
}

TEST(Histogram, HasBucketsThatMeetWithoutGapOrOverlap) {
  for (std::size_t i = 0; i + 1 < Histogram::bucket_of(Histogram::kHighestNs); ++i) {
    ASSERT_EQ(Histogram::bucket_of(Histogram::bucket_top_ns(i)), i);
    ASSERT_EQ(Histogram::bucket_of(Histogram::bucket_top_ns(i) + 1), i + 1);
  }
}

TEST(Histogram, IsTheSameWhetherRecordedWholeOrMergedFromPartsInAnyOrder) {
  const auto left = drawn(LogNormal{1ms, 80ms}, 5'000, 1);
  const auto right = drawn(Uniform{0ns, 2h}, 5'000, 2);
  Histogram whole;
  Histogram a;
  Histogram b;
  for (Histogram* histogram : {&whole, &a}) record_all(*histogram, left);
  for (Histogram* histogram : {&whole, &b}) record_all(*histogram, right);

  Histogram ab;
  ab.merge(a);
  ab.merge(b);
  Histogram ba;
  ba.merge(b);
  ba.merge(a);
  expect_equal(ab, whole);
  expect_equal(ba, whole);
}

TEST(Histogram, IsUnchangedByMergingAnEmptyOne) {
  Histogram histogram;
  histogram.record(5ms);
  histogram.merge(Histogram{});
  EXPECT_EQ(histogram.count(), 1U);
  EXPECT_EQ(histogram.min(), 5ms);
}

TEST(Histogram, IsAllZeroesWhileEmpty) {
  const Histogram empty;
  EXPECT_EQ(empty.count(), 0U);
  EXPECT_EQ(empty.min(), 0ns);
  EXPECT_EQ(empty.max(), 0ns);
  EXPECT_EQ(empty.mean(), 0ns);
  EXPECT_EQ(empty.quantile(0.99), 0ns);
  EXPECT_EQ(empty.count_at_most(1h), 0U);
}

TEST(Histogram, CountsLongerValuesAsOneHourAndSaysSo) {
  Histogram histogram;
  histogram.record(1h);
  EXPECT_EQ(histogram.clamped(), 0U);
  histogram.record(1h + 1ns);
  histogram.record(Duration::max());
  EXPECT_EQ(histogram.clamped(), 2U);
  EXPECT_EQ(histogram.count(), 3U);
  EXPECT_EQ(histogram.max(), 1h);
  EXPECT_EQ(histogram.quantile(1), 1h);
  EXPECT_EQ(histogram.count_at_most(Duration::max()), 3U);
}

TEST(Histogram, TakesNoNegativeValue) {
  Histogram histogram;
  histogram.record(-1ns);
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.count_at_most(-1ns), 0U);
}

TEST(Histogram, CoversTheFractionDespiteBinaryRounding) {
  Histogram histogram;
  for (int us = 1; us <= 100; ++us) histogram.record(Duration{us});
  EXPECT_EQ(histogram.quantile(0.55), 55ns);
  EXPECT_EQ(histogram.quantile(0.001), 1ns);
  EXPECT_EQ(histogram.quantile(1), 100ns);
}

TEST(Histogram, CountsTheSamplesAtMostALimit) {
  Histogram histogram;
  for (int ms = 1; ms <= 10; ++ms) histogram.record(std::chrono::milliseconds{ms});
  EXPECT_EQ(histogram.count_at_most(0ns), 0U);
  EXPECT_EQ(histogram.count_at_most(4ms), 4U);
  EXPECT_EQ(histogram.count_at_most(10ms), 10U);
}

TEST(Histogram, MayBeMergedWhileItsWriterIsAtWork) {
  constexpr std::uint64_t kSamples = 200'000;
  Histogram written;
  std::atomic<bool> done{false};
  std::thread writer{[&] {
    for (std::uint64_t i = 0; i < kSamples; ++i)
      written.record(Duration{static_cast<int>(i % 5000)});
    done = true;
  }};

  std::uint64_t before = 0;
  while (!done) {
    Histogram seen;
    seen.merge(written);
    EXPECT_GE(seen.count(), before);
    EXPECT_LE(seen.count(), kSamples);
    EXPECT_EQ(seen.count_at_most(1h), seen.count());
    before = seen.count();
  }
  writer.join();
  Histogram whole;
  whole.merge(written);
  EXPECT_EQ(whole.count(), kSamples);
}

}  // namespace
}  // namespace gauntlet::metrics
