#include "sim/cli/help.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gauntlet::sim {
namespace {

TEST(Help, SaysBesideAnOptionWhatItDoes) {
  EXPECT_EQ(help_of(Option{.names = {"-o", "--oven"}, .about = "Which", .value = "NAME"}),
            "  -o, --oven NAME         Which\n");
  EXPECT_EQ(help_of(Option{.names = {"--hot"}, .about = "With pepper"}),
            "  --hot                   With pepper\n");
  EXPECT_EQ(help_of(Command{.name = "bake", .about = "In the oven"}),
            "  bake                    In the oven\n");
}

TEST(Help, SaysWhatAnExitCodeMeans) {
  EXPECT_EQ(help_of(ExitSentence{ExitCode::usage, "nothing to cook"}), "  2   nothing to cook\n");
}

TEST(Help, NamesAPositionalOnce) {
  EXPECT_EQ(help_of(Option{.names = {"DISH"}, .about = "What", .value = "TEXT", .required = true}),
            "  DISH                    What; required\n");
}

TEST(Help, SaysWhatElseAValueMayBeAndComeFrom) {
  EXPECT_EQ(help_of(Option{.names = {"--by"},
                           .about = "With",
                           .value = "TEXT",
                           .choices = {"oven", "fire"},
                           .fallback = "oven",
                           .environment = "COOK_BY",
                           .required = true,
                           .repeatable = true}),
            "  --by oven|fire ...      With (oven); or $COOK_BY; required\n");
}

TEST(Help, BreaksWhatIsLongBetweenWords) {
  EXPECT_EQ(help_of(Option{.names = {"--temperature"},
                           .about = "As hot as it may become while nobody is looking, in degrees "
                                    "of whichever scale",
                           .value = "DEGREES"}),
            "  --temperature DEGREES   As hot as it may become while nobody is looking, in\n"
            "                          degrees of whichever scale\n");
  EXPECT_EQ(help_of(Option{.names = {"--a-long-name-of-its-own"}, .about = "Why", .value = "TEXT"}),
            "  --a-long-name-of-its-own TEXT\n"
            "                          Why\n");
}

}  // namespace
}  // namespace gauntlet::sim
