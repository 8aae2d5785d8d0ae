#include "sim/explore/story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/explore/explored_scenario.hpp"

namespace gauntlet::sim {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Story, EndsWithWhatWasBrokenAndNamesWhoWasInvolved) {
  const scenarios::Scenario scenario = scenario_of(R"(
name: leak
duration: 3s
targets: {relay: {embedded: {defects: [broadcast-to-sender]}}}
population:
  - {agents: 2, send: [{to: everyone, rate: 1/s, arrivals: constant}]}
)");
  const RunResult run = simulate(scenario);
  ASSERT_FALSE(run.breaches.empty());
  const metrics::Breach& breach = run.breaches.front();
  EXPECT_EQ(breach.invariant, Invariant::addressed);
  const auto story = story_of(scenario, breach);
  const std::string who = name_of(scenarios::make_plan(scenario), breach.actor);
  ASSERT_FALSE(story.empty());
  EXPECT_THAT(story.back(), HasSubstr(who + "        gets message 0 of " + who));
  EXPECT_THAT(story, Each(HasSubstr(who))) << "nobody else is involved";
  EXPECT_THAT(story, Contains(HasSubstr("sends message 0 to everyone")));
}

TEST(Story, TellsOfTheFaultThatCameBefore) {
  const scenarios::Scenario scenario = scenario_of(R"(
name: replay
duration: 6s
targets: {relay: {embedded: {defects: [replay-on-reconnect]}}}
population:
  - {agents: 2, send: [{to: everyone, rate: 1/s, arrivals: constant}]}
faults:
  - {at: 3s, to: agent-0, do: reset_connection}
)");
  const RunResult run = simulate(scenario);
  ASSERT_FALSE(run.breaches.empty());
  EXPECT_EQ(run.breaches.front().invariant, Invariant::once);
  EXPECT_THAT(story_of(scenario, run.breaches.front()),
              Contains(HasSubstr("agent-0        meets a fault: reset_connection")));
}

TEST(Story, TellsOfTheFaultOfAnother) {
  const scenarios::Scenario scenario = scenario_of(R"(
name: leave
duration: 6s
targets: {relay: {embedded: {defects: [skip-after-leave]}}}
population:
  - {agents: 4, send: [{to: everyone, rate: 1/s, arrivals: constant}]}
faults:
  - {at: 3s, to: agent-1, do: reset_connection}
)");
  const RunResult run = simulate(scenario);
  ASSERT_FALSE(run.breaches.empty());
  const metrics::Breach& breach = run.breaches.front();
  ASSERT_NE(name_of(scenarios::make_plan(scenario), breach.actor), "agent-1");
  EXPECT_THAT(story_of(scenario, breach),
              Contains(HasSubstr("agent-1        meets a fault: reset_connection")));
}

TEST(Story, TellsOfTheFaultOfATarget) {
  const scenarios::Scenario scenario = scenario_of(R"(
name: dropping
duration: 6s
targets: {relay: embedded}
population:
  - {agents: 2, send: [{to: everyone, rate: 1/s, arrivals: constant}]}
faults:
  - {at: 2s, every: 2s, for: 1s, to: relay, do: {target_drop: {share: 100%}}}
)");
  const RunResult run = simulate(scenario);
  ASSERT_FALSE(run.breaches.empty());
  EXPECT_THAT(story_of(scenario, run.breaches.front()),
              Contains(HasSubstr("2.0000 s  the relay      meets a fault: target_drop")));
}

TEST(Story, EndsWithWhatNeverCame) {
  const scenarios::Scenario scenario = scenario_of(R"(
name: lost
duration: 3s
targets: {relay: {embedded: {drop_every: 2}}}
population:
  - {agents: 2, send: [{to: everyone, rate: 1/s, arrivals: constant}]}
)");
  const RunResult run = simulate(scenario);
  ASSERT_FALSE(run.breaches.empty());
  const metrics::Breach& breach = run.breaches.front();
  ASSERT_EQ(breach.invariant, Invariant::delivered);
  EXPECT_THAT(story_of(scenario, breach).back(), HasSubstr("has not got message"));
}

TEST(Story, TellsWhoFollowsWhomHoweverLongBefore) {
  const scenarios::Scenario scenario = scenario_of(R"(
name: followed
duration: 15s
targets: {relay: {embedded: {defects: [forget-unsubscribe]}}}
population:
  - agents: 2
    send:
      - {to: everyone, rate: 0.1/s, arrivals: constant}
      - {to: random agent, rate: 5/s, arrivals: constant}
    subscribe: {after: 500ms, keep: 1s}
)");
  const RunResult run = simulate(scenario);
  ASSERT_FALSE(run.breaches.empty());
  const metrics::Breach& breach = run.breaches.front();
  ASSERT_EQ(breach.invariant, Invariant::once);
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  const std::string who = name_of(plan, breach.actor);
  const std::string whom = name_of(plan, breach.message.sender);
  const auto story = story_of(scenario, breach);
  EXPECT_THAT(story, Contains(HasSubstr(who + "        subscribes to " + whom)));
  EXPECT_THAT(story, Contains(HasSubstr(who + "        unsubscribes from " + whom)));
  EXPECT_THAT(story, Not(Contains(HasSubstr("is connected")))) << "which was as long before";
  EXPECT_EQ(story.size(), kStoryLines);
}

TEST(Story, NamesOfManyWhoAreFollowedThoseWhomItConcerns) {
  const scenarios::Scenario scenario = scenario_of(R"(
name: followed
duration: 15s
targets: {relay: {embedded: {defects: [forget-unsubscribe]}}}
population:
  - agents: 9
    send: [{to: everyone, rate: 0.1/s, arrivals: constant}]
    subscribe: {to: 8 random agents, after: 500ms, keep: 1s}
)");
  const RunResult run = simulate(scenario);
  ASSERT_FALSE(run.breaches.empty());
  const metrics::Breach& breach = run.breaches.front();
  const std::string whom = name_of(scenarios::make_plan(scenario), breach.message.sender);
  EXPECT_THAT(story_of(scenario, breach),
              Contains(AllOf(HasSubstr("unsubscribes from " + whom + ", agent-"),
                             HasSubstr(" and 5 others"))));
}

}  // namespace
}  // namespace gauntlet::sim
