#include "sim/target/http_answer.hpp"

#include <gtest/gtest.h>

#include "sim/target/wall_clock.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

TEST(Query, GivesTheFirstValueOfAKeyDecoded) {
  EXPECT_EQ(query_value("token=a&token=b", "token"), "a");
  EXPECT_EQ(query_value("x=1&token=%74ok%5f1+2", "token"), "tok_1 2");
  EXPECT_EQ(query_value("%74oken=1", "token"), "1");
  EXPECT_EQ(query_value("token", "token"), "");
  EXPECT_EQ(query_value("token=a=b", "token"), "a=b");
  EXPECT_EQ(query_value("&&=&token=1&", "token"), "1");
}

TEST(Query, HasNothingUnderAKeyThatIsNotThere) {
  EXPECT_EQ(query_value("", "token"), std::nullopt);
  EXPECT_EQ(query_value("tokens=1&my_token=2", "token"), std::nullopt);
}

TEST(Query, KeepsAPercentSignThatEscapesNothing) {
  EXPECT_EQ(query_value("token=%&x", "token"), "%");
  EXPECT_EQ(query_value("token=%4", "token"), "%4");
  EXPECT_EQ(query_value("token=%zz%41", "token"), "%zzA");
}

TEST(Refusal, IsJsonWhateverItSays) {
  EXPECT_EQ(refusal(400, "bad", "say \"x\"\n").body, R"({"error":"bad","message":"say \"x\"\n"})");
}

TEST(WallClock, MovesWithMachineTimeFromTheEpochItWasGiven) {
  const WallClock clock{1'709'164'799'999};  // a millisecond before a leap day
  EXPECT_EQ(clock.iso(at(0s)), "2024-02-28T23:59:59.999Z");
  EXPECT_EQ(clock.iso(at(1ms)), "2024-02-29T00:00:00.000Z");
  EXPECT_EQ(clock.unix_ms(at(1500us)), 1'709'164'800'000);
  EXPECT_EQ(WallClock{0}.iso(at(0s)), "1970-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace gauntlet::sim
