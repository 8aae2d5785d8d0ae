// Which cases a user gets, and what is said of a name that is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/conformance/cases/catalogue.hpp"
#include "sim/conformance/csv.hpp"
#include "sim/conformance/selection.hpp"

namespace gauntlet::sim::conformance {
namespace {

TEST(Selection, TakesWhatFitsAndIsNotSkipped) {
  const Selection selection{.only = {"ARC-REG-01", "ARC-ROUTE-0*"}, .skip = {"*-02"}};
  const std::vector<const Case*> taken = selection.of(relay_cases());
  ASSERT_EQ(taken.size(), 9);
  EXPECT_EQ(taken.front()->id, "ARC-REG-01");
  EXPECT_EQ(taken.back()->id, "ARC-ROUTE-09");
}

TEST(Selection, KnowsWhichOfItsNamesIsNone) {
  const Selection good{.only = {"ARC-REG-01"}, .skip = {"ARENA-*"}, .level = Level::must};
  EXPECT_EQ(good.unknown(relay_cases()), std::nullopt);
  const Selection bad{.only = {"ARC-REG-01", "ARC-ROUT-*"}};
  EXPECT_EQ(bad.unknown(relay_cases()), "ARC-ROUT-*");
  EXPECT_EQ(meant_by("ARC-ROUT-*", relay_cases()), "ARC-ROUTE-*");
  EXPECT_EQ(meant_by("something else", relay_cases()), "");
}

TEST(Csv, HasNoByteOrderMarkInItsHeader) {
  const Csv csv = parse_csv("\xEF\xBB\xBFround,nickname\r\n1,\"a, \"\"b\"\"\"\r\n");
  EXPECT_EQ(csv.header(), "round,nickname");
  ASSERT_TRUE(csv.find({{"round", "1"}}));
  EXPECT_EQ(csv.find({{"round", "1"}})->at("nickname"), "a, \"b\"");
}

}  // namespace
}  // namespace gauntlet::sim::conformance
