// What an agent says to the relay and to others, and what it makes of what it hears.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/sim/actor/agent_play.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::LedgerEvent;
using metrics::MessageKind;
using metrics::Series;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using namespace std::chrono_literals;

TEST(ArcAgent, SendsWhatIsDueAtItsIntendedTimesAndTellsTheLedgerOfEachReceiver) {
  AgentPlay play{senders(scenarios::RandomAgents{2})};
  play.get_in();
  const auto planned = planned_operations(play.stage, 0);
  ASSERT_GE(planned.size(), 3U);
  play.script.until(60s);

  const auto sent = play.script.tracked(LedgerEvent::What::sent_to);
  ASSERT_EQ(sent.size(), planned.size() * 2);
  for (std::size_t i = 0; i < planned.size(); ++i) {
    EXPECT_EQ(play.script.intended()[i + 1], planned[i].intended);  // after the registration's
    for (std::size_t receiver = 0; receiver < 2; ++receiver) {
      const LedgerEvent& event = sent[2 * i + receiver];
      EXPECT_EQ(event.kind, MessageKind::direct);
      EXPECT_EQ(event.actor, planned[i].to[receiver]);
      EXPECT_EQ(event.message, (metrics::MessageKey{0, 0, static_cast<std::uint32_t>(i)}));
      EXPECT_EQ(event.intended, planned[i].intended);
    }
  }
  EXPECT_EQ(play.count(Counter::relay_sent_direct), planned.size());
  EXPECT_EQ(play.count(Counter::relay_offered), planned.size());
  EXPECT_EQ(play.count(Counter::relay_unsent), 0);
}

TEST(ArcAgent, CatchesUpWhenTheDriverIsLateAndKeepsPlannedTimes) {
  AgentPlay play{senders(scenarios::Everyone{})};
  play.get_in();
  const auto planned = planned_operations(play.stage, 0);
  Outbox out;
  play.agent.handle(at(60s), TimePassed{}, out);
  std::vector<Instant> intended;
  for (const Effect& effect : out.effects())
    if (const auto* send = std::get_if<Send>(&effect)) intended.push_back(send->intended.value());
  ASSERT_EQ(intended.size(), planned.size());
  for (std::size_t i = 0; i < planned.size(); ++i) EXPECT_EQ(intended[i], planned[i].intended);
}

// Two at once, then one every four seconds; what the end of the run finds waiting is never sent.
TEST(ArcAgent, HoldsBackWhatItsOwnThrottleForbids) {
  scenarios::Agents agents = senders(scenarios::Everyone{});
  agents.throttle = scenarios::Throttle{.rate = {0.25}, .burst = 2};
  AgentPlay play{agents};
  play.get_in();
  const auto planned = planned_operations(play.stage, 0);
  ASSERT_GE(planned.size(), 5U);
  const Instant end = planned.back().intended;
  play.script.until(end.time_since_epoch()).feed(Stop{});

  const auto sent = play.script.tracked(LedgerEvent::What::sent_to_all);
  ASSERT_GE(sent.size(), 3U);
  EXPECT_LT(sent.size(), planned.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(sent[i].intended, planned[i].intended) << "its latency runs from the planned moment";
    EXPECT_EQ(play.script.intended()[i + 1], sent[i].at) << "and its slip from when it might leave";
  }
  for (std::size_t i = 2; i < sent.size(); ++i) EXPECT_GE(sent[i].at - sent[i - 2].at, 4s);
  EXPECT_THAT(play.script.samples(Series::relay_throttle), SizeIs(testing::Ge(1U)));
  EXPECT_EQ(play.count(Counter::relay_offered), planned.size());
  EXPECT_EQ(play.count(Counter::relay_unsent), planned.size() - sent.size());
}

// Twenty planned messages a second; a relay that complains of the first one after each pause.
TEST(ArcAgent, HoldsBackForLongerAndLongerWhileTheRelayComplainsOfItsRate) {
  scenarios::Agents agents = senders(scenarios::Everyone{});
  agents.send[0].load.rate = scenarios::Rate{20};
  agents.reconnect = {.first = 200ms, .max = 500ms, .attempts = 0, .jitter = 0};
  AgentPlay play{agents};
  play.get_in();
  const auto planned = planned_operations(play.stage, 0);
  const auto complain = [&] {
    play.script.feed(Received{
        R"({"from":"relay","type":"error","payload":{"code":"rate_limited","message":"m"}})"});
  };
  const auto sent = [&] { return play.script.tracked(LedgerEvent::What::sent_to_all).size(); };
  play.script.until(planned[0].intended.time_since_epoch());
  for (const Duration pause : {200ms, 400ms, 500ms, 500ms}) {
    const std::size_t before = sent();
    const Duration now = play.script.now().time_since_epoch();
    complain();
    play.script.until(now + 100ms);
    complain();  // of what was sent before the pause
    play.script.until(now + pause - 1ns);
    EXPECT_EQ(sent(), before) << "a pause of " << seconds(pause) << " s";
    while (sent() == before && play.agent.next_deadline())
      play.script.until(play.agent.next_deadline()->time_since_epoch());
    EXPECT_EQ(sent(), before + 1) << "on trial, though more is waiting";
  }
  EXPECT_EQ(play.count(Counter::relay_rate_limited), 8);
  EXPECT_EQ(play.count(Counter::relay_errors), 8);
  EXPECT_EQ(play.failed(Outcome::rate_limited), 0) << "no connection was lost";
  EXPECT_THAT(play.script.samples(Series::relay_throttle), SizeIs(testing::Ge(3U)));
  for (std::size_t i = 0; i < sent(); ++i)
    EXPECT_EQ(play.script.intended()[i + 1],
              play.script.tracked(LedgerEvent::What::sent_to_all)[i].at)
        << "that is no slip of ours";

  play.script.until(play.script.now().time_since_epoch() + 600ms);  // without a complaint
  complain();
  const Duration now = play.script.now().time_since_epoch();
  const std::size_t before = sent();
  play.script.until(now + 399ms);
  EXPECT_GT(sent(), before) << "things had gone well: the first pause again";
}

TEST(ArcAgent, NamesOnlyReceiversThatHaveANameYet) {
  scenarios::Agents agents = senders(scenarios::RandomAgents{4});
  agents.choose_id = false;
  AgentPlay play{agents};
  play.get_in();
  play.stage.crew.contacts.publish(3, "relay-gave-me-this");
  play.script.until(60s);
  EXPECT_THAT(play.script.take(), AllOf(Contains(HasSubstr("relay-gave-me-this")),
                                        Each(HasSubstr(R"("to":["relay-gave-me-this"])"))));
  for (const LedgerEvent& event : play.script.tracked(LedgerEvent::What::sent_to))
    EXPECT_EQ(event.actor, 3U);
}

TEST(ArcAgent, TellsOurMessagesFromForeignOnesAndFromNonsense) {
  AgentPlay play{quiet_agents(3)};
  play.get_in();
  play.hear("a-1", "", "", {1, 0, 4});
  const auto arrived = play.script.tracked(LedgerEvent::What::arrived);
  ASSERT_THAT(arrived, SizeIs(1));
  EXPECT_EQ(arrived[0].message, (metrics::MessageKey{1, 0, 4}));
  EXPECT_EQ(arrived[0].actor, 0U);

  play.hear("a-1", "", "", {1, 0, 4}, "deadbeef");  // another run's
  play.hear("a-1", "", "", {99, 0, 4});             // no such agent
  play.script.feed(Received{R"({"from":"x","to":["a-0"],"payload":null})"});
  EXPECT_EQ(play.count(Counter::relay_foreign), 3);

  play.script.feed(Received{"[1,2"});
  play.script.feed(Received{R"({"from":"x"})"});
  play.script.feed(Received{"{}"});
  EXPECT_EQ(play.count(Counter::relay_malformed), 3);

  play.script.feed(Received{R"({"from":"relay","type":"error","payload":{"code":"x"}})"});
  play.script.feed(Received{R"({"error":"rate_limited","message":"slow down"})"});
  EXPECT_EQ(play.count(Counter::relay_errors), 2);
  play.script.feed(Received{R"({"from":"relay","type":"weather","payload":1})"});
  EXPECT_EQ(play.count(Counter::relay_unknown), 1);
  EXPECT_THAT(play.script.tracked(LedgerEvent::What::arrived), SizeIs(1));
}

TEST(ArcAgent, SubscribesAfterEveryEntryAndUnsubscribesWhenTheScenarioSaysSo) {
  scenarios::Agents agents = quiet_agents(9);
  agents.subscribe = scenarios::Subscribe{.to = {3}, .after = 1s, .keep = 2s};
  AgentPlay play{agents};
  play.get_in();
  play.script.until(1s);
  const auto first = play.script.take();
  ASSERT_THAT(first, ElementsAre(HasSubstr(R"("subscribe")")));
  play.script.until(1100ms).feed(Received{R"({"from":"relay","type":"subscribed","payload":{}})"});
  EXPECT_THAT(play.script.samples(Series::relay_command), ElementsAre(100ms));

  play.script.feed(Closed{1006, "", Outcome::reset}).until(2100ms);
  play.script.take();
  play.script.feed(Connected{}).feed(Received{kWelcomed}).until(3100ms);
  EXPECT_THAT(play.script.take(), ElementsAre("ping", first[0])) << "the same agents";
  play.script.until(5100ms);
  EXPECT_THAT(play.script.take(), ElementsAre(HasSubstr(R"("unsubscribe")")));
  EXPECT_EQ(play.count(Counter::relay_sent_command), 3);
}

TEST(ArcAgent, KnowsWhichArrivalsASubscriptionMayDouble) {
  scenarios::Agents agents = quiet_agents(2);
  agents.subscribe = scenarios::Subscribe{.to = {1}, .after = 1s};
  AgentPlay play{agents};
  play.get_in();
  play.hear("a-1", "", "", {1, 0, 0});
  play.script.until(1s);
  play.hear("a-1", "", "", {1, 0, 1});
  const auto arrived = play.script.tracked(LedgerEvent::What::arrived);
  ASSERT_THAT(arrived, SizeIs(2));
  EXPECT_FALSE(arrived[0].subscribed);
  EXPECT_TRUE(arrived[1].subscribed);
}

TEST(ArcAgent, CountsACommandThatIsNeverAcknowledged) {
  scenarios::Agents agents = quiet_agents(2);
  agents.ping = scenarios::Rate{0.5};
  AgentPlay play{agents};
  play.get_in();
  play.script.until(120s);
  EXPECT_GT(play.count(Counter::relay_sent_command), 0U);
  EXPECT_EQ(play.failed(Outcome::timed_out), play.count(Counter::relay_sent_command));
  EXPECT_EQ(play.count(Counter::relay_offered), 0) << "commands are not part of the offered load";
}

}  // namespace
}  // namespace gauntlet::sim
