#include "sim/explore/live_shrinking.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "sim/explore/checkup.hpp"
#include "sim/explore/shrinker.hpp"
#include "tests/sim/explore/explored_scenario.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using scenarios::Scenario;
using End = LiveShrunk::End;

const Failure kRefused{"relay.failures{outcome=refused} == 0", {}};

Scenario with_faults() {
  Scenario scenario = explored_scenario();
  const scenarios::Selection agents{
      .among = scenarios::Selection::Among::agents, .which = {}, .round = {}};
  scenario.faults = {
      {.at = 1s, .to = agents, .action = {.kind = FaultKind::half_close}},
      {.at = 1500ms, .to = agents, .action = {.kind = FaultKind::wrong_types}},
      {.at = 3s, .to = agents, .action = {.kind = FaultKind::reset_connection}},
  };
  return scenario;
}

LiveFinding dead(std::optional<Failure> broken = kRefused) {
  return {.ill = true,
          .kind = "the relay is dead",
          .sentence = "the relay is dead: nobody gets in (refused)",
          .broken = std::move(broken)};
}

/// A target that one kind of fault kills, and that may be started again.
struct Mortal {
  bool comes_back{true};
  int shows_every{1};  // of the runs in which it could show
  int deaths{0};
  int could_show{0};
  int revived{0};
  bool alive{true};
  bool was_tried_dead{false};

  LiveTrial meet(const Scenario& scenario) {
    was_tried_dead |= !alive;
    const bool deadly = std::ranges::any_of(scenario.faults, [](const scenarios::Fault& fault) {
      return fault.action.kind == FaultKind::wrong_types;
    });
    if (!deadly || ++could_show % shows_every != 0) return {};
    ++deaths;
    alive = false;
    return {.finding = dead(), .ill = true};
  }

  bool revive() {
    ++revived;
    alive = comes_back;
    return comes_back;
  }
};

LiveShrinkSettings with(Mortal& target) {
  return {.try_out = [&](const Scenario& scenario) { return target.meet(scenario); },
          .revive = [&] { return target.revive(); },
          .is_sound = [](const Scenario& scenario) { return scenarios::is_sound(scenario); },
          .enough = [] { return false; },
          .trials_max = 1'000};
}

TEST(LiveShrinking, LeavesTheFaultThatKillsAndHasTheTargetBackBeforeEachRun) {
  Mortal target{.alive = false};
  const LiveShrunk small = shrink_live(with_faults(), dead(), with(target));
  EXPECT_EQ(small.end, End::smallest);
  ASSERT_EQ(small.scenario.faults.size(), 1);
  EXPECT_EQ(small.scenario.faults.front().action.kind, FaultKind::wrong_types);
  EXPECT_TRUE(small.scenario.rounds.empty());
  EXPECT_FALSE(small.scenario.targets.arena);
  EXPECT_EQ(small.scenario.seed, with_faults().seed) << "no draw moved that need not";
  EXPECT_LE(small.scenario.duration, 3s);
  EXPECT_FALSE(target.was_tried_dead);
  EXPECT_EQ(target.revived, 1 + target.deaths) << "it was dead to begin with";
}

TEST(LiveShrinking, TakesTimeFirst) {
  Mortal target;
  LiveShrinkSettings settings = with(target);
  settings.trials_max = 2;  // once as it is, and one candidate
  const LiveShrunk small = shrink_live(with_faults(), dead(), settings);
  EXPECT_EQ(small.end, End::enough);
  EXPECT_EQ(small.trials, 2);
  EXPECT_LT(small.scenario.duration, with_faults().duration);
  EXPECT_EQ(small.scenario.faults.size(), 3);
}

TEST(LiveShrinking, TriesACandidateUpToThreeTimes) {
  Mortal target{.shows_every = 3};
  const LiveShrunk small = shrink_live(with_faults(), dead(), with(target));
  EXPECT_EQ(small.end, End::smallest);
  EXPECT_EQ(small.scenario.faults.size(), 1);
}

TEST(LiveShrinking, LeavesAloneWhatDoesNotShowAgain) {
  Mortal target{.shows_every = 4};
  const LiveShrunk same = shrink_live(with_faults(), dead(), with(target));
  EXPECT_EQ(same.end, End::never_again);
  EXPECT_EQ(same.trials, kLiveTries);
  EXPECT_EQ(same.scenario, with_faults());
}

TEST(LiveShrinking, TriesNothingWithATargetThatStaysAway) {
  Mortal target{.comes_back = false};
  const LiveShrunk same = shrink_live(with_faults(), dead(), with(target));
  EXPECT_EQ(same.end, End::stays_away);
  EXPECT_EQ(same.trials, 0);
  EXPECT_EQ(same.scenario, with_faults());
}

TEST(LiveShrinking, KeepsTheSmallestOfATargetThatStaysAwayLater) {
  Mortal target;
  LiveShrinkSettings settings = with(target);
  settings.revive = [&] { return target.revived < 2 && target.revive(); };
  const LiveShrunk small = shrink_live(with_faults(), dead(), settings);
  EXPECT_EQ(small.end, End::stays_away);
  EXPECT_LT(small.scenario.duration, with_faults().duration);
  EXPECT_EQ(small.trials, 2);
}

TEST(LiveShrinking, EndsWithTheRunThatWasInterrupted) {
  Mortal target;
  LiveShrinkSettings settings = with(target);
  int runs = 0;
  settings.try_out = [&](const Scenario& scenario) {
    return ++runs < 3 ? target.meet(scenario) : LiveTrial{.interrupted = true};
  };
  const LiveShrunk small = shrink_live(with_faults(), dead(), settings);
  EXPECT_EQ(small.end, End::enough);
  EXPECT_EQ(runs, 3);
  EXPECT_LT(small.scenario.duration, with_faults().duration);
}

TEST(LiveShrinking, TakesNothingElseForTheSame) {
  Mortal target;
  LiveShrinkSettings settings = with(target);
  settings.try_out = [&](const Scenario& scenario) {
    LiveTrial trial = target.meet(scenario);
    if (trial.finding && scenario.faults.size() < 3) trial.finding->kind = "the relay is hung";
    return trial;
  };
  EXPECT_EQ(shrink_live(with_faults(), dead(), settings).scenario.faults.size(), 3);
}

TEST(LiveShrinking, KeepsWhatShowsItInTheRunItself) {
  Mortal target;
  LiveShrinkSettings settings = with(target);
  settings.try_out = [&](const Scenario& scenario) {
    LiveTrial trial = target.meet(scenario);
    if (trial.finding && scenario.duration < 12s) trial.finding->broken.reset();
    return trial;
  };
  EXPECT_EQ(shrink_live(with_faults(), dead(), settings).scenario.duration, 12s);
  const LiveShrunk unseen = shrink_live(with_faults(), dead(std::nullopt), settings);
  EXPECT_LT(unseen.scenario.duration, 12s) << "nothing to keep where nothing showed";
}

TEST(Checkup, TellsKindsOfAilmentsByWhatIsWrongWithWhom) {
  EXPECT_EQ(kind_of_ailment("the relay is dead: nobody gets in (refused)"), "the relay is dead");
  EXPECT_EQ(kind_of_ailment("the relay at 127.0.0.1:80 cannot be reached: connection refused"),
            "the relay is dead");
  EXPECT_EQ(kind_of_ailment("the arena is hung: nobody gets in (timed_out)"), "the arena is hung");
}

}  // namespace
}  // namespace gauntlet::sim
