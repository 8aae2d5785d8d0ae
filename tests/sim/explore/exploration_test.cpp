// The test of the search itself: does it find what is known to be there, and nothing else?
#include "sim/explore/exploration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <variant>

#include "sim/explore/fault_draw.hpp"
#include "sim/explore/shrinker.hpp"
#include "tests/sim/explore/explored_scenario.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint64_t kRunsMax = 10'000;

// The search may find some of the others, too; the conformance suite must.
std::vector<DefectDef> visible_in_passing() {
  std::vector<DefectDef> all;
  std::ranges::copy_if(kDefects, std::back_inserter(all),
                       [](const DefectDef& defect) { return defect.shows == Shows::in_passing; });
  return all;
}

class EveryDefect : public testing::TestWithParam<DefectDef> {};

TEST_P(EveryDefect, IsFoundAndShrunkToAFewActorsAndFaults) {
  const Explored explored = explore(explored_scenario(GetParam().id), {.runs = kRunsMax});
  ASSERT_TRUE(explored.found.has_value());
  const auto is_sound = [](const auto& scenario) { return scenarios::is_sound(scenario); };
  const Found small = Shrinker{{.claims = {}, .is_sound = is_sound}}.shrink(*explored.found);
  EXPECT_EQ(small.failure.what, explored.found->failure.what);
  EXPECT_LE(scenarios::make_plan(small.scenario).actors.size(), 5);
  EXPECT_LE(small.scenario.faults.size(), 2);

  const auto again = try_once(scenario_of(scenarios::to_brief_yaml(small.scenario)), {});
  ASSERT_TRUE(again.has_value()) << "the file that is written shows it every time";
  EXPECT_EQ(again->what, small.failure.what);
  EXPECT_EQ(again->breach, small.failure.breach);
}

INSTANTIATE_TEST_SUITE_P(Of, EveryDefect, testing::ValuesIn(visible_in_passing()),
                         [](const auto& instance) {
                           std::string name{instance.param.name};
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

void send_away_observers(scenarios::Scenario& scenario) {
  std::erase_if(scenario.population, [](const scenarios::Population& population) {
    return std::holds_alternative<scenarios::Observers>(population);
  });
}

TEST(Witness, IsAddedWhereNobodyWatchesAnArena) {
  scenarios::Scenario scenario = explored_scenario(Defect::hide_tenth_token);
  EXPECT_FALSE(add_witness(scenario)) << "somebody watches";
  send_away_observers(scenario);
  EXPECT_FALSE(explore(scenario, {.runs = 20}).found.has_value());
  EXPECT_TRUE(add_witness(scenario));
  EXPECT_TRUE(explore(scenario, {.runs = 20}).found.has_value());
}

TEST(Witness, IsOfNoUseToARelay) {
  scenarios::Scenario scenario = explored_scenario();
  std::erase_if(scenario.population, [](const scenarios::Population& population) {
    return !std::holds_alternative<scenarios::Agents>(population);
  });
  EXPECT_FALSE(add_witness(scenario));
}

scenarios::Scenario on_a_bad_network(scenarios::Scenario scenario) {
  using namespace std::chrono_literals;
  scenario.network = {.latency = Uniform{5ms, 60ms}, .bandwidth = 24 * 1024, .loss = 0.15};
  return scenario;
}

TEST(BadNetwork, HidesNoRoundThatEndsTooSoon) {
  for (const Defect defect : {Defect::first_completion_ends_round, Defect::forget_screen})
    EXPECT_TRUE(
        explore(on_a_bad_network(explored_scenario(defect)), {.runs = 1000, .threads = 2}).found)
        << def(defect).name;
}

TEST(BadNetwork, IsHeldAgainstNoTarget) {
  const Explored explored =
      explore(on_a_bad_network(explored_scenario()), {.runs = 500, .threads = 2});
  EXPECT_FALSE(explored.found) << explored.found->failure.what;
}

const Explored& three_hundred_runs() {
  static const Explored kExplored = explore(explored_scenario(), {.runs = 300, .threads = 2});
  return kExplored;
}

TEST(Exploration, FindsNothingInTargetsThatDoTheirWork) {
  const Explored& explored = three_hundred_runs();
  EXPECT_EQ(explored.runs, 300);
  EXPECT_FALSE(explored.found) << scenarios::to_brief_yaml(explored.found->scenario) << "breaks "
                               << explored.found->failure.what;
}

TEST(Exploration, ReachesEveryKindOfFault) {
  for (const FaultDef& fault : kFaults)
    EXPECT_EQ(three_hundred_runs().coverage.of(fault.kind).injected > 0,
              fault.place != FaultPlace::target)
        << fault.name << ": what a target does wrong itself is never drawn";
}

TEST(Exploration, TakesNoStepThatIsNotInTheCharts) {
  for (const auto& [chart, steps] : three_hundred_runs().coverage.steps())
    for (const auto& [step, times] : steps)
      EXPECT_TRUE(std::ranges::any_of(chart->steps,
                                      [&](const StateChart::Step& known) {
                                        return known.from == step.first && known.to == step.second;
                                      }))
          << chart->machine << ": " << chart->states[step.first] << " -> "
          << chart->states[step.second];
}

TEST(Exploration, FindsTheSameWithAnyNumberOfThreads) {
  const scenarios::Scenario scenario = explored_scenario(Defect::reuse_seq);
  const Explored alone = explore(scenario, {.threads = 1});
  const Explored together = explore(scenario, {.threads = 4});
  ASSERT_TRUE(alone.found && together.found);
  EXPECT_EQ(alone.found->scenario, together.found->scenario);
  EXPECT_EQ(alone.found->failure.breach, together.found->failure.breach);
}

TEST(Exploration, EndsWhenItIsToldTo) {
  const auto enough = [](std::uint64_t runs) { return runs >= 3; };
  EXPECT_EQ(explore(explored_scenario(), {.threads = 1, .claims = {}, .enough = enough}).runs, 3);
}

TEST(Exploration, PassesOverWhatItIsToldToIgnore) {
  const Claims claims{.ignored = {Invariant::addressed}, .besides = {}};
  const scenarios::Scenario scenario = explored_scenario(Defect::leak_answer);
  EXPECT_FALSE(explore(scenario, {.runs = 20, .threads = 2, .claims = claims, .enough = {}}).found);
}

TEST(Exploration, JudgesTheClaimsOfTheScenarioToo) {
  const Claims claims{.ignored = {},
                      .besides = {metrics::parse_threshold("relay.reconnect.count == 0").value()}};
  const Explored explored =
      explore(explored_scenario(), {.runs = 100, .threads = 2, .claims = claims, .enough = {}});
  ASSERT_TRUE(explored.found);
  EXPECT_EQ(explored.found->failure.what, "relay.reconnect.count == 0");
}

TEST(Symptom, IsWhatARunItselfShowsOfATargetThatFails) {
  const auto symptom = [](const std::string& faults) {
    const scenarios::Scenario scenario = scenario_of(
        "name: dying\nduration: 10s\ntargets: {relay: embedded}\n"
        "population: [{agents: 3, send: [{to: everyone, rate: 2/s}]}]\nfaults: [" +
        faults + "]\n");
    const auto found = symptom_of(simulate(scenario), scenarios::make_plan(scenario), {});
    return found ? found->what : "";
  };
  EXPECT_EQ(symptom("{at: 5s, to: relay, do: target_crash}"),
            "relay.failures{outcome=refused} == 0");
  EXPECT_EQ(symptom("{at: 5s, to: relay, do: target_pause}"), "delivered");
  EXPECT_EQ(symptom("{at: 5s, to: agent-0, do: malformed_json}"), "");
}

TEST(FaultDraw, DrawsOnlyWhatTheParserWouldAccept) {
  const scenarios::Scenario scenario = explored_scenario();
  for (std::uint64_t number = 0; number < 200; ++number) {
    const scenarios::Scenario varied = variation(scenario, number);
    EXPECT_TRUE(scenarios::is_sound(varied)) << scenarios::to_yaml(varied);
    EXPECT_LE(varied.faults.size(), kDrawnFaultsMax);
  }
}

TEST(FaultDraw, DrawsNothingThatTheScenariosOwnFaultsExclude) {
  scenarios::Scenario scenario = explored_scenario();
  for (const FaultKind kind : {FaultKind::latency, FaultKind::connect_storm}) {
    scenarios::Fault fault;
    fault.action.kind = kind;
    scenario.faults.push_back(fault);
  }
  ASSERT_TRUE(scenarios::is_sound(scenario));
  for (std::uint64_t number = 0; number < 200; ++number) {
    const scenarios::Scenario varied = variation(scenario, number);
    EXPECT_TRUE(scenarios::is_sound(varied)) << scenarios::to_yaml(varied);
  }
}

}  // namespace
}  // namespace gauntlet::sim
