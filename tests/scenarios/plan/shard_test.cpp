#include "scenarios/plan/shard.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>

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

TEST(Shards, OfAShardAreTogetherThatShard) {
  Scenario scenario;
  scenario.targets.relay = RelayAddresses(1);
  scenario.population = {Agents{.count = 50}};
  const Plan plan = make_plan(scenario);
  const Shard shard{.number = 1, .count = 3};
  std::vector<ActorId> whole;
  std::vector<ActorId> parts;
  for (const PlannedActor& actor : actors_of(plan, shard)) whole.push_back(actor.id);
  for (std::uint32_t n = 0; n < 4; ++n)
    for (const PlannedActor& actor : actors_of(plan, shard.part(n, 4))) parts.push_back(actor.id);
  std::ranges::sort(parts);
  EXPECT_EQ(parts, whole);
}

TEST(Shards, AreWrittenAsPeopleCount) {
  for (const auto& [text, number, count] :
       {std::tuple{"1/1", 0U, 1U}, std::tuple{"1/2", 0U, 2U}, std::tuple{"2/2", 1U, 2U},
        std::tuple{"17/1000", 16U, 1000U}}) {
    const auto shard = parse_shard(text);
    ASSERT_TRUE(shard) << text;
    EXPECT_EQ(shard.value().number, number) << text;
    EXPECT_EQ(shard.value().count, count) << text;
  }
}

TEST(Shards, ThatAreNoneAreRefusedWithWhatToWrite) {
  struct Row {
    const char* text;
    const char* what;
    const char* fix;
  };
  constexpr const char* kNone = "is none of the shards, which count from 1";
  constexpr const char* kNoShard = "is no shard: it must be K/N, with an N from 1 to 1000";
  for (const Row& row :
       {Row{"0/2", kNone, "write one of 1/2 to 2/2"}, Row{"3/2", kNone, "write one of 1/2 to 2/2"},
        Row{"x/2", kNone, "write one of 1/2 to 2/2"}, Row{"-1/2", kNone, "write one of 1/2 to 2/2"},
        Row{"2/1", kNone, "write 1/1"}, Row{"1/0", kNoShard, "write 1/2 for the first of two"},
        Row{"1/1001", kNoShard, "write 1/2 for the first of two"},
        Row{"1/2x", kNoShard, "write 1/2 for the first of two"},
        Row{"2", kNoShard, "write 1/2 for the first of two"},
        Row{"1/", kNoShard, "write 1/2 for the first of two"},
        Row{"", kNoShard, "write 1/2 for the first of two"}}) {
    const auto shard = parse_shard(row.text);
    ASSERT_FALSE(shard) << row.text;
    EXPECT_EQ(shard.error().what, "`" + std::string{row.text} + "` " + row.what);
    EXPECT_EQ(shard.error().fix, row.fix) << row.text;
  }
}

}  // namespace
}  // namespace gauntlet::scenarios
