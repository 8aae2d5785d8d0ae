#include "sim/explore/shrinker.hpp"

#include <gtest/gtest.h>

#include "tests/sim/explore/explored_scenario.hpp"

namespace gauntlet::sim {
namespace {

bool is_sound(const scenarios::Scenario& scenario) { return scenarios::is_sound(scenario); }

TEST(Shrinker, KeepsNothingThatTheFailureCanDoWithout) {
  scenarios::Scenario scenario = explored_scenario(Defect::broadcast_to_sender);
  scenario.faults = variation(scenario, 1).faults;
  scenario.network.bandwidth = 100'000;
  scenario.network.loss = 0.01;
  const auto failure = try_once(scenario, {});
  ASSERT_TRUE(failure);
  const Found small = Shrinker{{.claims = {}, .is_sound = is_sound}}.shrink({scenario, *failure});
  const std::string yaml = scenarios::to_brief_yaml(small.scenario);
  EXPECT_TRUE(small.scenario.faults.empty()) << yaml;
  EXPECT_TRUE(small.scenario.rounds.empty()) << yaml;
  EXPECT_FALSE(small.scenario.targets.arena) << yaml;
  ASSERT_EQ(small.scenario.population.size(), 1) << yaml;
  const auto& agents = std::get<scenarios::Agents>(small.scenario.population.front());
  EXPECT_LE(agents.send.size() + (agents.ask ? 1 : 0), 1) << yaml;
  EXPECT_LT(small.scenario.duration, scenario.duration) << yaml;
  EXPECT_EQ(small.scenario.network, scenarios::Network{}) << yaml;
}

TEST(Shrinker, KeepsTheFaultWithoutWhichThereIsNoFailure) {
  scenarios::Scenario scenario = explored_scenario(Defect::replay_on_reconnect);
  scenario.faults = {
      {.at = std::chrono::seconds{3},
       .to = {.among = scenarios::Selection::Among::observers, .which = {}, .round = {}},
       .action = {.kind = FaultKind::half_close}},
      {.at = std::chrono::milliseconds{5123},
       .to = {.among = scenarios::Selection::Among::agents, .which = {}, .round = {}},
       .action = {.kind = FaultKind::reset_connection}},
  };
  const auto failure = try_once(scenario, {});
  ASSERT_TRUE(failure);
  const Found small = Shrinker{{.claims = {}, .is_sound = is_sound}}.shrink({scenario, *failure});
  ASSERT_EQ(small.scenario.faults.size(), 1);
  const scenarios::Fault& fault = small.scenario.faults.front();
  EXPECT_EQ(fault.action.kind, FaultKind::reset_connection);
  EXPECT_TRUE(std::holds_alternative<scenarios::Selection::One>(fault.to.which));
  EXPECT_EQ(fault.at % std::chrono::milliseconds{100}, Duration{}) << "a round number";
}

// A scenario whose fault would come again only after the end is none that the parser accepts.
TEST(Shrinker, ShortensWhatHasAFaultThatComesAgain) {
  scenarios::Scenario scenario = explored_scenario(Defect::broadcast_to_sender);
  scenario.faults = {
      {.at = std::chrono::milliseconds{500},
       .every = std::chrono::seconds{11},
       .to = {.among = scenarios::Selection::Among::agents, .which = {}, .round = {}},
       .action = {.kind = FaultKind::half_close}},
  };
  const auto failure = try_once(scenario, {});
  ASSERT_TRUE(failure);
  const auto keeps_the_fault = [](const scenarios::Scenario& smaller) {
    const bool comes_again_while_it_can = smaller.duration < std::chrono::seconds{11} ||
                                          smaller.faults.empty() || smaller.faults[0].every;
    return smaller.faults.size() == 1 && comes_again_while_it_can && scenarios::is_sound(smaller);
  };
  const Found small =
      Shrinker{{.claims = {}, .is_sound = keeps_the_fault}}.shrink({scenario, *failure});
  EXPECT_LT(small.scenario.duration, std::chrono::seconds{11});
}

TEST(Shrinker, ReturnsWhatItHasWhenItMayTryNoMore) {
  const scenarios::Scenario scenario = explored_scenario(Defect::broadcast_to_sender);
  const auto failure = try_once(scenario, {});
  ASSERT_TRUE(failure);
  Shrinker shrinker{{.claims = {}, .trials_max = 5, .is_sound = is_sound}};
  const Found found = shrinker.shrink({scenario, *failure});
  EXPECT_EQ(shrinker.trials(), 5);
  EXPECT_EQ(found.failure.what, failure->what);
}

}  // namespace
}  // namespace gauntlet::sim
