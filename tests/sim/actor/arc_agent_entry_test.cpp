// How an agent gets in, is turned away, and gets in again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/sim/actor/agent_play.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::Gauge;
using metrics::LedgerEvent;
using metrics::Series;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using namespace std::chrono_literals;

TEST(ArcAgent, RegistersUnderItsOwnNameThenConnectsWithTheToken) {
  AgentPlay play{quiet_agents(1)};
  play.script.feed(Start{});
  EXPECT_THAT(play.script.take(),
              ElementsAre(R"(post relay_http /register {"agent_id":"gauntlet-0badcafe-0"})"));
  play.script.until(5ms).feed(HttpReply{200, kEnlisted});
  EXPECT_THAT(play.script.take(), ElementsAre("connect relay_socket tok_1"));
  EXPECT_EQ(play.stage.crew.contacts.look_up(0), "a-0");
  EXPECT_THAT(play.script.samples(Series::relay_register), ElementsAre(5ms));
}

TEST(ArcAgent, LetsTheRelayChooseAnIdWhenTheScenarioSaysSo) {
  scenarios::Agents agents = quiet_agents(1);
  agents.choose_id = false;
  AgentPlay play{agents};
  play.script.feed(Start{});
  EXPECT_THAT(play.script.take(), ElementsAre("post relay_http /register {}"));
  play.script.feed(HttpReply{200, R"({"token":"tok_1"})"});
  EXPECT_EQ(play.failed(Outcome::bad_reply), 1) << "nobody could write to it";
}

TEST(ArcAgent, IsInWhenWelcomedWhateverTheFormOfTheWelcome) {
  for (const std::string_view welcome :
       {kWelcomed,
        std::string_view{R"({"type":"welcome","relay":"r","version":"1","limits":{}})"}}) {
    AgentPlay play{quiet_agents(1)};
    play.enlist();
    play.script.until(3ms).feed(Connected{}).until(9ms).feed(Received{welcome});
    EXPECT_EQ(play.count(Counter::relay_connected), 1);
    EXPECT_EQ(play.script.gauge(Gauge::relay_agents), 1);
    EXPECT_THAT(play.script.samples(Series::relay_connect), ElementsAre(3ms));
    EXPECT_THAT(play.script.tracked(LedgerEvent::What::entered), SizeIs(1));
  }
}

TEST(ArcAgent, IsInAfterARoundTripWithARelayThatDoesNotWelcome) {
  AgentPlay play{quiet_agents(1)};
  play.enlist().script.take();
  play.script.feed(Connected{});
  EXPECT_THAT(play.script.take(), ElementsAre("ping"));
  EXPECT_EQ(play.count(Counter::relay_connected), 0);
  play.script.feed(Ponged{});
  EXPECT_EQ(play.count(Counter::relay_connected), 1);
  play.script.feed(Received{kWelcomed});
  EXPECT_EQ(play.count(Counter::relay_connected), 1) << "a late welcome is no second entry";
}

TEST(ArcAgent, CountsEachRefusalUnderItsOwnNameAndTriesAgain) {
  const std::vector<std::pair<HttpReply, Outcome>> refusals{
      {{429, ""}, Outcome::rate_limited},
      {{400, R"({"error":"agent_id_taken"})"}, Outcome::id_taken},
      {{409, "nonsense"}, Outcome::id_taken},
      {{400, R"({"error":"invalid_agent_id"})"}, Outcome::rejected},
      {{401, ""}, Outcome::unauthorized},
      {{503, "<html>"}, Outcome::server_error},
      {{200, "not JSON"}, Outcome::bad_reply},
      {{200, R"({"token":17})"}, Outcome::bad_reply},
      {{200, R"([[[{"token":"t"}]]])"}, Outcome::bad_reply},
      {{302, ""}, Outcome::bad_reply},
  };
  for (const auto& [reply, outcome] : refusals) {
    SCOPED_TRACE(name(outcome));
    AgentPlay play{quiet_agents(1)};
    play.script.feed(Start{});
    play.script.take();
    play.script.feed(reply);
    EXPECT_EQ(play.failed(outcome), 1);
    EXPECT_EQ(play.script.failures(), 1);
    EXPECT_THAT(play.script.take(), IsEmpty());
    play.script.until(1s);
    EXPECT_THAT(play.script.take(), ElementsAre(StartsWith("post relay_http /register")));
  }
}

TEST(ArcAgent, ReconnectsWithTheSameTokenButRegistersAnewWhenItIsRefused) {
  AgentPlay play{quiet_agents(1)};
  play.get_in();
  play.script.feed(Closed{1006, "", Outcome::reset});
  EXPECT_EQ(play.failed(Outcome::reset), 1);
  EXPECT_EQ(play.script.gauge(Gauge::relay_agents), 0);
  EXPECT_THAT(play.script.tracked(LedgerEvent::What::left), SizeIs(1));
  play.script.until(1s);
  EXPECT_THAT(play.script.take(), ElementsAre("connect relay_socket tok_1"));
  EXPECT_EQ(play.count(Counter::relay_reconnects), 1);

  play.script.feed(ConnectFailed{Outcome::rejected, 401});
  EXPECT_EQ(play.failed(Outcome::unauthorized), 1);
  play.script.until(4s);
  EXPECT_THAT(play.script.take(), ElementsAre(StartsWith("post relay_http /register")));
}

TEST(ArcAgent, MeasuresHowLongItWasAway) {
  AgentPlay play{quiet_agents(1)};
  play.get_in();
  EXPECT_THAT(play.script.samples(Series::relay_reconnect), IsEmpty()) << "it was never away";
  play.script.until(10s).feed(Closed{1006, "", Outcome::reset});
  play.script.until(11s).feed(ConnectFailed{Outcome::refused});
  play.script.until(14s).feed(Connected{});
  play.script.until(15s).feed(Ponged{});
  EXPECT_THAT(play.script.samples(Series::relay_reconnect), ElementsAre(5s));
}

TEST(ArcAgent, TakesClose4001ForARefusedTokenAnd4029ForARateLimit) {
  for (const auto& [code, outcome] : {std::pair{std::uint16_t{4001}, Outcome::unauthorized},
                                      std::pair{std::uint16_t{4029}, Outcome::rate_limited}}) {
    AgentPlay play{quiet_agents(1)};
    play.get_in();
    play.script.feed(Closed{code, "expired", Outcome::closed_by_peer});
    EXPECT_EQ(play.failed(outcome), 1);
    play.script.until(1s);
    EXPECT_THAT(play.script.take(),
                ElementsAre(StartsWith(code == 4001 ? "post relay_http" : "connect relay_socket")));
  }
}

TEST(ArcAgent, GivesUpAfterTheLastAttemptAndStillCountsWhatThePlanWanted) {
  scenarios::Agents agents = senders(scenarios::Everyone{});
  agents.reconnect = {.first = 10ms, .max = 10ms, .attempts = 2};
  AgentPlay play{agents};
  play.script.feed(Start{});
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_THAT(play.script.take(), SizeIs(1));
    play.script.feed(HttpFailed{Outcome::refused});
    play.script.until(50ms * (attempt + 1));
  }
  play.script.until(60s);
  EXPECT_THAT(play.script.take(), IsEmpty());
  const auto planned = planned_operations(play.stage, 0).size();
  EXPECT_GT(planned, 0U);
  EXPECT_EQ(play.count(Counter::relay_offered), planned);
  EXPECT_EQ(play.count(Counter::relay_unsent), planned);
  EXPECT_FALSE(play.agent.done()) << "the run has not ended";
  play.script.feed(Leave{});
  EXPECT_TRUE(play.agent.done());
}

TEST(ArcAgent, NeverWaitsLongerThanItsTimeoutForAnyStep) {
  for (int step = 0; step < 3; ++step) {
    SCOPED_TRACE(step);
    AgentPlay play{quiet_agents(1)};
    play.script.feed(Start{});
    if (step > 0) play.script.feed(HttpReply{200, kEnlisted});
    if (step > 1) play.script.feed(Connected{});
    play.script.take();
    play.script.until(10s);
    EXPECT_EQ(play.failed(Outcome::timed_out), 1);
    EXPECT_THAT(play.script.take(), ElementsAre(step == 0 ? "cancel request" : "abort"));
  }
}

TEST(ArcAgent, GetsInWithATokenFromTheScenarioAndGivesUpWhenItIsRefused) {
  scenarios::Scenario scenario = relay_scenario(quiet_agents(2));
  scenarios::Agents enrolled = quiet_agents(2);
  enrolled.tokens = scenarios::Tokens{"f", {{"ann", "tok_a"}, {"", "tok_b"}}};
  scenario.population.emplace_back(enrolled);
  Stage stage{scenario};
  for (const ActorId actor : {2U, 3U}) {
    ArcAgent agent{stage.crew, actor};
    MachineScript script{agent};
    script.feed(Start{});
    const bool named = actor == 2;
    EXPECT_THAT(script.take(),
                ElementsAre(named ? "connect relay_socket tok_a" : "connect relay_socket tok_b"));
    EXPECT_EQ(stage.crew.contacts.look_up(actor), named ? "ann" : "");
    script.feed(Connected{})
        .feed(Received{R"({"from":"relay","to":["bob"],"type":"welcome","payload":{}})"});
    EXPECT_EQ(stage.crew.contacts.look_up(actor), named ? "ann" : "bob");
    EXPECT_EQ(script.count(Counter::relay_registered), 0);

    script.take();
    script.feed(Closed{1006, "", Outcome::reset}).until(5s);
    EXPECT_THAT(script.take(), ElementsAre(StartsWith("connect relay_socket tok_")));
    script.feed(ConnectFailed{Outcome::rejected, 401}).until(100s);
    EXPECT_EQ(script.count(metrics::relay_failure(Outcome::unauthorized)), 1);
    EXPECT_THAT(script.take(), IsEmpty()) << "it is somebody else's to register";
  }
}

}  // namespace
}  // namespace gauntlet::sim
