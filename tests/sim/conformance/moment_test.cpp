#include "sim/conformance/moment.hpp"

#include <gtest/gtest.h>

namespace gauntlet::sim::conformance {
namespace {

TEST(Moment, ReadsOneTimeInEveryForm) {
  for (const char* same : {"2026-01-31T23:59:59.500Z", "2026-01-31 23:59:59.500000+00",
                           "2026-02-01T01:59:59.5+02:00", "2026-01-31T20:29:59.5-0330"}) {
    const std::optional<Moment> moment = moment_in(same);
    ASSERT_TRUE(moment) << same;
    EXPECT_EQ(moment->form, Moment::Form::zoned) << same;
    EXPECT_DOUBLE_EQ(moment->value, 1769903999500) << same;
  }
  EXPECT_DOUBLE_EQ(moment_in("2026-01-31 23:59").value().value, 1769903940000);
}

TEST(Moment, ReadsUnixTime) {
  EXPECT_DOUBLE_EQ(moment_in("1769903999500").value().value, 1769903999500);
  EXPECT_DOUBLE_EQ(moment_in("1769903999.5").value().value, 1769903999.5);
}

TEST(Moment, IsNoneInAnythingElse) {
  for (const char* none : {"", "0", "17", "nan", "null", "soon", "2026-01-31", "2026-02-30T00:00Z",
                           "2026-01-31T23:59:59Z or so", "12:30"})
    EXPECT_FALSE(moment_in(none)) << none;
}

TEST(Moment, IsComparedWithOneOfTheSameForm) {
  const auto ordered = [](const char* first, const char* second) {
    return in_order(moment_in(first), moment_in(second));
  };
  EXPECT_EQ(ordered("1769903999", "1769904000"), true);
  EXPECT_EQ(ordered("1769903999", "1769903999"), true);
  EXPECT_EQ(ordered("2026-01-31T23:59:59Z", "2026-02-01T00:30+01:00"), false);
  EXPECT_EQ(ordered("2026-01-31T23:59:59Z", "2026-02-01 00:30"), std::nullopt);
  EXPECT_EQ(ordered("2026-01-31T23:59:59Z", ""), std::nullopt);
}

}  // namespace
}  // namespace gauntlet::sim::conformance
