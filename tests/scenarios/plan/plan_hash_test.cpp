// Whoever compares two runs by their hash relies on every one of these.
#include "scenarios/plan/plan_hash.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace gauntlet::scenarios {
namespace {

using namespace std::chrono_literals;

Scenario both() {
  Scenario scenario;
  scenario.seed = 42;
  scenario.duration = 10s;
  scenario.targets = {.relay = RelayOptions{}, .arena = ArenaOptions{}};
  scenario.population = {
      Agents{.count = 20,
             .arrive = {.over = 2s},
             .send = {{.load = {.rate = Rate{1}}},
                      {.to = Itself{}, .load = {.in_flight = 2}},
                      {.load = {.stages = {{2s, {Rate{10}, Rate{20}}}, {1s, {Rate{5}, Rate{5}}}}}}},
             .subscribe = Subscribe{},
             .ask = Ask{.load = {.rate = Rate{0.5}}},
             .answer = Answer{}},
      Participants{.count = 10, .runner = MockRunner{.tokens = {50, 150}}},
      Observers{.count = 1},
      Voters{.count = 2},
  };
  scenario.rounds = {{.at = 3s, .prompt = "A haiku", .deadline = 5s}};
  return scenario;
}

Agents& agents(Scenario& s) { return std::get<Agents>(s.population[0]); }
Participants& participants(Scenario& s) { return std::get<Participants>(s.population[1]); }
MockRunner& mock(Scenario& s) { return std::get<MockRunner>(participants(s).runner); }
Load& load(Scenario& s) { return agents(s).send[0].load; }

Load traced(std::vector<Duration> times) {
  return {.trace = Trace{"t", std::make_shared<const std::vector<Duration>>(std::move(times))}};
}

using Edit = std::function<void(Scenario&)>;
const std::map<std::string, Edit>& edits() {
  static const std::map<std::string, Edit> kEdits{
      {"seed", [](Scenario& s) { s.seed = 43; }},
      {"duration", [](Scenario& s) { s.duration = 11s; }},
      {"warm-up", [](Scenario& s) { s.warm_up = 1s; }},
      {"a second relay", [](Scenario& s) { s.targets.relay = RelayAddresses(2); }},
      {"more agents", [](Scenario& s) { agents(s).count = 21; }},
      {"arrivals of agents", [](Scenario& s) { agents(s).arrive.over = 1s; }},
      {"ids", [](Scenario& s) { agents(s).choose_id = false; }},
      {"rate", [](Scenario& s) { load(s).rate = Rate{1.0001}; }},
      {"arrivals", [](Scenario& s) { load(s).arrivals = ConstantArrivals{}; }},
      {"gamma", [](Scenario& s) { load(s).arrivals = GammaArrivals{2}; }},
      {"another gamma", [](Scenario& s) { load(s).arrivals = GammaArrivals{3}; }},
      {"bursts", [](Scenario& s) { load(s).arrivals = BurstArrivals{2}; }},
      {"larger bursts", [](Scenario& s) { load(s).arrivals = BurstArrivals{3}; }},
      {"trace",
       [](Scenario& s) {
         load(s) = traced({1s, 2s});
       }},
      {"another last line",
       [](Scenario& s) {
         load(s) = traced({1s, 3s});
       }},
      {"payload", [](Scenario& s) { agents(s).send[0].payload_bytes = 200; }},
      {"type", [](Scenario& s) { agents(s).send[0].type = "thought"; }},
      {"recipients", [](Scenario& s) { agents(s).send[0].to = RandomAgents{2}; }},
      {"broadcast", [](Scenario& s) { agents(s).send[0].to = Everyone{}; }},
      {"rules", [](Scenario& s) { agents(s).send.pop_back(); }},
      {"in flight", [](Scenario& s) { agents(s).send[1].load.in_flight = 3; }},
      {"think", [](Scenario& s) { agents(s).send[1].load.think = Constant{1ms}; }},
      {"patience", [](Scenario& s) { agents(s).send[1].timeout = 1s; }},
      {"length of a stage", [](Scenario& s) { agents(s).send[2].load.stages[1].length = 2s; }},
      {"end of a ramp", [](Scenario& s) { agents(s).send[2].load.stages[0].rate.to = {21}; }},
      {"stages", [](Scenario& s) { agents(s).send[2].load.stages.pop_back(); }},
      {"subscriptions", [](Scenario& s) { agents(s).subscribe->to = {2}; }},
      {"end of subscriptions", [](Scenario& s) { agents(s).subscribe->keep = 1s; }},
      {"questions", [](Scenario& s) { agents(s).ask->load.rate = Rate{1}; }},
      {"who is asked", [](Scenario& s) { agents(s).ask->to = RandomAgents{1}; }},
      {"timeout of questions", [](Scenario& s) { agents(s).ask->timeout = 1s; }},
      {"no answers", [](Scenario& s) { agents(s).answer.reset(); }},
      {"fewer answers", [](Scenario& s) { agents(s).answer->probability = 0.5; }},
      {"lists", [](Scenario& s) { agents(s).list = Rate{1}; }},
      {"pings", [](Scenario& s) { agents(s).ping = Rate{1}; }},
      {"throttle", [](Scenario& s) { agents(s).throttle = Throttle{}; }},
      {"heartbeat", [](Scenario& s) { agents(s).heartbeat = 1s; }},
      {"reconnect", [](Scenario& s) { agents(s).reconnect.attempts = 1; }},
      {"more participants", [](Scenario& s) { participants(s).count = 11; }},
      {"slow-down", [](Scenario& s) { mock(s).slow_down = 1; }},
      {"tokens",
       [](Scenario& s) {
         mock(s).tokens = {50, 151};
       }},
      {"patience of participants", [](Scenario& s) { participants(s).timeout = 1s; }},
      {"patience of voters", [](Scenario& s) { std::get<Voters>(s.population[3]).timeout = 1s; }},
      {"model", [](Scenario& s) { participants(s).model = "other"; }},
      {"votes", [](Scenario& s) { std::get<Voters>(s.population[3]).votes = 2; }},
      {"prompt", [](Scenario& s) { s.rounds[0].prompt = "An ode"; }},
      {"seed of a round", [](Scenario& s) { s.rounds[0].seed = 1; }},
      {"rounds", [](Scenario& s) { s.rounds.clear(); }},
  };
  return kEdits;
}

std::uint64_t hash_of(const Scenario& scenario) { return make_plan(scenario).hash; }

TEST(PlanHash, IsTheSameForTheSameScenarioAndSeed) { EXPECT_EQ(hash_of(both()), hash_of(both())); }

TEST(PlanHash, TellsAnyTwoIntentsApart) {
  std::map<std::uint64_t, std::string> seen{{hash_of(both()), "nothing"}};
  for (const auto& [name, edit] : edits()) {
    Scenario scenario = both();
    edit(scenario);
    const auto [known, is_new] = seen.emplace(hash_of(scenario), name);
    EXPECT_TRUE(is_new) << name << " makes the same hash as " << known->second;
  }
}

// Of whatever a kind of fault takes, by its own key.
TEST(PlanHash, TellsAnyTwoFaultsApart) {
  using Vary = std::function<void(FaultAction&)>;
  const std::map<std::string, std::pair<FaultKind, Vary>> pairs{
      {"code", {FaultKind::close_connection, [](FaultAction& a) { a.code = 4000; }}},
      {"connections", {FaultKind::idle_connections, [](FaultAction& a) { a.connections = 2; }}},
      {"guesses", {FaultKind::pin_guessing, [](FaultAction& a) { a.guesses = 2; }}},
      {"gap of a storm", {FaultKind::connect_storm, [](FaultAction& a) { a.gap = 1s; }}},
      {"gap of a crawl", {FaultKind::runner_crawl, [](FaultAction& a) { a.gap = 1s; }}},
      {"gap without an end", {FaultKind::endless_tokens, [](FaultAction& a) { a.gap = 1s; }}},
      {"stay", {FaultKind::reconnect_storm, [](FaultAction& a) { a.pause = 1s; }}},
      {"speed", {FaultKind::slow_reading, [](FaultAction& a) { a.per_second = 1; }}},
      {"delay", {FaultKind::latency, [](FaultAction& a) { a.delay = Constant{1ms}; }}},
      {"direction",
       {FaultKind::blackhole, [](FaultAction& a) { a.direction = Direction::to_target; }}},
      {"pieces", {FaultKind::slicing, [](FaultAction& a) { a.piece = 1; }}},
      {"pauses", {FaultKind::slicing, [](FaultAction& a) { a.pause = 1s; }}},
      {"bytes", {FaultKind::reset_after_bytes, [](FaultAction& a) { a.bytes = 1; }}},
      {"share", {FaultKind::target_drop, [](FaultAction& a) { a.share = 0.5; }}},
  };
  for (const auto& [name, pair] : pairs) {
    Scenario scenario = both();
    scenario.faults.emplace_back().action.kind = pair.first;
    const std::uint64_t before = hash_of(scenario);
    pair.second(scenario.faults.back().action);
    EXPECT_NE(hash_of(scenario), before) << name;
  }
}

TEST(PlanHash, DoesNotDependOnWhereTargetsAre) {
  Scenario elsewhere = both();
  elsewhere.targets.relay = RelayAddresses{{"http://127.0.0.1:8080", "ws://127.0.0.1:8080/arc"}};
  EXPECT_EQ(hash_of(elsewhere), hash_of(both()));
}

// Ten thousand hours at a million a second: nobody could draw that.
TEST(PlanHash, TakesNoLongerForALongRunThanForAShortOne) {
  Scenario scenario = both();
  scenario.duration = std::chrono::hours{10'000};
  load(scenario).rate = Rate{1e6};
  EXPECT_NE(hash_of(scenario), hash_of(both()));
}

// Another machine, compiler or release must not move anybody's plan.
TEST(PlanHash, IsPinned) { EXPECT_EQ(hash_of(both()), 1487105136909640763ULL); }

}  // namespace
}  // namespace gauntlet::scenarios
