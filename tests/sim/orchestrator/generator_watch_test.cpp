#include "sim/orchestrator/generator_watch.hpp"

#include <gtest/gtest.h>

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

TEST(ShareOf, IsThatOfTheGrowth) { EXPECT_DOUBLE_EQ(share_of(2s, 3s, 3500ms), 0.25); }

TEST(ShareOf, IsAtMostAllOfIt) { EXPECT_EQ(share_of(2s, 0s, 5s), 1); }

TEST(ShareOf, IsNothingWhereTheSecondLookFoundNothing) { EXPECT_EQ(share_of(2s, 400ms, 0s), 0); }

TEST(ShareOf, IsNothingOfNoTime) { EXPECT_EQ(share_of(0s, 0s, 1s), 0); }

}  // namespace
}  // namespace gauntlet::sim
