#include "sim/cli/man_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gauntlet::sim {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Roff, PrintsWhatIsThere) {
  EXPECT_EQ(roff(R"(--set a\b)"), R"(\-\-set a\eb)");
  EXPECT_EQ(roff("it's \"~^\""), R"(it\(aqs \(dq\(ti\(ha\(dq)");
}

TEST(Roff, TakesNoLineForARequest) {
  EXPECT_EQ(roff(".hlog files"), R"(\&.hlog files)");
  EXPECT_EQ(roff("one\n.two"), "one\n\\&.two");
  EXPECT_EQ(roff("'tis"), R"(\(aqtis)");
}

TEST(Roff, MakesCodeBold) { EXPECT_EQ(roff("under `a-b:` here"), R"(under \fBa\-b:\fR here)"); }

const Option kHelp{.names = {"-h", "--help"}, .about = "Help"};

std::string page(const Option& option) {
  const Option dish{.names = {"DISH"}, .about = "What", .value = "TEXT", .required = true};
  const Command bake{
      .name = "bake", .about = "In it", .options = {kHelp, option}, .positionals = {dish}};
  const Command cook{
      .name = "cook", .about = "Cooks\n\nAnd more.", .options = {kHelp}, .commands = {bake}};
  return man_page(cook, kExitCodes, "1.2");
}

TEST(ManPage, BeginsWithWhatItIs) {
  const std::string text = page({.names = {"--hot"}});
  EXPECT_THAT(text, StartsWith(".TH COOK 1 \"\" \"cook 1.2\""));
  EXPECT_THAT(text, HasSubstr(".SH NAME\ncook \\- Cooks\n"));
  EXPECT_THAT(text, HasSubstr(".SH DESCRIPTION\nAnd more.\n"));
}

TEST(ManPage, ShowsHowToCallACommand) {
  EXPECT_THAT(page({.names = {"--hot"}}),
              HasSubstr("\\fBcook bake\\fR [\\fIOPTION\\fR]... \\fIDISH\\fR\n"));
  EXPECT_THAT(page({.names = {"--by"}, .value = "TEXT", .required = true}),
              HasSubstr("\\fBcook bake\\fR \\fB\\-\\-by\\fR \\fITEXT\\fR \\fIDISH\\fR\n"));
}

TEST(ManPage, SaysAllThatIsKnownOfAnOption) {
  const std::string text = page({.names = {"-b", "--by"},
                                 .about = "With what",
                                 .value = "TEXT",
                                 .choices = {"oven", "fire"},
                                 .fallback = "oven",
                                 .environment = "COOK_BY",
                                 .needs = {"--in"},
                                 .repeatable = true});
  EXPECT_THAT(text,
              HasSubstr(".TP\n\\fB\\-b\\fR, \\fB\\-\\-by\\fR \\fBoven\\fR|\\fBfire\\fR ...\n"
                        "With what. Environment: \\fBCOOK_BY\\fR. Only with \\fB\\-\\-in\\fR. "
                        "Default: \\fBoven\\fR.\n"));
}

TEST(ManPage, SaysWhatIsRequiredAndWhatFreesFromIt) {
  EXPECT_THAT(page({.names = {"--by"}, .about = "By", .value = "TEXT", .required = true}),
              HasSubstr("By. Required.\n"));
  EXPECT_THAT(page({.names = {"--by"},
                    .about = "By",
                    .value = "TEXT",
                    .environment = "COOK_BY",
                    .required = true}),
              HasSubstr("By. Required, unless \\fBCOOK_BY\\fR is set.\n"));
}

TEST(ManPage, TellsWhatEveryCommandHasOnce) {
  const std::string text = page({.names = {"--hot"}});
  const auto first = text.find("\\-\\-help");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(text.find("\\-\\-help", first + 1), std::string::npos);
}

TEST(ManPage, HasNoSectionWithoutContent) {
  EXPECT_THAT(page({.names = {"--hot"}}), Not(HasSubstr("ENVIRONMENT")));
}

}  // namespace
}  // namespace gauntlet::sim
