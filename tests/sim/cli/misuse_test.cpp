// What a command line that cannot be used is answered with.
#include "sim/cli/misuse.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace gauntlet::sim {
namespace {

std::string answer_to(std::vector<std::string> words) {
  CLI::App app{"", "gauntlet"};
  app.require_subcommand(1);
  CLI::App* run = app.add_subcommand("run");
  std::string file;
  int seed = 0;
  run->add_option("FILE", file)->required();
  run->add_option("--seed,-s", seed);
  app.add_subcommand("serve")->require_subcommand(1)->add_subcommand("relay");
  std::ranges::reverse(words);  // as CLI11 wants them
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return misuse(app, error);
  }
  return "";
}

TEST(Misuse, NamesTheOptionThatWasMeantAheadOfWhatIsMissing) {
  EXPECT_EQ(answer_to({"run", "--sed", "3"}),
            "gauntlet run: there is no option `--sed`\n  fix: did you mean `--seed`?");
  EXPECT_EQ(answer_to({"run", "a.yaml", "--sed=3"}),
            "gauntlet run: there is no option `--sed=3`\n  fix: did you mean `--seed`?");
  EXPECT_EQ(answer_to({"run", "a.yaml", "--frobnicate"}),
            "gauntlet run: there is no option `--frobnicate`\n  fix: see `gauntlet run --help`");
}

TEST(Misuse, NamesTheWordThatIsTooMany) {
  EXPECT_EQ(answer_to({"run", "a.yaml", "b.yaml"}),
            "gauntlet run: `b.yaml` is one word more than can be used\n"
            "  fix: see `gauntlet run --help`");
  EXPECT_EQ(answer_to({"run", "a.yaml", "-1"}),
            "gauntlet run: `-1` is one word more than can be used\n"
            "  fix: see `gauntlet run --help`");
}

TEST(Misuse, SaysWhatIsMissing) {
  EXPECT_EQ(answer_to({"run"}), "gauntlet run: FILE is required\n  fix: see `gauntlet run --help`");
  EXPECT_EQ(answer_to({}), "gauntlet: a command is missing\n  fix: one of run or serve");
  EXPECT_EQ(answer_to({"serve"}), "gauntlet serve: a command is missing\n  fix: one of relay");
}

}  // namespace
}  // namespace gauntlet::sim
