#include "scenarios/plan/plan.hpp"

#include <gtest/gtest.h>

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

TEST(PlanHash, IsTheSameForTheSameScenarioAndSeed) {
  const Scenario scenario = both();
  EXPECT_EQ(plan_hash(scenario, make_plan(scenario)), plan_hash(scenario, make_plan(scenario)));
}

// Whoever compares two runs by their hash relies on every one of these.
TEST(PlanHash, ChangesWithAnythingThatIsIntended) {
  const auto hash = [](auto&& edit) {
    Scenario scenario = both();
    edit(scenario);
    return plan_hash(scenario, make_plan(scenario));
  };
  const std::uint64_t before = hash([](Scenario&) {});
  const auto agents = [](Scenario& s) -> Agents& { return std::get<Agents>(s.population[0]); };
  EXPECT_NE(before, hash([](Scenario& s) { s.seed = 43; }));
  EXPECT_NE(before, hash([](Scenario& s) { s.duration = 11s; }));
  EXPECT_NE(before, hash([&](Scenario& s) { agents(s).count = 21; }));
  EXPECT_NE(before, hash([&](Scenario& s) { agents(s).send[0].payload_bytes = 200; }));
  EXPECT_NE(before, hash([&](Scenario& s) { agents(s).answer = Answer{}; }));
  EXPECT_NE(before, hash([](Scenario& s) { s.rounds[0].prompt = "An ode"; }));
  EXPECT_NE(before, hash([](Scenario& s) {
              std::get<MockRunner>(std::get<Participants>(s.population[1]).runner).slow_down = 1;
            }));
}

// The file's layout on another machine, compiler or release must not move anybody's plan.
TEST(PlanHash, IsPinned) {
  const Scenario scenario = both();
  EXPECT_EQ(plan_hash(scenario, make_plan(scenario)), 14396986722505643890ULL);
}

TEST(PlanSummary, AddsUpWhatTheScenarioWillDo) {
  const Scenario scenario = both();
  const PlanSummary sum = summarise(scenario, make_plan(scenario));
  EXPECT_EQ(sum.actors, 32);
  EXPECT_NEAR(static_cast<double>(sum.operations), 20 * 7.1, 40);
  EXPECT_EQ(sum.deliveries_expected, sum.operations) << "each to one agent";
  EXPECT_EQ(sum.tokens_expected, 1000);
  EXPECT_EQ(sum.sockets, 62) << "31 clients, and the embedded servers' ends of their sockets";
}

}  // namespace
}  // namespace gauntlet::scenarios
