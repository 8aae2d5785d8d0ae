// An agent whose messages wait for one another: round trips to itself, and questions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "sim/actor/arc_agent.hpp"
#include "tests/sim/actor/agent_play.hpp"
#include "tests/support/machine_script.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::LedgerEvent;
using scenarios::Load;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr Duration kTraffic = 1s;  // when it starts: one agent arrives at 0

scenarios::Agents round_trips(std::uint32_t in_flight, Distribution think = Constant{0s}) {
  scenarios::Agents agents = quiet_agents(1);
  agents.send.push_back(
      {.to = scenarios::Itself{}, .load = {.in_flight = in_flight, .think = think}, .timeout = 3s});
  agents.reconnect = {.first = 100ms, .jitter = 0};
  return agents;
}

scenarios::Agents askers(std::uint32_t in_flight) {
  scenarios::Agents agents = quiet_agents(3);
  agents.ask = scenarios::Ask{.load = {.in_flight = in_flight}, .timeout = 2s};
  return agents;
}

struct Play : AgentPlay {
  using AgentPlay::AgentPlay;

  Play& get_in() {
    AgentPlay::get_in();
    return *this;
  }
  Play& come_back_in() {
    script.feed(Connected{}).feed(Received{kWelcomed});
    script.take();
    return *this;
  }
  /// The agent's own message `n` arrives.
  Play& echo(std::uint32_t n) {
    hear("a-0", "", "", {0, 0, n});
    return *this;
  }
  Play& answer(std::uint32_t n) {
    hear("a-1", "answer", "q-0badcafe-0-" + std::to_string(n), {1, 1, n});
    return *this;
  }
  std::vector<Duration> intended() const {
    std::vector<Duration> all;
    for (const Instant moment : script.intended())
      if (moment >= at(kTraffic)) all.push_back(moment.time_since_epoch());
    return all;
  }
};

TEST(ClosedLoop, SendsItsFirstMessagesWhenTrafficStarts) {
  Play play{round_trips(3)};
  play.get_in().script.until(kTraffic - 1ns);
  EXPECT_THAT(play.script.take(), IsEmpty());
  play.script.until(kTraffic);
  EXPECT_THAT(play.script.take(), SizeIs(3));
  play.script.until(2s);
  EXPECT_THAT(play.script.take(), IsEmpty()) << "nothing has come back";
  EXPECT_EQ(play.count(Counter::relay_offered), 3);
}

TEST(ClosedLoop, SendsTheNextWhenOneComesBackFromThatMomentOn) {
  Play play{round_trips(2)};
  play.get_in().script.until(kTraffic + 40ms);
  play.script.take();
  play.echo(1);
  EXPECT_THAT(play.script.take(), ElementsAre(AllOf(HasSubstr("send "), HasSubstr(R"("a-0")"))));
  play.echo(1);
  EXPECT_THAT(play.script.take(), IsEmpty()) << "a second copy brings nothing back";
  EXPECT_THAT(play.intended(), ElementsAre(kTraffic, kTraffic, kTraffic + 40ms));
}

TEST(ClosedLoop, TellsTheLedgerThatItOwesItselfTheMessage) {
  Play play{round_trips(1)};
  play.get_in().script.until(kTraffic);
  const auto sent = play.script.tracked(LedgerEvent::What::sent_to);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].actor, 0U);
  EXPECT_EQ(sent[0].message, (metrics::MessageKey{0, 0, 0}));
  play.echo(0);
  EXPECT_THAT(play.script.tracked(LedgerEvent::What::arrived), SizeIs(1));
}

TEST(ClosedLoop, ThinksBeforeTheNext) {
  Play play{round_trips(1, Constant{250ms})};
  play.get_in().script.until(kTraffic + 10ms);
  play.echo(0).script.take();
  play.script.until(kTraffic + 259ms);
  EXPECT_THAT(play.script.take(), IsEmpty());
  play.script.until(kTraffic + 260ms);
  EXPECT_THAT(play.intended(), ElementsAre(kTraffic, kTraffic + 260ms));
}

TEST(ClosedLoop, ReplacesWhatNeverComesBack) {
  Play play{round_trips(2)};
  play.get_in().script.until(kTraffic + 1s);
  play.echo(0);
  play.script.take();
  play.script.until(kTraffic + 3s);
  EXPECT_THAT(play.script.take(), SizeIs(1)) << "message 1, given up after 3 s";
  play.echo(1);
  EXPECT_THAT(play.script.take(), IsEmpty()) << "too late: its place is taken";
  play.echo(2).echo(3);
  EXPECT_THAT(play.script.take(), SizeIs(2));
}

TEST(ClosedLoop, BeginsAgainAfterAReconnect) {
  Play play{round_trips(2)};
  play.get_in().script.until(kTraffic + 10ms);
  play.script.feed(Closed{1006});
  play.script.take();
  play.script.until(kTraffic + 500ms);
  EXPECT_THAT(play.script.take(), ElementsAre("connect relay_socket tok_1")) << "and no message";
  play.script.feed(Connected{}).feed(Received{kWelcomed});
  play.script.take();
  EXPECT_THAT(play.intended(), ElementsAre(kTraffic, kTraffic, kTraffic + 500ms, kTraffic + 500ms));
  play.echo(0);
  EXPECT_EQ(play.count(Counter::relay_offered), 4) << "what was under way before means nothing now";
  EXPECT_EQ(play.count(Counter::relay_unsent), 0);
}

TEST(ClosedLoop, BeginsWhenALateAgentGetsIn) {
  Play play{round_trips(1)};
  play.script.until(5s);
  play.get_in();
  EXPECT_THAT(play.intended(), ElementsAre(5s));
}

TEST(ClosedLoop, EndsWithTheRun) {
  Play play{round_trips(2)};
  play.get_in().script.until(kTraffic + 10ms).feed(Stop{});
  play.script.take();
  play.echo(0).echo(1);
  play.script.until(60s);
  EXPECT_THAT(play.script.take(), IsEmpty());
  EXPECT_EQ(play.count(Counter::relay_offered), 2);
}

TEST(ClosedLoop, KeepsToTheAgentsThrottle) {
  scenarios::Agents agents = round_trips(3);
  agents.throttle = scenarios::Throttle{.rate = {1}, .burst = 1};
  Play play{agents};
  play.get_in().script.until(kTraffic + 1500ms);
  EXPECT_EQ(play.count(Counter::relay_offered), 2);
}

TEST(ClosedLoop, RunsBesideTrafficByTheClock) {
  scenarios::Agents agents = round_trips(1);
  agents.send.push_back(
      {.to = scenarios::Itself{},
       .load = {.rate = scenarios::Rate{10}, .arrivals = scenarios::ConstantArrivals{}}});
  Play play{agents};
  play.get_in().script.until(kTraffic + 950ms);
  EXPECT_NEAR(static_cast<double>(play.count(Counter::relay_offered)), 1 + 9.5, 0.6);
}

TEST(ClosedLoopOfQuestions, AsksTheNextWhenOneIsAnsweredOrTimesOut) {
  Play play{askers(1)};
  play.get_in().script.until(kTraffic + 30ms);
  EXPECT_THAT(play.script.take(), SizeIs(1));
  play.answer(0);
  EXPECT_THAT(play.script.take(), ElementsAre(HasSubstr(R"("ref":"q-0badcafe-0-1")")));
  play.script.until(kTraffic + 2030ms);
  EXPECT_EQ(play.count(Counter::relay_unanswered), 1);
  EXPECT_THAT(play.intended(), ElementsAre(kTraffic, kTraffic + 30ms, kTraffic + 2030ms));
}

TEST(ClosedLoopOfQuestions, StillWaitsAfterAReconnect) {
  Play play{askers(1)};
  play.get_in().script.until(kTraffic + 10ms).feed(Closed{1006}).until(kTraffic + 1500ms);
  play.script.take();
  play.come_back_in();
  EXPECT_EQ(play.count(Counter::relay_asked), 1);
  play.answer(0);
  EXPECT_EQ(play.count(Counter::relay_asked), 2);
}

}  // namespace
}  // namespace gauntlet::sim
