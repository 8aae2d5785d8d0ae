#include "metrics/verdict/correctness.hpp"

#include <gtest/gtest.h>

namespace gauntlet::metrics {
namespace {

CaseTwice played(bool idle, bool loaded) {
  return {.id = "T-01",
          .level = "must",
          .does = "it",
          .clause = "",
          .idle = {.verdict = idle ? "pass" : "fail", .holds = idle},
          .loaded = {.verdict = loaded ? "pass" : "fail", .holds = loaded}};
}

TEST(Correctness, IsTwoClaimsOfTheVerdict) {
  const Correctness all{.subject = "relay",
                        .cases = {played(true, true), played(true, false), played(true, true)}};
  const auto judged = judge(all);
  ASSERT_EQ(judged.size(), 2);
  EXPECT_EQ(judged[0].text, "conformance of the relay idle");
  EXPECT_TRUE(judged[0].met);
  EXPECT_EQ(judged[0].value, "3 of 3");
  EXPECT_EQ(judged[1].text, "conformance of the relay under load");
  EXPECT_FALSE(judged[1].met);
  EXPECT_EQ(judged[1].value, "2 of 3");
}

TEST(Correctness, IsNotMetByNoCase) {
  for (const Judged& judged : judge(Correctness{.subject = "relay"})) {
    EXPECT_FALSE(judged.met) << judged.text;
    EXPECT_FALSE(judged.measured) << judged.text;
  }
}

TEST(Correctness, IsWorseUnderLoadOnlyWhereItWasGoodIdle) {
  EXPECT_TRUE(played(true, false).worse_under_load());
  EXPECT_FALSE(played(false, false).worse_under_load());
  EXPECT_FALSE(played(false, true).worse_under_load());
  EXPECT_FALSE(played(false, true).holds());
}

}  // namespace
}  // namespace gauntlet::metrics
