#include "sim/live/background.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <stop_token>
#include <thread>

namespace gauntlet::sim {
namespace {

int niceness() { return ::getpriority(PRIO_PROCESS, 0); }

TEST(Background, GivesWayWhileItWorksAndLeavesItsCallerAsItWas) {
  const int before = niceness();
  ASSERT_LT(before, 19) << "there is nobody left to give way to";
  int within = before;
  Background work{[&](const std::stop_token&) { within = niceness(); }};
  work.end();
  EXPECT_GT(within, before);
  EXPECT_EQ(niceness(), before);
}

TEST(Background, WorksUntilItIsAskedToEnd) {
  std::latch asked{1};
  std::atomic<bool> ended{false};
  {
    const Background work{[&](const std::stop_token& over) {
      const std::stop_callback ask{over, [&] { asked.count_down(); }};
      asked.wait();
      ended = true;
    }};
  }
  EXPECT_TRUE(ended);
}

TEST(Background, ThrowsWhatTheWorkHasThrown) {
  const auto fail = [](const std::stop_token&) { throw std::runtime_error{"no room left"}; };
  Background at_the_end{fail};
  EXPECT_THROW(at_the_end.end(), std::runtime_error);
  Background on_the_way{fail};
  EXPECT_THROW(
      while (true) {
        on_the_way.ended();
        std::this_thread::yield();
      },
      std::runtime_error);
  EXPECT_TRUE(on_the_way.ended());
}

}  // namespace
}  // namespace gauntlet::sim
