#include "scenarios/terms/nearest.hpp"

#include <gtest/gtest.h>

namespace gauntlet {
namespace {

TEST(Nearest, FindsTheWordThatWasMeant) {
  const std::vector<std::string> known{"agents", "participants", "observers", "voters"};
  EXPECT_EQ(nearest("agent", known), "agents");
  EXPECT_EQ(nearest("agnets", known), "agents") << "a swap of neighbours is one mistake";
  EXPECT_EQ(nearest("particpants", known), "participants");
  EXPECT_EQ(nearest("thresholds", known), "") << "nothing is close";
  EXPECT_EQ(nearest(std::string(1000, 'a'), known), "");
}

TEST(AnyOf, ListsAsPeopleDo) {
  EXPECT_EQ(any_of({"a"}), "a");
  EXPECT_EQ(any_of({"a", "b"}), "a or b");
  EXPECT_EQ(any_of({"a", "b", "c"}), "a, b or c");
}

}  // namespace
}  // namespace gauntlet
