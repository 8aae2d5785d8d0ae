#include "sim/actor/arena_participant.hpp"

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
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using namespace std::chrono_literals;
using Play = ParticipantPlay;

TEST(ArenaParticipant, WaitsForThePinThenRegistersWithIt) {
  Play play;
  play.script.feed(Start{});
  EXPECT_THAT(play.script.take(), IsEmpty());
  play.script.until(1s).feed(Announced{"123456"});
  EXPECT_THAT(play.script.take(), ElementsAre(StartsWith("connect arena_socket")));
  play.script.until(1010ms).feed(Connected{});
  EXPECT_THAT(play.script.take(),
              ElementsAre(AllOf(HasSubstr(R"("type":"register")"), HasSubstr(R"("pin":"123456")"),
                                HasSubstr(R"("participant_id":"gauntlet-0badcafe-p1")"))));
  play.script.until(1250ms).feed(Received{kRegistered});
  EXPECT_THAT(play.script.samples(Series::arena_connect), ElementsAre(10ms));
  EXPECT_THAT(play.script.samples(Series::arena_register), ElementsAre(240ms));
  EXPECT_EQ(play.count(Counter::arena_joined), 1);
  EXPECT_EQ(play.script.gauge(Gauge::arena_participants), 1);
}

TEST(ArenaParticipant, NeedsNoAnnouncementWhenTheScenarioGivesThePin) {
  auto scenario = arena_scenario(participants(2), {});
  scenario.targets.arena =
      scenarios::ArenaAddress{.socket_url = "ws://x/ws", .control_url = {}, .pin = "777"};
  Stage stage{scenario};
  ArenaParticipant participant{stage.crew, 0};
  MachineScript script{participant};
  script.feed(Start{}).feed(Connected{});
  EXPECT_THAT(script.take(), Contains(HasSubstr(R"("pin":"777")")));
}

TEST(ArenaParticipant, AcceptsEveryFormOfAcknowledgement) {
  for (const std::string_view ack :
       {R"({"type":"registered","session_id":"s"})", R"({"type":"registered"})",
        R"({"participant_id":5,"extra":[],"type":"registered"})"}) {
    Play play;
    play.connect().script.feed(Received{ack});
    EXPECT_EQ(play.count(Counter::arena_joined), 1) << ack;
  }
}

TEST(ArenaParticipant, GivesARegistrationTimeThatGrowsWithTheCrowd) {
  Play play{participants(40)};
  play.connect().script.until(19s);
  EXPECT_EQ(play.failed(Outcome::timed_out), 0);
  play.script.until(20s);
  EXPECT_EQ(play.failed(Outcome::timed_out), 1) << "10 s and 250 ms for each of the 40";
}

TEST(ArenaParticipant, CountsEachRefusalUnderItsOwnName) {
  const std::vector<std::pair<std::string_view, Outcome>> refusals{
      {kWrongPin, Outcome::wrong_pin},
      {R"({"type":"error","message":"Invalid PIN"})", Outcome::wrong_pin},
      {R"({"type":"error","message":"No active session"})", Outcome::no_session},
      {R"({"type":"error","message":"bye","code":"SESSION_ENDED"})", Outcome::session_ended},
      {R"({"type":"error","message":"Invalid message format"})", Outcome::rejected},
  };
  for (const auto& [text, outcome] : refusals) {
    Play play;
    play.connect().script.take();
    play.script.feed(Received{text});
    EXPECT_EQ(play.failed(outcome), 1) << text;
    EXPECT_EQ(play.script.failures(), 1) << text;
    EXPECT_EQ(play.count(Counter::arena_errors), 1);
    EXPECT_THAT(play.script.take(), ElementsAre("close 1000"));
  }
}

TEST(ArenaParticipant, DoesNotTryARefusedPinAgainButTriesTheNextOne) {
  Play play;
  play.connect().script.feed(Received{kWrongPin}).feed(Closed{1000, "", Outcome::closed_by_peer});
  play.script.take();
  play.script.until(300s);
  EXPECT_THAT(play.script.take(), IsEmpty());
  play.script.feed(Announced{"654321"}).feed(Connected{});
  EXPECT_THAT(play.script.take(),
              ElementsAre(StartsWith("connect"), HasSubstr(R"("pin":"654321")")));
}

TEST(ArenaParticipant, StreamsItsTokensWithoutAGapAndCompletes) {
  Play play;
  play.join();
  play.script.until(3010ms).feed(Received{challenge(1)});
  EXPECT_THAT(play.script.take(), ElementsAre("generate 9 tokens for Why?"));
  EXPECT_TRUE(play.participant.busy());

  play.script.until(3100ms).feed(Token{"A", at(3100ms)});
  play.script.feed(Token{"", at(3110ms)});  // says nothing, counts for nothing
  play.script.until(3130ms).feed(Token{" b", at(3125ms)});
  play.script.until(3140ms).feed(Generated{2});
  const auto sent = play.script.take();
  EXPECT_THAT(sent, ElementsAre(AllOf(HasSubstr(R"("seq":0)"), HasSubstr(R"("content":"A")")),
                                AllOf(HasSubstr(R"("seq":1)"), HasSubstr(R"("content":" b")")),
                                AllOf(HasSubstr(R"("type":"complete")"), HasSubstr(R"("tokens":2)"),
                                      HasSubstr(R"("latency_ms_first_token":90)"),
                                      HasSubstr(R"("duration_ms":130)"))));
  EXPECT_THAT(play.script.samples(Series::arena_challenge), ElementsAre(10ms));
  EXPECT_THAT(play.script.samples(Series::arena_first_token), ElementsAre(100ms));
  EXPECT_THAT(play.script.samples(Series::arena_first_token_service), ElementsAre(90ms));
  EXPECT_THAT(play.script.samples(Series::arena_inter_token), ElementsAre(30ms));
  EXPECT_THAT(play.script.samples(Series::arena_pacing_error), ElementsAre(5ms));
  EXPECT_THAT(play.script.samples(Series::arena_tpot), ElementsAre(30ms));
  EXPECT_THAT(play.script.samples(Series::arena_round), ElementsAre(140ms));
  EXPECT_EQ(play.count(Counter::arena_rounds_offered), 2);
  EXPECT_EQ(play.count(Counter::arena_rounds_challenged), 1);
  EXPECT_EQ(play.count(Counter::arena_rounds_completed), 1);
  EXPECT_EQ(play.count(Counter::arena_tokens_sent), 2);
  EXPECT_EQ(play.stage.crew.tally.get(1, 0), 2U);
  EXPECT_FALSE(play.participant.busy());
  const auto tracked = play.script.tracked(LedgerEvent::What::sent_to_all);
  ASSERT_THAT(tracked, SizeIs(2));
  EXPECT_EQ(tracked[1].message, (metrics::MessageKey{1, 1, 1}));
}

TEST(ArenaParticipant, CountsFromZeroAgainInEachRound) {
  Play play;
  play.join();
  for (const int round : {1, 2}) {
    play.script.until(round == 1 ? 3s : 20s).feed(Received{challenge(round)});
    play.token("a");
    play.script.feed(Generated{1});
    EXPECT_THAT(play.script.take(),
                Contains(AllOf(HasSubstr(R"("type":"token")"), HasSubstr(R"("seq":0)"))));
    EXPECT_EQ(play.stage.crew.tally.get(1, static_cast<std::size_t>(round) - 1), 1U);
  }
  EXPECT_EQ(play.count(Counter::arena_rounds_completed), 2);
}

TEST(ArenaParticipant, StopsAtTheDeadlineAndReportsWhatItHas) {
  Play play;
  play.join();
  play.script.until(3s).feed(Received{challenge(1)});
  play.token("a");
  play.script.take();
  play.script.until(8s);
  EXPECT_THAT(play.script.take(),
              ElementsAre("cancel generation",
                          AllOf(HasSubstr(R"("type":"complete")"), HasSubstr(R"("tokens":1)"))));
  EXPECT_EQ(play.count(Counter::arena_rounds_expired), 1);
  EXPECT_EQ(play.count(Counter::arena_rounds_completed), 0);
  EXPECT_FALSE(play.participant.busy());
}

TEST(ArenaParticipant, SaysNothingOfARoundThatExpiresBeforeItsFirstToken) {
  Play play;
  play.join();
  play.script.until(3s).feed(Received{challenge(1)});
  play.script.take();
  play.script.until(8s);
  EXPECT_THAT(play.script.take(), ElementsAre("cancel generation"));
}

TEST(ArenaParticipant, ReportsAFailedGenerationInsteadOfCompleting) {
  Play play;
  play.join();
  play.script.until(3s).feed(Received{challenge(1)});
  play.token("a");
  play.script.feed(GenerationFailed{Outcome::server_error, "out of \"memory\""});
  EXPECT_THAT(play.script.take(),
              Contains(AllOf(HasSubstr(R"("type":"error")"), HasSubstr("GENERATION_FAILED"))));
  EXPECT_EQ(play.count(Counter::arena_rounds_failed), 1);
  EXPECT_EQ(play.count(Counter::arena_rounds_completed), 0);
}

TEST(ArenaParticipant, DropsAGenerationForANewChallengeButNotForTheSameOne) {
  Play play;
  play.join();
  play.script.until(3s).feed(Received{challenge(1)});
  play.script.take();
  play.script.feed(Received{challenge(1)});
  EXPECT_THAT(play.script.take(), IsEmpty());
  play.script.feed(Received{challenge(2)});
  EXPECT_THAT(play.script.take(), ElementsAre("cancel generation", StartsWith("generate")));
  EXPECT_EQ(play.count(Counter::arena_rounds_cut), 1);
}

TEST(ArenaParticipant, ToleratesWhateverAnArenaMaySend) {
  Play play;
  play.join();
  for (const std::string_view text : {"", "[]", "{", "17", R"({"type":7})", R"({"round":1})"})
    play.script.feed(Received{text});
  EXPECT_EQ(play.count(Counter::arena_malformed), 6);
  for (const std::string_view round : {"-1", "4294967296", R"("1")", "null", "1.5e300"})
    play.script.feed(
        Received{R"({"type":"challenge","prompt":"x","round":)" + std::string{round} + "}"});
  EXPECT_EQ(play.count(Counter::arena_malformed), 11);
  play.script.feed(Received{R"({"type":"perception","world":{}})"});
  EXPECT_EQ(play.count(Counter::arena_unknown), 1);
  play.script.feed(Received{R"({"type":"heartbeat"})"});
  play.script.feed(Received{R"({"type":"error","message":"too many tokens"})"});
  EXPECT_EQ(play.count(Counter::arena_errors), 1);
  EXPECT_EQ(play.script.failures(), 0);
  EXPECT_THAT(play.script.take(), IsEmpty());
  play.script.feed(
      Received{challenge(7, R"(,"max_tokens":99999999999,"deadline_ms":9223372036854775807)")});
  EXPECT_THAT(play.script.take(), ElementsAre("generate 1000000 tokens for Why?"));
}

TEST(ArenaParticipant, TakesTheChallengesArrivalForTheIntendedStartWhenOthersStartTheRounds) {
  auto scenario = arena_scenario(participants(1), {});
  scenario.targets.arena =
      scenarios::ArenaAddress{.socket_url = "ws://x/ws", .control_url = std::nullopt, .pin = "777"};
  Stage stage{scenario};
  ArenaParticipant participant{stage.crew, 0};
  MachineScript script{participant};
  script.feed(Start{}).feed(Connected{}).feed(Received{kRegistered});
  script.until(9s).feed(Received{challenge(4)});
  script.until(9100ms).feed(Token{"a", at(9100ms)});
  EXPECT_THAT(script.samples(Series::arena_first_token), ElementsAre(100ms));
  EXPECT_THAT(script.samples(Series::arena_challenge), IsEmpty());
  EXPECT_EQ(script.count(Counter::arena_rounds_offered), 1);
}

TEST(ArenaParticipant, BeatsInBothWaysAndNoticesADeadArena) {
  auto who = participants(2);
  who.heartbeat = 30s;
  Play play{who, {}};
  play.join().script.until(31s);
  EXPECT_THAT(play.script.take(),
              AllOf(Contains("ping"), Contains(R"(send {"type":"heartbeat"})")));
  play.script.until(91s);
  EXPECT_EQ(play.failed(Outcome::no_pong), 1);
}

TEST(ArenaParticipant, LeavesAfterCuttingOffWhatIsUnderWay) {
  Play play;
  play.join();
  play.script.until(3s).feed(Received{challenge(1)}).feed(Stop{});
  EXPECT_TRUE(play.participant.busy());
  play.script.take();
  play.script.feed(Leave{});
  EXPECT_THAT(play.script.take(), ElementsAre("cancel generation", "close 1000"));
  EXPECT_FALSE(play.participant.busy());
  play.script.until(60s);
  EXPECT_TRUE(play.participant.done());
  EXPECT_EQ(play.count(Counter::arena_rounds_cut), 1);
  EXPECT_EQ(play.script.gauge(Gauge::arena_participants), 0);
}

}  // namespace
}  // namespace gauntlet::sim
