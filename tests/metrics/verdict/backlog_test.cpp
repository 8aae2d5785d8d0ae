#include "metrics/verdict/backlog.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "scenarios/terms/distribution.hpp"
#include "tests/metrics/verdict/made_intervals.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

TEST(Backlog, IsWhatGrowsInAnOverloadedLine) {
  // 4 % more comes than is served: at t the line is 0.04 t long, in seconds.
  const auto backlog = find_backlog(made_intervals(
      10s, [](Duration at) { return 5ms + std::chrono::duration_cast<Duration>(at * 0.04); }));
  ASSERT_TRUE(backlog);
  EXPECT_EQ(backlog->series, "relay.delivery");
  EXPECT_NEAR(backlog->growth, 0.04, 0.001);
  EXPECT_GT(backlog->last, backlog->first);
}

TEST(Backlog, IsNoneWhenTheLatencyStaysWhereItIs) {
  EXPECT_FALSE(find_backlog(made_intervals(10s, [](Duration) { return 5ms; })));
}

TEST(Backlog, IsNoneWhenTheLatencyFalls) {
  EXPECT_FALSE(find_backlog(made_intervals(
      10s, [](Duration at) { return 1s - std::chrono::duration_cast<Duration>(at * 0.05); })));
}

TEST(Backlog, IsNoneWhenTheGrowthIsLostInTheTolerance) {
  EXPECT_FALSE(find_backlog(made_intervals(
      10s, [](Duration at) { return 5ms + std::chrono::duration_cast<Duration>(at * 0.005); })));
}

TEST(Backlog, IsNotTakenFromNoise) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    Stream random{seed};
    if (find_backlog(made_intervals(10s, [&](Duration) {
          return draw(LogNormal{500ms, 5s}, random);
        })))
      ++found;
  }
  EXPECT_LE(found, 5) << "of 1,000 runs whose latency only jumps about";
}

TEST(Backlog, IsNotReadFromAFewPoints) {
  Intervals intervals = made_intervals(
      10s, [](Duration at) { return std::chrono::duration_cast<Duration>(at * 0.5); });
  intervals.measured.resize(9);
  EXPECT_FALSE(find_backlog(intervals));
}

}  // namespace
}  // namespace gauntlet::metrics
