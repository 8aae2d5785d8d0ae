#include "sim/live/blocked_sends.hpp"

#include <gtest/gtest.h>

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

TEST(BlockedSends, AreTheTargetsWhenItsWindowIsFull) {
  const SendState full{.in_flight_bytes = 64'000, .window_bytes = 65'000, .segment_bytes = 1'448};
  EXPECT_TRUE(target_was_full(full, std::nullopt, 1ms));
}

TEST(BlockedSends, AreTheTargetsWhenItHeldTheSenderUpForHalfOfTheWait) {
  const SendState began{.in_flight_bytes = 1'000, .window_bytes = 65'000, .segment_bytes = 1'448};
  SendState ended = began;
  ended.window_closed = 50ms;
  EXPECT_TRUE(target_was_full(began, ended, 100ms));
  EXPECT_FALSE(target_was_full(began, ended, 101ms));
}

TEST(BlockedSends, AreOurOwnWhenTheTargetHadRoom) {
  const SendState began{.in_flight_bytes = 1'000, .window_bytes = 65'000, .segment_bytes = 1'448};
  EXPECT_FALSE(target_was_full(began, began, 1s));
  EXPECT_FALSE(target_was_full(began, std::nullopt, 1s));
}

}  // namespace
}  // namespace gauntlet::sim
