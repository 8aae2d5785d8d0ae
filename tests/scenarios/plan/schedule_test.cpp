#include "scenarios/plan/schedule.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace gauntlet::scenarios {
namespace {

using namespace std::chrono_literals;

Scenario crowd(std::uint32_t agents) {
  Scenario scenario;
  scenario.duration = 61s;
  scenario.connect = 1s;
  scenario.targets.relay = RelayOptions{};
  scenario.population.push_back(Agents{
      .count = agents,
      .send = {{.to = RandomAgents{2}, .load = {.rate = Rate{2}}},
               {.to = Everyone{}, .load = {.rate = Rate{0.5}}}},
      .ask = Ask{.load = {.rate = Rate{0.5}}},
  });
  return scenario;
}

std::vector<Operation> operations_of(const Scenario& scenario, ActorId agent) {
  const Plan plan = make_plan(scenario);
  AgentSchedule schedule{scenario, plan, agent};
  std::vector<Operation> all;
  while (schedule.next_time()) all.push_back(schedule.take());
  return all;
}

TEST(AgentSchedule, MergesItsRulesInTheOrderOfTime) {
  const auto operations = operations_of(crowd(10), 3);
  EXPECT_TRUE(std::ranges::is_sorted(operations, {}, &Operation::intended));
  std::map<std::pair<Operation::Kind, std::uint32_t>, int> seen;
  for (std::uint32_t n = 0; n < operations.size(); ++n) {
    EXPECT_EQ(operations[n].n, n);
    ++seen[{operations[n].kind, operations[n].rule}];
  }
  const auto often = [&](Operation::Kind kind, std::uint32_t rule) {
    return seen[std::pair{kind, rule}];
  };
  EXPECT_NEAR(often(Operation::Kind::send, 0), 120, 45);
  EXPECT_NEAR(often(Operation::Kind::send, 1), 30, 20);
  EXPECT_NEAR(often(Operation::Kind::ask, 0), 30, 20);
}

TEST(AgentSchedule, NeverAddressesItsOwnAgentOrOneTwice) {
  for (const Operation& operation : operations_of(crowd(4), 2)) {
    if (operation.everyone) continue;
    ASSERT_EQ(operation.to.size(), 2);
    EXPECT_NE(operation.to[0], operation.to[1]);
    EXPECT_FALSE(std::ranges::count(operation.to, 2U));
  }
}

TEST(AgentSchedule, AddressesEveryOtherAgentEquallyOften) {
  std::map<ActorId, int> times;
  Stream random{1};
  std::vector<ActorId> chosen;
  Scenario scenario = crowd(3);
  scenario.population.insert(scenario.population.begin(), Agents{.count = 2});
  const Plan plan = make_plan(scenario);
  for (int i = 0; i < 40'000; ++i) {
    choose_others(plan, 2, 2, random, chosen);
    for (const ActorId to : chosen) ++times[to];
  }
  EXPECT_EQ(times.size(), 4);
  for (const auto& [actor, count] : times) EXPECT_NEAR(count, 20'000, 600) << actor;
}

TEST(AgentSchedule, AddressesOnlyThoseOnTheSameRelay) {
  Scenario scenario = crowd(10);
  scenario.targets.relay = RelayAddresses(3);
  scenario.population.insert(scenario.population.begin(), Observers{.count = 4});
  const Plan plan = make_plan(scenario);
  for (const ActorId agent : plan.agents) {
    std::set<ActorId> addressed;
    AgentSchedule schedule{scenario, plan, agent};
    while (schedule.next_time())
      for (const ActorId to : schedule.take().to) addressed.insert(to);
    std::set<ActorId> others;
    for (const ActorId other : plan.agents)
      if (other != agent && plan.relay_of(other) == plan.relay_of(agent)) others.insert(other);
    EXPECT_EQ(addressed, others) << agent;
  }
}

TEST(AgentSchedule, DoesNotChangeWhenOthersJoin) {
  const auto few = operations_of(crowd(10), 3);
  auto more = crowd(10);
  more.population.push_back(Agents{.count = 5});
  const auto many = operations_of(more, 3);
  ASSERT_EQ(few.size(), many.size());
  for (std::size_t i = 0; i < few.size(); ++i) EXPECT_EQ(few[i].intended, many[i].intended);
}

TEST(AgentSchedule, OfAnAgentWithoutRulesIsEmpty) {
  Scenario scenario = crowd(3);
  scenario.population = {Agents{.count = 3}};
  EXPECT_TRUE(operations_of(scenario, 0).empty());
}

}  // namespace
}  // namespace gauntlet::scenarios
