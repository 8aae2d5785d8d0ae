// What `conformance` in a scenario may name, and what is said of what it may not.
#include <gtest/gtest.h>

#include <string>

#include "sim/cli/load.hpp"

namespace gauntlet::sim {
namespace {

std::string complaint(const std::string& pattern, const std::string& target) {
  scenarios::ParseOptions options = parse_options();
  options.file = "s.yaml";
  const bool relay = target == "relay";
  const auto parsed = scenarios::parse_scenario(
      "name: x\ntargets: {" + target + ": embedded}\npopulation: [{" +
          (relay ? "agents" : "participants") + ": 2}]\nconformance: [" + pattern + "]\n",
      options);
  std::string all;
  for (const Diagnostic& problem : parsed.problems) all += to_string(problem);
  return all;
}

TEST(CasePattern, NamesCasesThatCanBePlayedBesideALoad) {
  for (const char* pattern : {"ARC-*", "ARC-ROUTE-16", "\"*\"", "'*-0*'", "WS-*", "ARC-LIMIT-*"})
    EXPECT_EQ(complaint(pattern, "relay"), "") << pattern;
  for (const char* pattern : {"ARENA-*", "ARENA-REG-01", "\"*\"", "WS-*"})
    EXPECT_EQ(complaint(pattern, "arena"), "") << pattern;
}

TEST(CasePattern, IsRefusedAtItsPlaceWithWhatWasMeant) {
  struct Row {
    const char* pattern;
    const char* target;
    const char* complaint;
  };
  for (const Row& row : {
           Row{"ARC-ROUT-*", "relay",
               "s.yaml:4:15: error: conformance.0 is `ARC-ROUT-*`, but there is no such case\n"
               "  fix: write `ARC-ROUTE-*`\n"},
           Row{"ARC-ROUTE-16", "arena",
               "s.yaml:4:15: error: conformance.0 is `ARC-ROUTE-16`, but that is a case of a "
               "relay, and targets.relay is not given\n"
               "  fix: add `relay: embedded` to targets, or remove it\n"},
           Row{"ARENA-REG-01", "relay",
               "s.yaml:4:15: error: conformance.0 is `ARENA-REG-01`, but that is a case of an "
               "arena, and targets.arena is not given\n"
               "  fix: add `arena: embedded` to targets, or remove it\n"},
           Row{"ARENA-SEQ-*", "arena",
               "s.yaml:4:15: error: conformance.0 is `ARENA-SEQ-*`, but no such case can be "
               "played beside a load: it plays rounds, and so does the load\n"
               "  fix: play it alone: gauntlet conform arena --only 'ARENA-SEQ-*'\n"},
           Row{"ARC-ROBUST-*", "relay",
               "s.yaml:4:15: error: conformance.0 is `ARC-ROBUST-*`, but no such case can be "
               "played beside a load: it attacks the server, and so the load\n"
               "  fix: play it alone: gauntlet conform relay --only 'ARC-ROBUST-*'\n"},
       })
    EXPECT_EQ(complaint(row.pattern, row.target), row.complaint);
}

TEST(CasePattern, HasTheLettersOfAnId) {
  EXPECT_NE(complaint("arc-route-16", "relay").find("must be the id of a conformance case"),
            std::string::npos);
}

}  // namespace
}  // namespace gauntlet::sim
