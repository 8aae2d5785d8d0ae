#include "scenarios/plan/plan.hpp"

#include <gtest/gtest.h>

#include "scenarios/plan/plan_summary.hpp"

namespace gauntlet::scenarios {
namespace {

using namespace std::chrono_literals;

Scenario both() {
  Scenario scenario;
  scenario.seed = 42;
  scenario.duration = 10s;
  scenario.targets = {.relay = RelayOptions{}, .arena = ArenaOptions{}};
  scenario.population = {
      Agents{.count = 20, .arrive = {.over = 2s}, .send = {{.load = {.rate = Rate{1}}}}},
      Participants{.count = 10, .runner = MockRunner{.tokens = {50, 150}}},
      Observers{.count = 1},
  };
  scenario.rounds = {{.at = 3s, .prompt = "A haiku", .deadline = 5s}};
  return scenario;
}

TEST(Plan, NumbersActorsInTheOrderOfTheFileAndAddsTheOperatorLast) {
  const Plan plan = make_plan(both());
  ASSERT_EQ(plan.actors.size(), 32);
  EXPECT_EQ(plan.actors[20].role, Role::participant);
  EXPECT_EQ(plan.actors[20].number, 0);
  EXPECT_EQ(plan.actors[30].role, Role::observer);
  EXPECT_EQ(plan.actors[31].role, Role::operator_);
  for (ActorId id = 0; id < plan.actors.size(); ++id) EXPECT_EQ(plan.actors[id].id, id);
}

TEST(Plan, HasNoOperatorForAnArenaThatIsOnlyPlayedIn) {
  Scenario scenario = both();
  scenario.targets.arena = ArenaAddress{.socket_url = "ws://127.0.0.1:3000/ws", .pin = "123456"};
  EXPECT_EQ(make_plan(scenario).count(Role::operator_), 0);
}

TEST(Plan, StartsTrafficASecondAfterTheLastArrivalUnlessTold) {
  Scenario scenario = both();
  EXPECT_EQ(make_plan(scenario).phases.connect, at(2900ms));
  scenario.connect = 4s;
  scenario.warm_up = 1s;
  const Phases phases = make_plan(scenario).phases;
  EXPECT_EQ(phases.connect, at(4s));
  EXPECT_EQ(phases.warm_up, at(5s));
  EXPECT_EQ(phases.measure, at(10s));
  EXPECT_EQ(phases.drain, at(15s));
}

TEST(PlanSummary, AddsUpWhatTheScenarioWillDo) {
  const Scenario scenario = both();
  const PlanSummary sum = summarise(scenario, make_plan(scenario));
  EXPECT_EQ(sum.actors, 32);
  EXPECT_EQ(sum.operations, 20 * 7.1) << "one a second of each for the 7.1 s of traffic";
  EXPECT_EQ(sum.deliveries_expected, sum.operations) << "each to one agent";
  EXPECT_EQ(sum.tokens_expected, 1000);
}

TEST(PlanSummary, KnowsTheLoadOfStagesAndQuestionsByCalculation) {
  Scenario scenario = both();
  scenario.connect = 2s;
  auto& agents = std::get<Agents>(scenario.population[0]);
  agents.send = {{.to = Everyone{},
                  .load = {.stages = {{4s, {Rate{0}, Rate{100}}}, {2s, {Rate{50}, Rate{50}}}}}}};
  agents.ask = Ask{.load = {.rate = Rate{0.5}}, .to = RandomAgents{3}};
  agents.answer = Answer{.probability = 0.25};
  const PlanSummary sum = summarise(scenario, make_plan(scenario));
  EXPECT_EQ(sum.operations, 200 + 100 + 80);
  EXPECT_EQ(sum.answers_expected, 80 * 3 / 4);
  EXPECT_EQ(sum.deliveries_expected, 300 * 19 + 80 * 3 + 60);
  EXPECT_FALSE(sum.closed_loops);
}

}  // namespace
}  // namespace gauntlet::scenarios
