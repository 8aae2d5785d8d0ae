#include "sim/session/deadline_queue.hpp"

#include <gtest/gtest.h>

#include <map>

#include "scenarios/terms/random.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

TEST(DeadlineQueue, GivesEqualDeadlinesInTheOrderOfTheirNumbers) {
  DeadlineQueue queue{4};
  for (const std::uint32_t number : {3U, 0U, 2U, 1U}) queue.set(number, at(1s));
  for (std::uint32_t number = 0; number < 4; ++number) EXPECT_EQ(queue.take_due(at(1s)), number);
  EXPECT_EQ(queue.take_due(at(1s)), std::nullopt);
}

TEST(DeadlineQueue, GivesNothingBeforeItsTime) {
  DeadlineQueue queue{1};
  queue.set(0, at(2s));
  EXPECT_EQ(queue.take_due(at(2s) - 1ns), std::nullopt);
  EXPECT_EQ(queue.next(), at(2s));
  EXPECT_EQ(queue.take_due(at(2s)), 0);
}

// Against a sorted map, through thousands of random moves.
TEST(DeadlineQueue, AgreesWithASortedOracle) {
  constexpr std::uint32_t kSize = 50;
  DeadlineQueue queue{kSize};
  std::map<std::uint32_t, Instant> oracle;
  Stream random{1};
  Instant now{};
  for (int step = 0; step < 20'000; ++step) {
    const auto number = static_cast<std::uint32_t>(random.below(kSize));
    if (random.chance(0.7)) {
      const Instant due = now + std::chrono::milliseconds{random.below(20)};
      queue.set(number, due);
      oracle[number] = due;
    } else if (random.chance(0.3)) {
      queue.set(number, std::nullopt);
      oracle.erase(number);
    } else {
      now += 1ms;
      std::optional<std::uint32_t> want;
      for (const auto& [n, due] : oracle)
        if (due <= now && (!want || due < oracle[*want])) want = n;
      ASSERT_EQ(queue.take_due(now), want);
      if (want) oracle.erase(*want);
    }
  }
}

}  // namespace
}  // namespace gauntlet::sim
