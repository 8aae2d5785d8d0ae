// What the scripts do is seen in an end-to-end test, by the shells themselves; here is how they
// quote.
#include "sim/cli/completion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gauntlet::sim {
namespace {

using testing::HasSubstr;
using testing::Not;

Command bake(const std::string& about) {
  const Option dish{.names = {"DISH"}, .about = "What", .value = "TEXT", .repeatable = true};
  const Option by{
      .names = {"-b", "--by"}, .about = about, .value = "TEXT", .choices = {"oven", "fire"}};
  return {.name = "cook",
          .commands = {{.name = "bake", .about = about, .options = {by}, .positionals = {dish}}}};
}

TEST(BashCompletion, TellsOptionsPositionalsAndChoicesByCommand) {
  const std::string script = bash_completion(bake("In the oven"));
  EXPECT_THAT(script, HasSubstr("'cook bake')\n"
                                "      commands=()\n"
                                "      options=(-b --by)\n"
                                "      valued=(-b --by)\n"
                                "      positionals=(DISH...) ;;\n"));
  EXPECT_THAT(script, HasSubstr("'cook bake --by') _cook_words 'oven fire' ;;\n"));
  EXPECT_THAT(script, Not(HasSubstr("NAME")));
}

TEST(ZshCompletion, OffersAnOptionOnceUnderEachOfItsNames) {
  const std::string script = zsh_completion(bake("With"));
  EXPECT_THAT(script, HasSubstr("'(-b --by)-b+[With]:TEXT:(oven fire)'"));
  EXPECT_THAT(script, HasSubstr("'(-b --by)--by=[With]:TEXT:(oven fire)'"));
}

TEST(ZshCompletion, TakesNoDescriptionForSyntax) {
  const std::string script = zsh_completion(bake("It's [hot]: mind `fingers`"));
  EXPECT_THAT(script, HasSubstr(R"('bake:It'\''s [hot]: mind `fingers`')"));
  EXPECT_THAT(script, HasSubstr(R"([It'\''s \[hot\]\: mind `fingers`]:TEXT)"));
}

TEST(FishCompletion, TakesNoDescriptionForSyntax) {
  EXPECT_THAT(fish_completion(bake(R"(It's C:\ $HOME)")), HasSubstr(R"(-d 'It\'s C:\\ $HOME')"));
}

TEST(Completion, OffersFilesWhereAnyWillDo) {
  const Command cook{
      .name = "cook",
      .options = {{.names = {"--to"}, .about = "To", .value = "FILE", .paths = Paths::files}}};
  EXPECT_THAT(bash_completion(cook), HasSubstr("'cook --to') _cook_files ;;"));
  EXPECT_THAT(zsh_completion(cook), HasSubstr("'(--to)--to=[To]:FILE:_files'"));
  EXPECT_THAT(fish_completion(cook), HasSubstr("-l to -x -a '(__cook_files)' -d 'To'"));
}

TEST(Completion, DescribesACommandInOneLine) {
  for (const Shell& shell : kShells)
    EXPECT_THAT(shell.completion(bake("First\nsecond")), Not(HasSubstr("second"))) << shell.name;
}

}  // namespace
}  // namespace gauntlet::sim
