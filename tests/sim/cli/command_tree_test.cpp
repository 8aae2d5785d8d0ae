#include "sim/cli/command_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/cli/read_app.hpp"

namespace gauntlet::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(AllCommands, NamesEachByTheWordsThatLeadToIt) {
  const Command root{
      .name = "cook",
      .commands = {{.name = "bake", .commands = {{.name = "bread"}}}, {.name = "fry"}}};
  std::vector<std::string> paths;
  for (const PlacedCommand& placed : all_commands(root)) paths.push_back(placed.path);
  EXPECT_THAT(paths, ElementsAre("cook", "cook bake", "cook bake bread", "cook fry"));
}

struct Kitchen : testing::Test {
  CLI::App app{"Cooks", "cook"};
  std::string text;
  std::vector<std::string> texts;
  double number{0.5};
  bool flag{false};

  Option only_option() {
    app.set_help_flag();
    return read_app(app).options.at(0);
  }
};

TEST_F(Kitchen, AnOptionIsReadWithAllThatHelpShows) {
  text = "oven";
  app.add_option("-b,--by", text, "With what")
      ->check(CLI::IsMember({"oven", "fire"}))
      ->envname("COOK_BY")
      ->capture_default_str()
      ->required();
  EXPECT_EQ(only_option(), (Option{.names = {"-b", "--by"},
                                   .about = "With what",
                                   .value = "TEXT",
                                   .choices = {"oven", "fire"},
                                   .fallback = "oven",
                                   .environment = "COOK_BY",
                                   .required = true}));
}

TEST_F(Kitchen, AFlagHasNoValue) {
  app.add_flag("--quiet", flag, "No singing");
  EXPECT_EQ(only_option(), (Option{.names = {"--quiet"}, .about = "No singing"}));
}

TEST_F(Kitchen, ARangeIsNoListOfChoices) {
  app.add_option("--salt", number)->check(CLI::Range(0.0, 2.0));
  EXPECT_THAT(only_option().choices, IsEmpty());
  EXPECT_EQ(only_option().value, "FLOAT in [0 - 2]");
}

TEST_F(Kitchen, PathsAreKnownByTheirTypesName) {
  CLI::Option* out = app.add_option("--out", text);
  EXPECT_EQ(only_option().paths, Paths::none);
  out->type_name(kFolder);
  EXPECT_EQ(only_option().paths, Paths::folders);
  out->type_name(kScenarioFile);
  EXPECT_EQ(only_option().paths, Paths::scenarios);
  out->type_name("TEXT")->check(CLI::ExistingFile);
  EXPECT_EQ(only_option().paths, Paths::files);
}

TEST_F(Kitchen, WhatAnOptionNeedsIsReadInAnOrderOfOurOwn) {
  CLI::Option* cake = app.add_flag("--cake");
  for (const char* name : {"--sugar", "--eggs", "--flour"}) cake->needs(app.add_flag(name));
  EXPECT_THAT(only_option().needs, ElementsAre("--eggs", "--flour", "--sugar"));
}

TEST_F(Kitchen, PositionalsStandApart) {
  app.add_option("DISH", texts, "What to cook")->required();
  const Command read = read_app(app);
  EXPECT_THAT(read.positionals, ElementsAre(Option{.names = {"DISH"},
                                                   .about = "What to cook",
                                                   .value = "TEXT",
                                                   .required = true,
                                                   .repeatable = true}));
}

TEST_F(Kitchen, WhatHelpHidesStaysHidden) {
  app.set_help_flag();
  app.add_flag("--burn", flag)->group("");
  EXPECT_THAT(read_app(app).options, IsEmpty());
}

TEST_F(Kitchen, CommandsAreReadAllTheWayDown) {
  app.add_subcommand("bake", "In the oven")->add_subcommand("bread", "Daily");
  const Command read = read_app(app);
  EXPECT_EQ(read.name, "cook");
  EXPECT_EQ(read.commands.at(0).about, "In the oven");
  EXPECT_EQ(read.commands.at(0).commands.at(0).name, "bread");
}

}  // namespace
}  // namespace gauntlet::sim
