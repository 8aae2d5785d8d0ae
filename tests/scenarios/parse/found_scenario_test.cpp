// What a scenario needs to look for faults and to keep them: defects, invariants, and a short form.
#include <gtest/gtest.h>

#include <algorithm>

#include "scenarios/parse/parse.hpp"
#include "scenarios/terms/defect.hpp"

namespace gauntlet::scenarios {
namespace {

Parsed parse(const std::string& text) {
  ParseOptions options;
  options.file = "s.yaml";
  return parse_scenario(text, options);
}

Scenario read(const std::string& text) {
  Parsed parsed = parse(text);
  for (const Diagnostic& problem : parsed.problems) ADD_FAILURE() << to_string(problem);
  return parsed.scenario.value_or(Scenario{});
}

std::string complaint(const std::string& text) {
  std::string all;
  for (const Diagnostic& problem : parse(text).problems) all += to_string(problem);
  return all;
}

std::string with_lines(const std::string& lines) {
  return "name: x\ntargets: {relay: embedded}\npopulation: [{agents: 2}]\n" + lines;
}

TEST(Invariants, AreNamesOrClaims) {
  const Scenario got =
      read(with_lines("invariants: [all, once, relay.errors == 0]\nexpect: once\n"));
  ASSERT_EQ(got.invariants.size(), 3);
  EXPECT_EQ(got.invariants[1].text, "once");
  EXPECT_EQ(got.invariants[2].text, "relay.errors == 0");
  EXPECT_EQ(got.expect->text, "once");
}

TEST(Invariants, ThatAreMisspeltAreToldApartFromClaims) {
  EXPECT_EQ(complaint(with_lines("invariants: [onse]\n")),
            "s.yaml:4:14: error: invariants.0 is `onse`, but must be the name of an invariant such "
            "as once, or a claim such as relay.errors == 0\n  fix: write `once`\n");
}

TEST(Defects, AreThoseOfTheirServer) {
  const Scenario got = read(
      "name: x\ntargets: {relay: {embedded: {defects: [leak-from, reorder-direct]}}}\n"
      "population: [{agents: 2}]\n");
  const Defects& defects = std::get<RelayOptions>(*got.targets.relay).defects;
  EXPECT_EQ(defects, (Defects{Defect::leak_from, Defect::reorder_direct}));
  EXPECT_EQ(complaint("name: x\ntargets: {relay: {embedded: {defects: [reorder-directs]}}}\n"
                      "population: [{agents: 2}]\n"),
            "s.yaml:2:40: error: targets.relay.embedded.defects.0 is `reorder-directs`, but must "
            "be the name of a defect, of those in docs/scenario.md under relay-defect\n"
            "  fix: write `reorder-direct`\n");
  EXPECT_NE(complaint("name: x\ntargets: {relay: {embedded: {defects: [reuse-seq]}}}\n"
                      "population: [{agents: 2}]\n"),
            "")
      << "that is one of an arena";
}

TEST(BriefYaml, SaysTheSameWithoutWhatNeedNotBeSaid) {
  const std::string text = with_lines(
      "drain: 1s\nfaults:\n  - {at: 2s, to: agent-1, do: {close_connection: {code: 4000}}}\n"
      "expect: once\n");
  const Scenario scenario = read(text);
  const std::string brief = to_brief_yaml(scenario);
  EXPECT_EQ(read(brief), scenario);
  EXPECT_EQ(brief,
            "name: x\ndrain: 1s\n\ntargets:\n  relay: embedded\n\npopulation:\n  - agents: 2\n\n"
            "faults:\n  - {at: 2s, to: agent-1, do: {close_connection: {code: 4000}}}\n\n"
            "expect: once\n");
}

TEST(Soundness, IsWhatTheParserWouldAccept) {
  Scenario scenario = read(with_lines(""));
  EXPECT_TRUE(is_sound(scenario));
  scenario.faults = {{.to = {.among = Selection::Among::observers, .which = {}, .round = {}}}};
  EXPECT_FALSE(is_sound(scenario)) << "nobody is there whom it could befall";
}

}  // namespace
}  // namespace gauntlet::scenarios
