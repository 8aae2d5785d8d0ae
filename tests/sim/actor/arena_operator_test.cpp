#include "sim/actor/arena_operator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>

#include "tests/sim/actor/stage.hpp"
#include "tests/support/machine_script.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::Series;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using namespace std::chrono_literals;

constexpr std::string_view kCsv =
    "round,participant_id,generated_content\n1,x,\"a, \"\"b\"\"\nc\"\n";

/// A well-behaved arena's answer to whatever was asked last.
HttpReply good_reply(std::string_view asked) {
  if (asked.find(" /session") != asked.npos) return {201, R"({"session_id":"s","pin":"0042"})"};
  if (asked.find(" /rounds ") != asked.npos) return {200, R"({"id":"r-1","index":1})"};
  if (asked.find(" /scoreboard") != asked.npos)
    return {200, R"([{"participant_id":"gauntlet-0badcafe-p0","tokens":5},)"
                 R"({"participant_id":"gauntlet-0badcafe-p1","tokens":6},)"
                 R"({"participant_id":"somebody","tokens":7}])"};
  if (asked.find(" /export.csv") != asked.npos) return {200, kCsv};
  return {200, "{}"};
}

struct Play {
  Stage stage;
  ArenaOperator machine;
  MachineScript script;

  explicit Play(scenarios::Scenario scenario)
      : stage{std::move(scenario)},
        machine{stage.crew, static_cast<ActorId>(stage.plan.actors.size() - 1)},
        script{machine} {}
  Play() : Play{arena_scenario(participants(2), {round_at(3s, 5s), round_at(20s, 5s)})} {}

  /// Answers everything well from here on until `moment`; what was asked, with the times.
  std::vector<std::string> evening(Duration moment) {
    std::vector<std::string> asked;
    while (!machine.done()) {
      const auto lines = script.take();
      if (lines.empty()) {
        const auto next = machine.next_deadline();
        if (!next || *next > at(moment)) break;
        script.until(next->time_since_epoch());
        continue;
      }
      for (const std::string& line : lines) {
        asked.push_back(std::to_string(seconds(script.now().time_since_epoch())).substr(0, 4) +
                        " " + line);
        if (line.starts_with("get") || line.starts_with("post")) script.feed(good_reply(line));
      }
    }
    script.until(moment);
    return asked;
  }
  std::uint64_t failed(Outcome why) const { return script.count(metrics::arena_failure(why)); }
};

TEST(ArenaOperator, RunsTheWholeEvening) {
  Play play;
  play.stage.crew.tally.set(0, 0, 5);
  play.stage.crew.tally.set(1, 0, 4);
  play.script.feed(Start{});
  EXPECT_THAT(play.evening(60s),
              ElementsAre("0.00 post arena_http /session {}", "0.00 announce 0042",
                          R"(0.00 post arena_http /rounds {"prompt":"Why?","maxTokens":400,)"
                          R"("temperature":0.8,"deadlineMs":5000})",
                          R"(3.00 post arena_http /rounds/start {"roundId":"r-1"})",
                          R"(8.50 post arena_http /rounds/stop {"roundId":"r-1"})",
                          "8.50 get arena_http /scoreboard?roundId=r-1 ",
                          StartsWith("8.50 post arena_http /rounds {"),
                          R"(20.0 post arena_http /rounds/start {"roundId":"r-1"})",
                          R"(25.5 post arena_http /rounds/stop {"roundId":"r-1"})",
                          "25.5 get arena_http /scoreboard?roundId=r-1 "));
  EXPECT_FALSE(play.machine.busy());
  play.script.feed(Stop{});
  EXPECT_TRUE(play.machine.busy());
  EXPECT_THAT(play.evening(60s),
              ElementsAre("60.0 get arena_http /metrics ", "60.0 get arena_http /export.csv "));
  EXPECT_TRUE(play.machine.done());
  EXPECT_EQ(play.script.failures(), 0);
  EXPECT_EQ(play.script.samples(Series::arena_control).size(), 11U);
  EXPECT_EQ(play.script.count(Counter::arena_claims_agree), 1);  // round 1: 5
  EXPECT_EQ(play.script.count(Counter::arena_claims_differ),
            3);  // 6 for 4, and none sent in round 2
}

TEST(ArenaOperator, TellsTheLedgerOfNoFewerTokensThanTheArenaClaims) {
  using What = metrics::LedgerEvent::What;
  for (const std::string_view claim : {"4294967296", "-1", "9007199254740993"}) {
    Play play;
    play.script.feed(Start{});
    play.evening(8s);
    play.script.until(8500ms);
    for (int i = 0; i < 2; ++i) {
      const auto asked = play.script.take();
      ASSERT_EQ(asked.size(), 1U);
      if (asked[0].find("/scoreboard") == std::string::npos) {
        play.script.feed(good_reply(asked[0]));
        continue;
      }
      const std::string rows =
          R"([{"participant_id":"gauntlet-0badcafe-p0","tokens":)" + std::string{claim} + "}]";
      play.script.feed(HttpReply{200, rows});
    }
    const auto claimed = play.script.tracked(What::claimed);
    ASSERT_EQ(claimed.size(), 1U) << claim;
    EXPECT_EQ(claimed[0].message.n, std::numeric_limits<std::uint32_t>::max()) << claim;
    EXPECT_EQ(play.script.count(Counter::arena_claims_differ), 1) << claim;
  }
}

TEST(ArenaOperator, LeavesAGivenSessionAlone) {
  auto scenario = arena_scenario(participants(2), {});
  scenario.targets.arena =
      scenarios::ArenaAddress{.socket_url = "ws://x/ws", .control_url = "http://x", .pin = "777"};
  Play play{scenario};
  play.script.feed(Start{});
  EXPECT_THAT(play.script.take(), ElementsAre("announce 777"));
}

TEST(ArenaOperator, GivesUpWhenNoSessionCanBeMade) {
  Play play;
  play.script.feed(Start{});
  for (int attempt = 0; attempt < 6; ++attempt) {
    SCOPED_TRACE(attempt);
    EXPECT_THAT(play.script.take(), ElementsAre(HasSubstr("/session")));
    play.script.feed(attempt % 2 == 0 ? Input{HttpFailed{Outcome::refused}}
                                      : Input{HttpReply{200, R"({"pin":""})"}});
    if (const auto again = play.machine.next_deadline())
      play.script.until(again->time_since_epoch());
  }
  EXPECT_TRUE(play.machine.done());
  EXPECT_EQ(play.failed(Outcome::refused), 3);
  EXPECT_EQ(play.failed(Outcome::bad_reply), 3);
}

TEST(ArenaOperator, TriesAgainWhatARateLimitRefusedButNotWhatTheArenaRejected) {
  Play play;
  play.script.feed(Start{}).feed(HttpReply{200, R"({"pin":123456})"});
  EXPECT_THAT(play.script.take(), Contains("announce 123456"));
  play.script.feed(HttpReply{429, ""}).until(1s);
  EXPECT_THAT(play.script.take(), ElementsAre(HasSubstr("/rounds {")));
  play.script.feed(HttpReply{400, R"({"error":"no"})"});
  EXPECT_THAT(play.script.take(), ElementsAre(HasSubstr("/rounds {"))) << "the second round";
  EXPECT_EQ(play.failed(Outcome::rate_limited), 1);
  EXPECT_EQ(play.failed(Outcome::rejected), 1);
}

constexpr std::string_view kNoSession = R"({"error":"No active session","message":"make one"})";

// Wherever the evening is when the arena is started anew: a session for the rounds to come.
TEST(ArenaOperator, MakesAnotherSessionForTheRoundsThatHaveNotBegun) {
  struct Case {
    Duration at;
    std::int32_t first_round;
    std::size_t starts;
  };
  for (const auto& [gone, first_round, starts] :
       {Case{1s, 0, 2}, Case{4s, 1, 1}, Case{15s, 1, 1}, Case{21s, 2, 0}, Case{40s, 2, 0}}) {
    SCOPED_TRACE(seconds(gone));
    Play play;
    play.script.feed(Start{});
    play.evening(gone);
    play.stage.crew.session.miss(0);
    const auto asked = play.evening(gone + 500ms);
    ASSERT_GE(asked.size(), 2U);
    EXPECT_THAT(asked[0], HasSubstr("/session {}"));
    EXPECT_THAT(asked[1], HasSubstr("announce 0042"));
    EXPECT_EQ(play.stage.crew.session.current().number, 1U);
    EXPECT_EQ(play.stage.crew.session.current().first_round, first_round);
    std::size_t started = 0;
    for (const std::string& line : play.evening(59s))
      if (line.find("/rounds/start") != line.npos) ++started;
    EXPECT_EQ(started, starts);
    EXPECT_EQ(play.stage.crew.session.current().number, 1U) << "one for one that is gone";
  }
}

TEST(ArenaOperator, LearnsFromARefusalThatItsSessionIsGone) {
  Play play;
  play.script.feed(Start{});
  play.evening(3s);
  play.script.until(8500ms);
  EXPECT_THAT(play.script.take(), ElementsAre(HasSubstr("/rounds/stop")));
  play.script.feed(HttpReply{404, kNoSession});
  EXPECT_THAT(play.script.take(), ElementsAre(HasSubstr("/session {}")));
  EXPECT_EQ(play.failed(Outcome::no_session), 1);
  play.script.feed(HttpReply{404, kNoSession});
  EXPECT_THAT(play.script.take(), IsEmpty()) << "an arena that makes none is not pressed";
}

TEST(ArenaOperator, MakesNoSessionInPlaceOfAGivenOneNorWhenTheRunStops) {
  auto scenario = arena_scenario(participants(2), {});
  scenario.targets.arena =
      scenarios::ArenaAddress{.socket_url = "ws://x/ws", .control_url = "http://x", .pin = "777"};
  Play given{scenario};
  given.script.feed(Start{}).take();
  given.stage.crew.session.miss(0);
  EXPECT_THAT(given.evening(10s), IsEmpty());

  Play stopped;
  stopped.script.feed(Start{});
  stopped.evening(4s);
  stopped.script.feed(Stop{});
  stopped.stage.crew.session.miss(0);
  EXPECT_THAT(stopped.evening(6s), IsEmpty());
}

TEST(ArenaOperator, EndsARoundBeforeTheNextIsDue) {
  Play play{arena_scenario(participants(2), {round_at(3s, 30s), round_at(10s, 5s)})};
  play.script.feed(Start{});
  EXPECT_THAT(play.evening(12s), Contains(StartsWith("10.0 post arena_http /rounds/stop")));
}

TEST(ArenaOperator, LetsARunningRoundFinishButStopsItBeforeItLeaves) {
  Play play;
  play.script.feed(Start{});
  play.evening(4s);
  play.script.feed(Stop{});
  EXPECT_THAT(play.script.take(), IsEmpty());
  EXPECT_TRUE(play.machine.busy());
  play.script.until(5s).feed(Leave{});
  EXPECT_THAT(play.evening(6s), ElementsAre(HasSubstr("/rounds/stop"), HasSubstr("/scoreboard"),
                                            HasSubstr("/metrics"), HasSubstr("/export.csv")));
  EXPECT_TRUE(play.machine.done());
}

TEST(ArenaOperator, DoesNotLetASilentArenaHoldItBack) {
  Play play;
  play.script.feed(Start{}).until(10s);
  EXPECT_EQ(play.failed(Outcome::timed_out), 1);
  play.script.until(12s).feed(Leave{});
  EXPECT_TRUE(play.machine.done());

  Play late;
  late.script.feed(Start{});
  late.evening(4s);
  late.script.feed(Leave{}).until(6s);
  EXPECT_TRUE(late.machine.done());
  EXPECT_THAT(late.script.take(), ElementsAre(HasSubstr("/rounds/stop"), "cancel request"));
}

// The arena may have made a round though its answer never came, and none where it refused.
TEST(ArenaOperator, CountsRoundsAsTheArenaDoes) {
  struct Case {
    Input first_answer;
    std::string_view second_answer;
    std::size_t round;  // that the second answer is about
    std::uint32_t number;
  };
  for (const auto& [first, second, round, number] :
       {Case{HttpFailed{Outcome::timed_out}, R"({"id":"b","index":2})", 0, 2},
        Case{HttpFailed{Outcome::timed_out}, R"({"id":"a","index":1})", 0, 1},
        Case{HttpFailed{Outcome::timed_out}, R"({"id":"a"})", 0, 1},
        Case{HttpReply{400, R"({"error":"no"})"}, R"({"id":"a","index":1})", 1, 1},
        Case{HttpReply{200, R"({"id":"a","index":0})"}, R"({"id":"b","index":0})", 1, 2}}) {
    Play play;
    play.script.feed(Start{}).feed(HttpReply{201, R"({"pin":"0042"})"});
    play.script.take();
    play.script.feed(first);
    bool told = false;
    while (!told && play.script.now() < at(30s)) {
      for (const std::string& line : play.script.take()) {
        if (line.find(" /rounds ") == line.npos) {
          if (line.starts_with("get") || line.starts_with("post"))
            play.script.feed(good_reply(line));
        } else {
          play.script.feed(HttpReply{200, second});
          told = true;
        }
      }
      const auto next = play.machine.next_deadline();
      if (!told && next) play.script.until(next->time_since_epoch());
    }
    ASSERT_TRUE(told) << second;
    const Crew& crew = play.stage.crew;
    EXPECT_EQ(crew.own_round_lane(round), crew.round_lane(number)) << second;
  }
}

// An arena that has started the round already refuses a second start: its end will be its own.
TEST(ArenaOperator, TellsTheLedgerThatARoundIsOverWhichItCouldNotStart) {
  Play play;
  play.script.feed(Start{});
  play.evening(2s);
  play.script.until(3s).take();
  play.script.feed(HttpReply{409, R"({"error":"already_started"})"});
  const auto over = play.script.tracked(metrics::LedgerEvent::What::lane_over);
  ASSERT_EQ(over.size(), 1U);
  EXPECT_EQ(over[0].message.lane, play.stage.crew.round_lane(1));
}

// One bad reply at each step, every step: it is counted, and the evening goes on to its end.
TEST(ArenaOperator, EndsTheEveningWhicheverStepFails) {
  for (const std::string_view body : {"", "]", "null", "17", "[]", R"({"rounds":1})", "\"\n\""}) {
    for (int bad_step = 0; bad_step < 11; ++bad_step) {
      SCOPED_TRACE(std::to_string(bad_step) + " " + std::string{body});
      Play play;
      play.script.feed(Start{});
      int step = 0;
      for (Duration moment{}; moment < 120s && !play.machine.done(); moment += 1s) {
        for (const std::string& line : play.script.take())
          if (line.starts_with("get") || line.starts_with("post"))
            play.script.feed(step++ == bad_step ? HttpReply{500, body} : good_reply(line));
        if (moment == 60s) play.script.feed(Stop{});
        play.script.until(moment);
      }
      EXPECT_TRUE(play.machine.done());
      EXPECT_EQ(play.failed(Outcome::server_error), step > bad_step ? 1 : 0);
    }
  }
}

}  // namespace
}  // namespace gauntlet::sim
