#include "scenarios/parse/environment.hpp"

#include <gtest/gtest.h>

namespace gauntlet::scenarios {
namespace {

std::optional<std::string> look_up(std::string_view name) {
  if (name == "HOST") return "relay.example";
  if (name == "EMPTY") return "";
  if (name == "NASTY") return "x: [${HOST}]\nname: y";
  return std::nullopt;
}

std::string substituted(std::string_view text) {
  auto result = substitute(text, look_up);
  return result ? result.value().text : "error: " + result.error().what;
}

TEST(Environment, FillsInVariablesAndDefaults) {
  EXPECT_EQ(substituted("http://${HOST}:8080"), "http://relay.example:8080");
  EXPECT_EQ(substituted("${NONE:-5s}"), "5s");
  EXPECT_EQ(substituted("${EMPTY:-5s}"), "5s");
  EXPECT_EQ(substituted("${EMPTY}"), "");
  EXPECT_EQ(substituted("${NONE:-}"), "");
  EXPECT_EQ(substituted("no $ or {} here"), "no $ or {} here");
}

TEST(Environment, NeverReadsAValueAgain) {
  EXPECT_EQ(substituted("${NASTY}"), "x: [${HOST}]\nname: y");
}

TEST(Environment, KeepsAnEscapedDollarAsText) {
  EXPECT_EQ(substituted("$${HOST}"), "${HOST}");
  for (const std::string text : {"${HOST}", "a$${b", "$", "${", "$$${x}", "plain"})
    EXPECT_EQ(substituted(without_variables(text)), text);
}

TEST(Environment, SaysWhereAVariableIsWrong) {
  EXPECT_EQ(substitute("ab${NONE}", look_up).error().offset, 2U);
  EXPECT_EQ(substituted("${NONE}"), "error: the environment variable NONE is not set");
  EXPECT_EQ(substituted("${open"), "error: `${` is never closed");
  EXPECT_EQ(substituted("${}"), "error: `` is not the name of an environment variable");
  EXPECT_EQ(substituted("${2X}"), "error: `2X` is not the name of an environment variable");
}

}  // namespace
}  // namespace gauntlet::scenarios
