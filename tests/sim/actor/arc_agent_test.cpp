#include "sim/actor/arc_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/sim/actor/agent_play.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::Gauge;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

static_assert(sizeof(ArcAgent) <= 256, "ten thousand idle agents share a small machine");

TEST(ArcAgent, NoticesAPeerThatNoLongerAnswersPings) {
  scenarios::Agents agents = quiet_agents(1);
  agents.heartbeat = 10s;
  AgentPlay play{agents};
  play.get_in();
  for (int beat = 0; beat < 5; ++beat) play.script.until(10s * (beat + 1)).feed(Ponged{});
  EXPECT_EQ(play.script.failures(), 0);
  EXPECT_THAT(play.script.take(), AllOf(SizeIs(5), Each("ping")));
  play.script.until(80s);
  EXPECT_EQ(play.failed(Outcome::no_pong), 1);
  EXPECT_THAT(play.script.take(), testing::IsSupersetOf({"ping", "ping", "abort"}));
}

TEST(ArcAgent, SaysGoodbyeAndWaitsForItOnlySoLong) {
  AgentPlay polite{quiet_agents(1)};
  polite.get_in().script.feed(Stop{}).feed(Leave{});
  EXPECT_THAT(polite.script.take(), ElementsAre("close 1000"));
  polite.script.feed(Closed{1000, "", Outcome::closed_by_peer});
  EXPECT_TRUE(polite.agent.done());
  EXPECT_EQ(polite.script.failures(), 0);
  EXPECT_EQ(polite.script.gauge(Gauge::relay_agents), 0);

  AgentPlay silent{quiet_agents(1)};
  silent.get_in().script.feed(Leave{}).until(2s);
  EXPECT_TRUE(silent.agent.done());
  EXPECT_THAT(silent.script.take(), ElementsAre("close 1000", "abort"));
}

TEST(ArcAgent, BeginsNothingNewOnceStopped) {
  scenarios::Agents agents = senders(scenarios::Everyone{});
  AgentPlay play{agents};
  play.get_in().script.feed(Stop{});
  play.script.feed(Closed{1006, "", Outcome::reset}).until(120s);
  EXPECT_THAT(play.script.take(), IsEmpty());
  EXPECT_EQ(play.agent.next_deadline(), std::nullopt);
}

// One failure at each step, every step: wherever the connection is lost, the agent counts it once,
// gets in again, and its books are balanced at the end.
TEST(ArcAgent, RecoversWhereverTheConversationBreaks) {
  constexpr int kSteps = 8;
  for (int broken_step = 0; broken_step < kSteps; ++broken_step) {
    SCOPED_TRACE(broken_step);
    scenarios::Agents agents = senders(scenarios::Everyone{});
    agents.ask = scenarios::Ask{.load = {.rate = scenarios::Rate{1}}, .timeout = 1s};
    agents.subscribe = scenarios::Subscribe{.to = {2}};
    agents.heartbeat = 5s;
    AgentPlay play{agents};
    play.script.feed(Start{});
    int step = 0;
    for (Duration moment = 1s; moment <= 20s; moment += 1s) {
      for (const std::string& line : play.script.take()) {
        const bool fails = step++ == broken_step;
        if (line.starts_with("post")) {
          play.script.feed(fails ? Input{HttpFailed{Outcome::reset}}
                                 : Input{HttpReply{200, kEnlisted}});
        } else if (line.starts_with("connect")) {
          play.script.feed(fails ? Input{ConnectFailed{Outcome::reset, 0}} : Input{Connected{}});
        } else {
          play.script.feed(fails ? Input{Closed{1006, "", Outcome::reset}} : Input{Ponged{}});
        }
      }
      play.script.until(moment);
    }
    EXPECT_EQ(play.failed(Outcome::reset), 1);
    EXPECT_EQ(play.script.gauge(Gauge::relay_agents), 1);
    play.script.feed(Stop{}).feed(Leave{}).feed(Closed{1000, "", Outcome::closed_by_peer});
    EXPECT_TRUE(play.agent.done());
    EXPECT_EQ(play.script.gauge(Gauge::relay_agents), 0);
    EXPECT_EQ(play.count(Counter::relay_offered), play.count(Counter::relay_sent_broadcast) +
                                                      play.count(Counter::relay_sent_question) +
                                                      play.count(Counter::relay_unsent));
    EXPECT_EQ(play.count(Counter::relay_asked), play.count(Counter::relay_unanswered));
  }
}

}  // namespace
}  // namespace gauntlet::sim
