#include "sim/cli/trace_diff.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace gauntlet::sim {
namespace {

std::optional<Parting> part(const std::string& a, const std::string& b) {
  std::istringstream first{a};
  std::istringstream second{b};
  return where_they_part(first, second);
}

TEST(TraceDiff, FindsNothingBetweenEqualTraces) {
  EXPECT_FALSE(part("", ""));
  EXPECT_FALSE(part("a\nb\n", "a\nb\n"));
}

TEST(TraceDiff, FindsTheFirstEventThatDiffers) {
  const auto parting = part("1\n2\n3\n4\n5 of one\n6\n", "1\n2\n3\n4\n5 of the other\n6\n");
  ASSERT_TRUE(parting);
  EXPECT_EQ(in_words(*parting, "a.trace", "b.trace"),
            "The two are the same for 4 events, of which the last are\n"
            "  2\n  3\n  4\n"
            "a.trace goes on\n  5 of one\n  6\n"
            "b.trace goes on\n  5 of the other\n  6\n");
}

TEST(TraceDiff, SaysThatOneEndsBeforeTheOther) {
  const auto parting = part("1\n", "1\n2\n");
  ASSERT_TRUE(parting);
  EXPECT_EQ(in_words(*parting, "a", "b"),
            "The two are the same for 1 event, of which the last are\n  1\na ends here\n"
            "b goes on\n  2\n");
}

TEST(TraceDiff, KnowsAnEventFromOtherLines) {
  for (const char* event :
       {"   0.000000s debug   agent 0: starts", "86400.000300s trace   relay 2: asked",
        R"({"at_s":0.000000,"level":"debug","whom":"agent 0","what":"starts"})"})
    EXPECT_TRUE(is_event(event)) << event;
  for (const char* other : {"", "   ", "name: chatter", R"({"schema":1})", "1.5", "seconds"})
    EXPECT_FALSE(is_event(other)) << other;
}

TEST(TraceDiff, SaysThatNothingIsTheSame) {
  EXPECT_EQ(in_words(*part("x\n", "y\n"), "a", "b"),
            "The two differ from their first event on.\na goes on\n  x\nb goes on\n  y\n");
}

}  // namespace
}  // namespace gauntlet::sim
