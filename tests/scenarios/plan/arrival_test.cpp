#include "scenarios/model/arrival.hpp"

#include <gtest/gtest.h>

#include "scenarios/terms/duration_max.hpp"

namespace gauntlet::scenarios {
namespace {

using namespace std::chrono_literals;

TEST(Arrive, SpreadsACrowdOverATimeOrAtARate) {
  EXPECT_EQ(arrival_of({.over = 2s}, 0, 4), at(0s));
  EXPECT_EQ(arrival_of({.over = 2s}, 3, 4), at(1500ms));
  EXPECT_EQ(arrival_of({.over = 3000h}, 999, 1000), at(2997h)) << "beyond 64 bits of nanoseconds";
  EXPECT_EQ(arrival_of({.at = 1s, .rate = Rate{10}}, 5, 100), at(1500ms));
  EXPECT_EQ(arrival_of({.at = 1s}, 99, 100), at(1s));
  EXPECT_EQ(arrival_of({.rate = Rate{1e-9}}, 1, 2), at(kDurationMax));
}

}  // namespace
}  // namespace gauntlet::scenarios
