// A participant that loses its connection, its session or its arena.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/sim/actor/participant_play.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::Gauge;
using metrics::LedgerEvent;
using metrics::Series;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;
using namespace std::chrono_literals;
using Play = ParticipantPlay;

TEST(ArenaParticipant, GoesOnWhereItWasAfterAReconnectInMidRound) {
  Play play;
  play.join();
  play.script.until(3s).feed(Received{challenge(1)});
  play.token("a");
  play.script.feed(Closed{1006, "", Outcome::reset});
  EXPECT_EQ(play.script.gauge(Gauge::arena_participants), 0);
  play.token("b");
  play.script.feed(Generated{2});
  play.script.take();
  EXPECT_TRUE(play.participant.busy());
  play.reconnect();
  EXPECT_THAT(play.script.take(),
              ElementsAre(StartsWith("connect"), HasSubstr(R"("type":"register")"),
                          AllOf(HasSubstr(R"("seq":1)"), HasSubstr(R"("content":"b")")),
                          HasSubstr(R"("type":"complete")")));
  EXPECT_EQ(play.count(Counter::arena_reconnects), 1);
  EXPECT_THAT(play.script.samples(Series::arena_reconnect), ElementsAre(1s));
  EXPECT_EQ(play.count(Counter::arena_rounds_completed), 1);
}

TEST(ArenaParticipant, KeepsOnlySoMuchForAnArenaThatIsAway) {
  Play play;
  play.join();
  play.script.until(3s).feed(Received{challenge(1)});
  play.script.feed(Closed{1006, "", Outcome::reset});
  play.script.take();
  const std::string long_token(100'000, 'x');
  for (int i = 0; i < 20; ++i) play.token(long_token);
  EXPECT_EQ(play.count(Counter::arena_rounds_cut), 1);
  EXPECT_THAT(play.script.take(), ElementsAre("cancel generation"));
}

TEST(ArenaParticipant, TakesADeadlineThatPassesWhileItIsAwayForTheConnectionsFault) {
  Play play;
  play.join();
  play.script.until(3s).feed(Received{challenge(1)});
  play.token("a");
  play.script.feed(Closed{1006, "", Outcome::reset}).until(9s);
  EXPECT_EQ(play.count(Counter::arena_rounds_cut), 1);
  EXPECT_EQ(play.count(Counter::arena_rounds_expired), 0);
}

TEST(ArenaParticipant, DoesNotTakeARoundAlongIntoTheNextSession) {
  const std::string_view other_session = R"({"type":"registered","session_id":"other"})";
  for (const bool ours : {true, false}) {
    SCOPED_TRACE(ours ? "the operator made another" : "the acknowledgement names another");
    Play play;
    play.join();
    play.script.until(3s).feed(Received{challenge(1)});
    play.token("a");
    play.script.feed(Closed{1006, "", Outcome::reset});
    play.token("b");
    if (ours) play.stage.crew.session.begin(1);
    play.script.until(4s).feed(Connected{});
    play.script.take();
    play.script.feed(Received{ours ? kRegistered : other_session});
    EXPECT_THAT(play.script.take(), Each("cancel generation")) << "and no tokens";
    EXPECT_EQ(play.count(Counter::arena_rounds_cut), 1);
    EXPECT_EQ(play.count(Counter::arena_tokens_sent), 1);
  }
}

TEST(ArenaParticipant, KeepsTheRoundsOfASessionApartFromThoseOfTheOneBefore) {
  Play play;
  play.join();
  play.script.until(3s).feed(Received{challenge(1)});
  play.token("a");
  play.script.feed(Closed{1006, "", Outcome::reset});
  play.stage.crew.session.begin(1);  // whose first round is the scenario's second
  play.script.feed(Announced{"654321"});
  play.reconnect();
  play.script.until(20s).feed(Received{challenge(1)});
  play.token("b");
  const auto sent = play.script.tracked(LedgerEvent::What::sent_to_all);
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_NE(sent[0].message.lane, sent[1].message.lane);
  EXPECT_EQ(sent[1].message.n, 0U);
  EXPECT_EQ(play.stage.crew.tally.get(1, 0), 1U);
  EXPECT_EQ(play.stage.crew.tally.get(1, 1), 1U);
}

TEST(ArenaParticipant, SaysWhenTheArenaKnowsOfNoSession) {
  Play play;
  play.connect().script.feed(Received{kWrongPin});
  EXPECT_FALSE(play.stage.crew.session.missed());
  Play other;
  other.connect().script.feed(Received{R"({"type":"error","message":"No active session"})"});
  EXPECT_TRUE(other.stage.crew.session.missed());
  other.stage.crew.session.begin(0);
  EXPECT_FALSE(other.stage.crew.session.missed()) << "it was the one before";
}

// r: a round starts; c: its challenge; l: lost; b: back in. A round begins on the board before its
// challenge comes, or after.
TEST(ArenaParticipant, CountsEachRoundThatStartedWhileItWasAwayOnceAsMissed) {
  struct Case {
    std::string_view story;
    std::uint64_t missed;
    std::uint64_t challenged;
  };
  for (const auto& [story, missed, challenged] :
       {Case{"rcrc", 0, 2}, Case{"lrbrc", 1, 1}, Case{"lrrb", 2, 0}, Case{"lrr", 2, 0},
        Case{"lrbclrb", 1, 1}, Case{"rclbrc", 0, 2}, Case{"rlbrc", 0, 1}, Case{"lrblrb", 2, 0}}) {
    SCOPED_TRACE(story);
    Play play;
    play.join().script.until(3s);
    int round = 0;
    for (const char event : story) {
      if (event == 'r') {
        play.stage.crew.rounds.start(static_cast<std::size_t>(round));
        play.stage.crew.rounds.begin(static_cast<std::size_t>(round++));
      }
      if (event == 'c') play.script.feed(Received{challenge(round)});
      if (event == 'l') play.script.feed(Closed{1006, "", Outcome::reset});
      if (event == 'b') play.reconnect();
    }
    play.script.feed(Leave{});
    EXPECT_EQ(play.count(Counter::arena_rounds_missed), missed);
    EXPECT_EQ(play.count(Counter::arena_rounds_challenged), challenged);
  }
}

TEST(ArenaParticipant, TakesTheEndOfItsSessionForTheEndOfItsRound) {
  Play play;
  play.join();
  play.script.until(3s).feed(Received{challenge(1)});
  play.script.feed(Received{R"({"type":"error","message":"over","code":"SESSION_ENDED"})"});
  EXPECT_EQ(play.failed(Outcome::session_ended), 1);
  EXPECT_EQ(play.count(Counter::arena_rounds_cut), 1);
  EXPECT_EQ(play.script.gauge(Gauge::arena_participants), 0);
}

// One failure at each step, every step: each round ends under exactly one name, and every token
// that was numbered was sent.
TEST(ArenaParticipant, RecoversWhereverTheConversationBreaks) {
  constexpr int kSteps = 9;
  for (int broken_step = 0; broken_step < kSteps; ++broken_step) {
    SCOPED_TRACE(broken_step);
    Play play;
    const std::string first_round = challenge(1);
    const std::vector<Input> inputs{Connected{},
                                    Received{kRegistered},
                                    Received{first_round},
                                    Token{"a", at(3s)},
                                    Token{"b", at(3s)},
                                    Token{"c", at(3s)},
                                    Generated{3},
                                    Ponged{},
                                    Ponged{}};
    ASSERT_EQ(inputs.size(), kSteps);
    play.script.until(3s).feed(Start{}).feed(Announced{"1"});
    for (int step = 0; step < kSteps; ++step) {
      if (step == broken_step) {
        play.script.feed(step == 0 ? Input{ConnectFailed{Outcome::reset, 0}}
                                   : Input{Closed{1006, "", Outcome::reset}});
        play.reconnect();
        if (step < 2) continue;
      }
      play.script.feed(inputs[static_cast<std::size_t>(step)]);
    }
    EXPECT_EQ(play.failed(Outcome::reset), 1);
    EXPECT_EQ(play.script.gauge(Gauge::arena_participants), 1);
    EXPECT_EQ(play.count(Counter::arena_rounds_completed), 1);
    EXPECT_EQ(play.count(Counter::arena_rounds_expired), 0);
    EXPECT_EQ(play.count(Counter::arena_rounds_cut), 0);
    const auto sent = play.script.tracked(LedgerEvent::What::sent_to_all);
    ASSERT_THAT(sent, SizeIs(3));
    for (std::uint32_t n = 0; n < 3; ++n) EXPECT_EQ(sent[n].message.n, n);
  }
}

}  // namespace
}  // namespace gauntlet::sim
