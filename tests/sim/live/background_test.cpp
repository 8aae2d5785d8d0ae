#include "sim/live/background.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <stdexcept>

namespace gauntlet::sim {
namespace {

int niceness() { return ::getpriority(PRIO_PROCESS, 0); }

TEST(Background, GivesWayWhileItWorksAndLeavesItsCallerAsItWas) {
  const int before = niceness();
  ASSERT_LT(before, 19) << "there is nobody left to give way to";
  int within = before;
  in_background([&] { within = niceness(); });
  EXPECT_GT(within, before);
  EXPECT_EQ(niceness(), before);
}

TEST(Background, ThrowsWhatTheWorkThrows) {
  EXPECT_THROW(in_background([] { throw std::runtime_error{"no room left"}; }), std::runtime_error);
}

}  // namespace
}  // namespace gauntlet::sim
