// Every actor, fed inputs in any order, sensible or not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>

#include "sim/actor/arc_agent.hpp"
#include "sim/actor/arena_observer.hpp"
#include "sim/actor/arena_operator.hpp"
#include "sim/actor/arena_participant.hpp"
#include "sim/actor/voter.hpp"
#include "tests/sim/actor/stage.hpp"
#include "tests/support/machine_script.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::Gauge;
using metrics::LedgerEvent;
using namespace std::chrono_literals;

scenarios::Scenario busy_scenario() {
  scenarios::Agents agents;
  agents.count = 3;
  agents.send.push_back({.load = {.rate = scenarios::Rate{2}}});
  agents.send.push_back({.to = scenarios::Everyone{}, .load = {.rate = scenarios::Rate{0.5}}});
  agents.subscribe = scenarios::Subscribe{.after = 1s, .keep = 3s};
  agents.ask = scenarios::Ask{.load = {.rate = scenarios::Rate{1}}, .timeout = 2s};
  agents.answer = scenarios::Answer{.probability = 0.5, .after = Uniform{0s, 3s}};
  agents.list = agents.ping = scenarios::Rate{0.5};
  agents.heartbeat = 4s;
  auto scenario = relay_scenario(agents);
  scenario.duration = 60s;
  scenario.targets.arena = scenarios::ArenaOptions{};
  auto some = participants(2);
  some.heartbeat = 4s;
  scenario.population.emplace_back(some);
  scenario.population.emplace_back(scenarios::Observers{.count = 1});
  scenario.population.emplace_back(scenarios::Voters{.count = 1});
  scenario.rounds = {round_at(3s, 5s), round_at(20s, 5s)};
  return scenario;
}

std::unique_ptr<Machine> make_actor(Stage& stage, ActorId id) {
  switch (stage.plan.actors[id].role) {
    case scenarios::Role::agent:
      return std::make_unique<ArcAgent>(stage.crew, id);
    case scenarios::Role::participant:
      return std::make_unique<ArenaParticipant>(stage.crew, id);
    case scenarios::Role::observer:
      return std::make_unique<ArenaObserver>(stage.crew, id);
    case scenarios::Role::voter:
      return std::make_unique<Voter>(stage.crew, id);
    case scenarios::Role::operator_:
      return std::make_unique<ArenaOperator>(stage.crew, id);
  }
  return nullptr;
}

template <std::size_t n>
auto pick(const std::array<std::string_view, n>& choices, Stream& random) {
  return choices[random.below(n)];
}

constexpr std::array<std::string_view, 16> kTexts{
    R"({"from":"relay","type":"welcome","payload":{}})",
    R"({"from":"relay","type":"subscribed","payload":{"agents":[],"count":0}})",
    R"({"from":"relay","type":"pong","payload":null})",
    R"({"from":"x","id":"1","to":["*"],"type":"question","ref":"r",)"
    R"("payload":{"run":"0badcafe","from":1,"lane":0,"n":3,"at":0,"pad":""}})",
    R"({"from":"x","id":"1","to":["*"],"type":"answer","ref":"q-0badcafe-0-0","payload":1})",
    R"({"type":"registered"})",
    R"({"type":"registered_telao"})",
    R"({"type":"challenge","round":1,"prompt":"x","max_tokens":3,"deadline_ms":700})",
    R"({"type":"challenge","round":2,"prompt":"x"})",
    R"({"type":"error","message":"Invalid PIN"})",
    R"({"type":"error","message":"No active session"})",
    R"({"type":"error","message":"x","code":"SESSION_ENDED"})",
    R"({"type":"token_update","participant_id":"gauntlet-0badcafe-p0","round":1,"seq":0})",
    R"({"type":"completion"})",
    R"({"payload":{"a":[[[]]]}})",
    "\"",
};
constexpr std::array<std::string_view, 6> kBodies{
    R"({"agent_id":"a","token":"t"})",
    R"({"pin":"1"})",
    R"({"id":"r"})",
    R"([{"participant_id":"gauntlet-0badcafe-p0","tokens":1}])",
    "a,b\n1,2\n",
    "}"};

Input any_input(Stream& random, Instant now) {
  constexpr std::array kStatuses{200, 200, 200, 400, 401, 409, 429, 500, 0};
  const auto why = static_cast<Outcome>(random.below(kOutcomeCount));
  switch (random.below(13)) {
    case 0:
      return Start{};
    case 1:
      return Connected{};
    case 2:
      return ConnectFailed{why, kStatuses[random.below(kStatuses.size())]};
    case 3:
      return HttpFailed{why};
    case 4:
      return Ponged{};
    case 5:
      return Closed{static_cast<std::uint16_t>(random.below(5000)), "x", why};
    case 6:
      return Token{random.chance(0.2) ? "" : "word", now};
    case 7:
      return Generated{3};
    case 8:
      return GenerationFailed{Outcome::reset, "x"};
    case 9:
      return Announced{random.chance(0.5) ? "1" : "2"};
    case 10:
      return TimePassed{};
    case 11:
      return HttpReply{kStatuses[random.below(kStatuses.size())], pick(kBodies, random)};
    default:
      return Received{pick(kTexts, random)};
  }
}

/// In or out, and never twice: what the ledger and the gauge are told.
void expect_presence_balanced(MachineScript& script, bool in_allowed) {
  std::int64_t present = 0;
  for (const LedgerEvent& event : script.tracked()) {
    if (event.what == LedgerEvent::What::entered) ++present;
    if (event.what == LedgerEvent::What::left) --present;
    ASSERT_TRUE(present == 0 || present == 1);
  }
  EXPECT_EQ(present, script.gauge(Gauge::relay_agents) + script.gauge(Gauge::arena_observers));
  for (const Gauge gauge :
       {Gauge::relay_agents, Gauge::arena_observers, Gauge::arena_participants}) {
    EXPECT_GE(script.gauge(gauge), 0);
    EXPECT_LE(script.gauge(gauge), in_allowed ? 1 : 0);
  }
}

void expect_books_balanced(const MachineScript& script) {
  EXPECT_EQ(script.count(Counter::relay_offered),
            script.count(Counter::relay_sent_direct) + script.count(Counter::relay_sent_broadcast) +
                script.count(Counter::relay_sent_question) + script.count(Counter::relay_unsent));
  EXPECT_EQ(script.count(Counter::relay_asked),
            script.count(Counter::relay_answered) + script.count(Counter::relay_unanswered));
  EXPECT_EQ(
      script.count(Counter::arena_rounds_challenged),
      script.count(Counter::arena_rounds_completed) + script.count(Counter::arena_rounds_failed) +
          script.count(Counter::arena_rounds_expired) + script.count(Counter::arena_rounds_cut));
  EXPECT_GE(script.count(Counter::arena_votes_offered),
            script.count(Counter::arena_votes_accepted));
}

TEST(Swarm, EveryActorKeepsItsBooksBalancedAndLeavesInTimeWhateverHappens) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Stage stage{busy_scenario()};
    for (ActorId id = 0; id < stage.plan.actors.size(); ++id) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", actor " + std::to_string(id));
      const auto actor = make_actor(stage, id);
      MachineScript script{*actor};
      Stream random{key_of(seed, id)};
      script.feed(Start{});
      for (int step = 0; step < 120; ++step) {
        script.feed(any_input(random, script.now()));
        expect_presence_balanced(script, true);
        if (random.chance(0.4))
          script.until(script.now().time_since_epoch() +
                       std::chrono::milliseconds{random.below(3000)});
        script.feed(TimePassed{});
        const auto deadline = actor->next_deadline();
        ASSERT_TRUE(!deadline || *deadline > script.now()) << "it would be woken for nothing";
      }
      if (random.chance(0.7)) script.feed(Stop{});
      script.feed(Leave{});
      script.until(script.now().time_since_epoch() + kFarewell);
      EXPECT_TRUE(actor->done());
      expect_presence_balanced(script, false);
      expect_books_balanced(script);
    }
  }
}

}  // namespace
}  // namespace gauntlet::sim
