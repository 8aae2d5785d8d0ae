#include "scenarios/plan/shard.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace gauntlet::scenarios {
namespace {

bool same(const PlannedActor& a, const PlannedActor& b) {
  return a.id == b.id && a.role == b.role && a.population == b.population && a.number == b.number &&
         a.start == b.start;
}

TEST(Shards, AreTogetherThePlanOfOneProcess) {
  Scenario scenario;
  scenario.targets.relay = RelayAddresses(2);
  scenario.targets.arena = ArenaOptions{};
  scenario.population = {Agents{.count = 20}, Participants{.count = 7}, Observers{.count = 2}};
  const Plan plan = make_plan(scenario);
  for (const std::uint32_t count : {1U, 3U, 6U, 40U}) {
    std::vector<PlannedActor> all;
    for (std::uint32_t number = 0; number < count; ++number)
      for (const PlannedActor& actor : actors_of(plan, {number, count})) {
        EXPECT_EQ(actor.id % count, number);
        all.push_back(actor);
      }
    std::ranges::sort(all, {}, &PlannedActor::id);
    EXPECT_TRUE(std::ranges::equal(all, plan.actors, same)) << count;
  }
}

}  // namespace
}  // namespace gauntlet::scenarios
