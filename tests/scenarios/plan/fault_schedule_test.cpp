#include "scenarios/plan/fault_schedule.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "scenarios/terms/shuffle.hpp"

namespace gauntlet::scenarios {
namespace {

using Among = Selection::Among;
using std::chrono::seconds;

constexpr std::uint32_t kAgents = 100;

Scenario with(const Fault& fault) {
  Scenario scenario;
  scenario.population.emplace_back(Agents{.count = kAgents});
  scenario.faults = {fault};
  return scenario;
}

// Which agents each time of the first fault befalls.
std::map<std::uint32_t, std::set<std::uint32_t>> victims(const Scenario& scenario) {
  const Plan plan = make_plan(scenario);
  std::map<std::uint32_t, std::set<std::uint32_t>> all;
  for (std::uint32_t agent = 0; agent < kAgents; ++agent) {
    FaultSchedule schedule{scenario, plan, {Among::agents, agent}};
    while (schedule.next_time()) all[schedule.take().nth].insert(agent);
  }
  return all;
}

TEST(Shuffle, MovesEveryPlaceToAnother) {
  for (const std::uint32_t count : {1U, 2U, 3U, 7U, 64U, 1000U}) {
    std::set<std::uint32_t> places;
    for (std::uint32_t place = 0; place < count; ++place) {
      const std::uint32_t moved = shuffled(place, count, 42);
      EXPECT_LT(moved, count);
      places.insert(moved);
    }
    EXPECT_EQ(places.size(), count);
  }
}

TEST(Shuffle, PutsEachThingFirstAboutEquallyOften) {
  constexpr std::uint32_t kCount = 10;
  constexpr int kKeys = 10'000;
  std::array<int, kCount> first{};
  for (int key = 0; key < kKeys; ++key)
    for (std::uint32_t place = 0; place < kCount; ++place)
      if (shuffled(place, kCount, static_cast<std::uint64_t>(key)) == 0) ++first[place];
  for (const int times : first) EXPECT_NEAR(times, kKeys / kCount, 120);  // four sigma
}

TEST(FaultSchedule, BefallsExactlySoManyEachTimeAndOthersTheNext) {
  const Selection some{.among = Among::agents, .which = Selection::Some{5}, .round = {}};
  const auto all = victims(with({.at = seconds{1}, .every = seconds{2}, .to = some}));
  ASSERT_EQ(all.size(), 5U) << "at 1, 3, 5, 7 and 9 of 10 seconds";
  for (const auto& [nth, agents] : all) EXPECT_EQ(agents.size(), 5U) << nth;
  EXPECT_NE(all.at(0), all.at(1));
}

TEST(FaultSchedule, RoundsAShareUp) {
  const Selection share{.among = Among::agents, .which = Selection::Share{0.101}, .round = {}};
  EXPECT_EQ(victims(with({.to = share})).at(0).size(), 11U);
}

TEST(FaultSchedule, TakesAWholeShareForWholeThoughNoDoubleIsIt) {
  for (const std::uint32_t percent : {7U, 14U, 28U, 55U, 56U}) {
    const Selection share{
        .among = Among::agents, .which = Selection::Share{percent / 100.0}, .round = {}};
    EXPECT_EQ(victims(with({.to = share})).at(0).size(), percent);
  }
}

TEST(FaultSchedule, DrawsFromTheSeed) {
  const Selection some{.among = Among::agents, .which = Selection::Some{5}, .round = {}};
  Scenario scenario = with({.to = some});
  const auto before = victims(scenario);
  EXPECT_EQ(victims(scenario), before);
  scenario.seed = 2;
  EXPECT_NE(victims(scenario), before);
}

TEST(FaultSchedule, ThrowsTheDiceForEachTimeAndVictim) {
  const auto all = victims(with({.every = std::chrono::milliseconds{100},
                                 .probability = 0.25,
                                 .to = {.among = Among::agents, .which = {}, .round = {}}}));
  std::size_t blows = 0;
  for (const auto& [nth, agents] : all) blows += agents.size();
  EXPECT_NEAR(static_cast<double>(blows), 100 * kAgents * 0.25, 175);  // four sigma
}

TEST(FaultSchedule, WaitsForEachTimeThatSomethingHappens) {
  const Scenario scenario = with({.after = After{FaultEvent::joined, seconds{1}}});
  const Plan plan = make_plan(scenario);
  FaultSchedule schedule{scenario, plan, {Among::agents, 3}};
  EXPECT_FALSE(schedule.empty());
  EXPECT_EQ(schedule.next_time(), std::nullopt);
  schedule.happened(FaultEvent::registered, at(seconds{1}));
  EXPECT_EQ(schedule.next_time(), std::nullopt);
  schedule.happened(FaultEvent::joined, at(seconds{2}));
  schedule.happened(FaultEvent::joined, at(seconds{4}));
  EXPECT_EQ(schedule.take().from, at(seconds{3}));
  EXPECT_EQ(schedule.take().from, at(seconds{5}));
  EXPECT_EQ(schedule.next_time(), std::nullopt);
}

}  // namespace
}  // namespace gauntlet::scenarios
