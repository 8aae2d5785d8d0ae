#include "sim/cli/idle_faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> idle_of(const std::string& yaml) {
  const scenarios::Scenario scenario = scenario_of(yaml);
  return idle_faults(scenario, scenarios::make_plan(scenario), simulate(scenario).snapshot);
}

std::string with_agents(const std::string& faults) {
  return "name: a\nduration: 3s\ntargets: {relay: embedded}\npopulation: [{agents: 3}]\nfaults: " +
         faults + "\n";
}

std::string with_a_round(const std::string& faults) {
  return "name: r\nduration: 8s\ntargets: {arena: embedded}\n"
         "population: [{participants: 2}, {observers: 1}]\n"
         "rounds: [{at: 2s, prompt: x, deadline: 5s}]\nfaults: " +
         faults + "\n";
}

TEST(IdleFaults, AreThoseBeforeAnybodyIsIn) {
  EXPECT_THAT(
      idle_of(
          with_agents("[{to: agent-0, do: reset_connection}, {to: agents, do: malformed_json}]")),
      ElementsAre("faults.0 (reset_connection to agent-0, at 0s) and faults.1 (malformed_json to "
                  "agents, at 0s) befell nobody: nobody whom it could befall was in yet. Give it "
                  "an `at` after the connect phase, which ends after 1.00 s."));
}

TEST(IdleFaults, AreNoneThatBefellSomebody) {
  EXPECT_THAT(idle_of(with_agents("[{at: 2s, to: agent-0, do: reset_connection}, "
                                  "{after: joined, do: malformed_json}, {do: latency}]")),
              IsEmpty());
}

TEST(IdleFaults, AreNamedBesideOneOfTheirKindThatBefellSomebody) {
  EXPECT_THAT(idle_of(with_agents("[{at: 2s, to: agent-0, do: vanish}, {to: agents, do: vanish}]")),
              ElementsAre(HasSubstr("faults.1 (vanish to agents, at 0s) befell nobody")));
}

TEST(IdleFaults, AreThoseThatFoundNobodyInTheRightState) {
  EXPECT_THAT(
      idle_of(with_a_round("[{after: challenged, to: participants, do: complete_late}]")),
      ElementsAre("faults.0 (complete_late to participants, after challenged) befell nobody: "
                  "it takes a participant that has completed a round and is in a later one. "
                  "Let there be two rounds, and try `after: first_token`."));
  EXPECT_THAT(idle_of(with_a_round("[{after: {event: completed, wait: 1s}, to: participants, do: "
                                   "complete_early}, {at: 1s, to: participants, do: seq_gap}]")),
              ElementsAre(HasSubstr("(complete_early to participants, 1s after completed) and "
                                    "faults.1 (seq_gap to participants, at 1s) befell nobody: it "
                                    "takes a participant in the middle of a round")));
}

TEST(IdleFaults, TellOfTheChanceAndTheRoundThatTheyWaitFor) {
  EXPECT_THAT(
      idle_of(with_a_round("[{at: 1s, to: whoever holds round 1, probability: 99%, do: "
                           "runner_failure}]")),
      ElementsAre(HasSubstr("befell nobody: chance (`probability`) has its say, and it takes "
                            "one who holds round 1 just then, and a participant that "
                            "generates.")));
}

}  // namespace
}  // namespace gauntlet::sim
