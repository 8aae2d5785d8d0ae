#include "sim/actor/voter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/sim/actor/stage.hpp"
#include "tests/support/machine_script.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;
using namespace std::chrono_literals;

scenarios::Scenario with_voters() {
  auto scenario = arena_scenario(participants(3), {round_at(3s, 5s), round_at(20s, 5s)});
  scenario.population.emplace_back(
      scenarios::Voters{.count = 1, .votes = 3, .after = Uniform{1s, 2s}});
  return scenario;
}

struct Play {
  Stage stage{with_voters()};
  Voter voter{stage.crew, stage.plan.voters.at(0)};
  MachineScript script{voter};

  /// Answers every request with `status` until `moment`; what was asked.
  std::vector<std::string> answer_all(Duration moment, int status) {
    std::vector<std::string> asked;
    for (Duration now = script.now().time_since_epoch(); now <= moment; now += 100ms) {
      script.until(now);
      for (auto lines = script.take(); !lines.empty(); lines = script.take())
        for (const std::string& line : lines) {
          asked.push_back(line);
          script.feed(HttpReply{status, "{}"});
        }
    }
    return asked;
  }
};

TEST(Voter, VotesOnEachRoundSomeTimeAfterItEnded) {
  Play play;
  play.stage.crew.rounds.publish(0, "\"r-1\"");
  play.stage.crew.rounds.publish(1, "2");
  play.script.feed(Start{});
  play.script.until(9400ms);
  EXPECT_THAT(play.script.take(), IsEmpty()) << "the round ends at 8.5 s";
  EXPECT_THAT(play.answer_all(11s, 200),
              testing::AllOf(SizeIs(3), Each(MatchesRegex(
                                            R"re(post arena_http /votes \{"roundId":"r-1",)re"
                                            R"re("participantId":"gauntlet-0badcafe-p[0-2]",)re"
                                            R"re("score":[0-5],"voterId":"gauntlet-.*-v0"\})re"))));
  EXPECT_THAT(play.answer_all(60s, 400), SizeIs(3));
  EXPECT_EQ(play.script.count(Counter::arena_votes_offered), 6);
  EXPECT_EQ(play.script.count(Counter::arena_votes_accepted), 3);
  EXPECT_EQ(play.script.count(metrics::arena_failure(Outcome::rejected)), 3);
  EXPECT_TRUE(play.voter.done());
}

TEST(Voter, OffersWhatItCannotSendForLackOfARound) {
  Play play;
  play.script.feed(Start{}).until(60s);
  EXPECT_THAT(play.script.take(), IsEmpty());
  EXPECT_EQ(play.script.count(Counter::arena_votes_offered), 6);
  EXPECT_TRUE(play.voter.done());
}

TEST(Voter, KeepsVotesApartWhenTheArenaIsSlow) {
  Play play;
  play.stage.crew.rounds.publish(0, "1");
  play.script.feed(Start{}).until(12s);
  EXPECT_THAT(play.script.take(), SizeIs(1)) << "one request at a time";
  EXPECT_TRUE(play.voter.busy());
  play.script.until(40s);
  EXPECT_EQ(play.script.count(metrics::arena_failure(Outcome::timed_out)), 3);
  EXPECT_FALSE(play.voter.busy());
}

TEST(Voter, BeginsNothingNewOnceStopped) {
  Play play;
  play.stage.crew.rounds.publish(0, "1");
  play.script.feed(Start{}).until(5s).feed(Stop{}).until(60s);
  EXPECT_TRUE(play.voter.done());
  EXPECT_EQ(play.script.count(Counter::arena_votes_offered), 0);
}

TEST(Voter, CastsNothingAfterTheEndHoweverLateItHearsOfIt) {
  auto scenario = with_voters();
  scenario.duration = 10s;  // the first round ends at 8.5 s, and the votes are due until 10.5 s
  Play whole;
  Play cut{.stage = Stage{scenario}};
  const auto offered = [](const Play& play) {
    return play.script.count(Counter::arena_votes_offered);
  };
  for (Play* play : {&whole, &cut}) play->script.feed(Start{}).until(10s);
  const auto by_the_end = offered(cut);
  EXPECT_EQ(by_the_end, offered(whole));
  cut.script.until(11s).feed(Stop{});
  whole.script.until(11s);
  EXPECT_EQ(offered(cut), by_the_end);
  EXPECT_GT(offered(whole), by_the_end) << "or this shows nothing";
}

}  // namespace
}  // namespace gauntlet::sim
