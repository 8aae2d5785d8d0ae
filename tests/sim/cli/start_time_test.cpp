#include "sim/cli/start_time.hpp"

#include <gtest/gtest.h>

namespace gauntlet::sim {
namespace {

TEST(StartTime, IsAMomentInUtcOrSecondsSince1970) {
  const auto in_words = parse_start("2026-11-27T14:30:00Z");
  const auto in_seconds = parse_start("1795789800");
  ASSERT_TRUE(in_words);
  ASSERT_TRUE(in_seconds);
  EXPECT_EQ(in_words.value(), in_seconds.value());
}

TEST(StartTime, IsRefusedWithHowItIsWritten) {
  for (const char* text : {"", "14:30", "2026-11-27T14:30:00", "2026-11-27T14:30:00Z.", "-5",
                           "soon", "1795789800000"}) {
    const auto moment = parse_start(text);
    ASSERT_FALSE(moment) << text;
    EXPECT_NE(moment.error().fix.find("2026-01-31T14:30:00Z"), std::string::npos);
  }
}

TEST(StartTime, NamesTheRunTheSameEverywhereAndAnotherRunOtherwise) {
  const auto start = parse_start("1795789800").value();
  EXPECT_EQ(name_of_run(7, start), name_of_run(7, start));
  EXPECT_EQ(name_of_run(7, start).size(), 8U);
  EXPECT_NE(name_of_run(7, start), name_of_run(8, start));
  EXPECT_NE(name_of_run(7, start), name_of_run(7, start + std::chrono::seconds{1}));
}

}  // namespace
}  // namespace gauntlet::sim
