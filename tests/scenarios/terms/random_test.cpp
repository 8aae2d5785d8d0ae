#include "scenarios/terms/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace gauntlet {
namespace {

// Another machine, compiler or release must draw the same, or no seed means anything.
TEST(Stream, DrawsTheNumbersOfSplitMix64) {
  Stream stream{0};
  // @source The first outputs of the reference implementation for seed 0.
  EXPECT_EQ(stream.next(), 0xE220A8397B1DCDAFULL);
  EXPECT_EQ(stream.next(), 0x6E789E6AA1B965F4ULL);
  EXPECT_EQ(stream.next(), 0x06C45D188009454FULL);
}

TEST(Stream, OfAnotherSeedActorPurposeOrIndexIsAnother) {
  std::set<std::uint64_t> firsts;
  for (const std::uint64_t seed : {1, 2})
    for (const std::uint64_t actor : {0, 1, 2})
      for (const Purpose purpose : {Purpose::arrival, Purpose::answers})
        for (const std::uint32_t index : {0U, 1U})
          firsts.insert(Stream{seed, actor, purpose, index}.next());
  EXPECT_EQ(firsts.size(), 24);
}

TEST(Stream, DrawsEveryNumberBelowABoundEquallyOften) {
  Stream stream{3};
  std::array<int, 7> seen{};
  for (int i = 0; i < 70'000; ++i) ++seen[stream.below(7)];
  for (const int count : seen) EXPECT_NEAR(count, 10'000, 400);
}

TEST(Stream, DrawsUnitsFromZeroToBelowOne) {
  Stream stream{4};
  double low = 1;
  double high = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double unit = stream.unit();
    low = std::min(low, unit);
    high = std::max(high, unit);
  }
  EXPECT_GE(low, 0);
  EXPECT_LT(high, 1);
  EXPECT_LT(low, 0.001);
  EXPECT_GT(high, 0.999);
}

TEST(KeyOf, MindsTheOrderOfItsParts) {
  EXPECT_NE(key_of(1, 2, 3), key_of(1, 3, 2));
  EXPECT_EQ(key_of(1, 2, 3), key_of(1, 2, 3));
}

}  // namespace
}  // namespace gauntlet
