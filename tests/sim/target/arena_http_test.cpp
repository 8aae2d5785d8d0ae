// The embedded arena's HTTP side: what an operator, a voter and a reader of numbers get.
#include "tests/sim/target/arena_script.hpp"

namespace gauntlet::sim {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using testing::SizeIs;

void expect_refused(const ScriptedAnswer& answer, int status, const std::string& what) {
  EXPECT_EQ(answer.status, status) << what;
  EXPECT_TRUE(answer.json().is_object() && answer.json().contains("error") &&
              answer.json().contains("message"))
      << what << ": " << answer.body;
}

TEST(Session, IsMadeWithAPinOfDigits) {
  ArenaScript arena;
  const auto session = arena.post("/session", json::object()).json();
  EXPECT_THAT(session.at("pin").get<std::string>(), testing::MatchesRegex("[0-9]{6}"));
  EXPECT_EQ(session.at("created_at"), "2023-11-14T22:13:20.000Z");
  EXPECT_TRUE(session.contains("session_id"));
  const auto longer = arena.post("/session", {{"pinLength", 9}}).json();
  EXPECT_THAT(longer.at("pin").get<std::string>(), testing::MatchesRegex("[0-9]{9}"));
}

TEST(Session, DrawsItsPinFromTheSeed) {
  const auto pin_of = [](std::uint64_t seed) {
    EmbeddedArena arena{ArenaScript::quick(), Stream{seed}, 0};
    TargetScript script{arena};
    return script.post("/session", json::object()).json().at("pin").get<std::string>();
  };
  EXPECT_EQ(pin_of(1), pin_of(1));
  EXPECT_NE(pin_of(1), pin_of(2));
}

TEST(Session, ShowsItsPinToNobodyLater) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  for (const char* path : {"/session", "/presence", "/metrics", "/health"})
    EXPECT_FALSE(arena.get(path).body.find("\"pin") != std::string::npos) << path;
  EXPECT_EQ(arena.get("/session").json().at("session_id"), arena.session_id);
}

TEST(ArenaHttp, KnowsNothingWithoutASession) {
  ArenaScript arena;
  for (const char* path :
       {"/session", "/presence", "/rounds/current", "/scoreboard", "/metrics", "/export.csv"})
    expect_refused(arena.get(path), 404, path);
  for (const char* path : {"/rounds", "/rounds/start", "/rounds/stop", "/votes"})
    expect_refused(arena.post(path, json::object()), 404, path);
  EXPECT_EQ(arena.get("/health").json().at("status"), "ok");
}

TEST(ArenaHttp, RefusesWrongMethodsPathsAndBodies) {
  ArenaScript arena;
  arena.open_session();
  expect_refused(arena.get("/votes"), 405, "GET /votes");
  expect_refused(arena.get("/nowhere"), 404, "GET /nowhere");
  expect_refused(arena.get("/ws"), 426, "GET /ws");
  for (const std::string_view body : {"{", "[]", "7", "\xff"})
    expect_refused(arena.ask({.method = "POST", .path = "/rounds", .body = body}), 400,
                   std::string{body});
  const std::string deep(100'000, '[');
  expect_refused(arena.ask({.method = "POST", .path = "/session", .body = deep}), 400, "deep");
}

TEST(ArenaHttp, LimitsRequestsPerAddress) {
  ArenaScript arena{{.pin_hash_rounds = 1, .requests_per_minute = 2}};
  const auto ask = [&](std::string_view peer) {
    return arena.ask({.path = "/health", .peer = peer}).status;
  };
  EXPECT_EQ(ask("10.0.0.1"), 200);
  EXPECT_EQ(ask("10.0.0.1"), 200);
  EXPECT_EQ(ask("10.0.0.1"), 429);
  EXPECT_EQ(ask("10.0.0.2"), 200);
  arena.advance(60s);
  EXPECT_EQ(ask("10.0.0.1"), 200);
  EXPECT_EQ(arena.arena.seen().requests_limited, 1U);
}

struct BadBody {
  const char* name;
  const char* path;
  json body;
};
void PrintTo(const BadBody& c, std::ostream* os) { *os << c.name; }

class Validation : public testing::TestWithParam<BadBody> {};

TEST_P(Validation, AnswersWithA400) {
  ArenaScript arena;
  arena.open_session();
  expect_refused(arena.post(GetParam().path, GetParam().body), 400, GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(
    , Validation,
    testing::Values(
        BadBody{"PinTooShort", "/session", {{"pinLength", 3}}},
        BadBody{"PinLengthAFraction", "/session", {{"pinLength", 6.5}}},
        BadBody{"NoPrompt", "/rounds", json::object()},
        BadBody{"EmptyPrompt", "/rounds", {{"prompt", ""}}},
        BadBody{"PromptANumber", "/rounds", {{"prompt", 7}}},
        BadBody{"NoTokens", "/rounds", {{"prompt", "p"}, {"maxTokens", 0}}},
        BadBody{"TokensAString", "/rounds", {{"prompt", "p"}, {"maxTokens", "4"}}},
        BadBody{"Cold", "/rounds", {{"prompt", "p"}, {"temperature", -1}}},
        BadBody{"NoTime", "/rounds", {{"prompt", "p"}, {"deadlineMs", 0}}},
        BadBody{"SeedAFraction", "/rounds", {{"prompt", "p"}, {"seed", 0.5}}},
        BadBody{
            "SeedTooLarge", "/rounds", {{"prompt", "p"}, {"seed", 18'446'744'073'709'551'615U}}},
        BadBody{"SvgAString", "/rounds", {{"prompt", "p"}, {"svgMode", "yes"}}},
        BadBody{"StartNothing", "/rounds/start", json::object()},
        BadBody{"StopANumber", "/rounds/stop", {{"roundId", 1}}},
        BadBody{"VoteForNobody", "/votes", {{"roundId", "r"}, {"score", 3}}},
        BadBody{"NoScore", "/votes", {{"roundId", "r"}, {"participantId", "p"}}},
        BadBody{
            "ScoreTooHigh", "/votes", {{"roundId", "r"}, {"participantId", "p"}, {"score", 5.5}}},
        BadBody{
            "ScoreAString", "/votes", {{"roundId", "r"}, {"participantId", "p"}, {"score", "5"}}}),
    [](const auto& tested) { return std::string{tested.param.name}; });

TEST(Round, IsMadeFromItsSettingsAndCountsFromOne) {
  ArenaScript arena;
  arena.open_session();
  const auto round =
      arena.post("/rounds", {{"prompt", "p"}, {"maxTokens", 9}, {"seed", -1}}).json();
  EXPECT_EQ(round.at("index"), 1);
  EXPECT_EQ(round.at("maxTokens"), 9);
  EXPECT_EQ(round.at("seed"), -1);
  EXPECT_EQ(round.at("sessionId"), arena.session_id);
  EXPECT_TRUE(round.at("startedAt").is_null());
  EXPECT_EQ(arena.post("/rounds", {{"prompt", "q"}, {"temperature", 0}}).json().at("index"), 2);
}

TEST(Round, IsStartedOnceAndEndsTheOneBefore) {
  ArenaScript arena;
  arena.open_session();
  expect_refused(arena.post("/rounds/start", {{"roundId", "none"}}), 404, "unknown");
  arena.play();
  const std::string first = arena.round_id;
  expect_refused(arena.post("/rounds/start", {{"roundId", first}}), 409, "twice");
  arena.play();
  EXPECT_EQ(arena.get("/rounds/current").json().at("id"), arena.round_id);
  expect_refused(arena.post("/rounds/stop", {{"roundId", first}}), 409, "ended already");
  expect_refused(arena.post("/rounds/start", {{"roundId", first}}), 409, "again");
}

TEST(Round, CannotBeStoppedBeforeSomebodyAnswered) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  const auto round = arena.play();
  expect_refused(arena.stop(), 400, "nobody answered");
  arena.complete("ana", round, 0);
  EXPECT_FALSE(arena.stop().json().at("endedAt").is_null());
  expect_refused(arena.stop(), 409, "twice");
  expect_refused(arena.get("/rounds/current"), 404, "none is active");
}

TEST(Round, ShowsItsLiveTokens) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  const auto round = arena.play();
  arena.token("ana", round, 0, "Ol");
  arena.token("ana", round, 1, "á");
  EXPECT_EQ(arena.get("/rounds/current").json().at("liveTokens"), (json{{"ana", {"Ol", "á"}}}));
}

TEST(Presence, ListsThoseWhoAreConnected) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  arena.join("bea");
  arena.leave("ana");
  const auto presence = arena.get("/presence").json();
  EXPECT_EQ(presence.at("connectedCount"), 1);
  EXPECT_EQ(presence.at("participants").at(0).at("id"), "bea");
  EXPECT_THAT(arena.get("/session").json().at("participants"), SizeIs(2));
}

TEST(Vote, CountsOncePerVoterAndSortsTheScoreboard) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  arena.join("bea");
  const auto round = arena.play();
  arena.token("ana", round, 0, "a");
  arena.token("bea", round, 0, "b");
  arena.stop();
  const auto vote = [&](const char* participant, double score, const json& voter) {
    return arena
        .post("/votes", {{"roundId", arena.round_id},
                         {"participantId", participant},
                         {"score", score},
                         {"voterId", voter}})
        .status;
  };
  EXPECT_EQ(vote("ana", 5, "v1"), 200);
  EXPECT_EQ(vote("ana", 2, "v1"), 200);  // thought better of it
  EXPECT_EQ(vote("ana", 3, "v2"), 200);
  EXPECT_EQ(vote("bea", 4, nullptr), 200);
  EXPECT_EQ(vote("nobody", 4, "v1"), 404);
  const auto rows = arena.score_rows();
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].at("participant_id"), "bea");
  EXPECT_EQ(rows[1].at("votes"), 2);
  EXPECT_EQ(rows[1].at("avg_score"), 2.5);
  EXPECT_EQ(rows[1].at("total_score"), 5);
  EXPECT_EQ(arena.arena.seen().votes, 4U);
}

TEST(Scoreboard, HasARowWithEveryClaim) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  arena.join("mute");
  const auto round = arena.play();
  arena.token("ana", round, 0, "x");
  arena.complete("ana", round, 7);  // says more than it sent
  EXPECT_EQ(arena.score_rows(), (json::array({{{"participant_id", "ana"},
                                               {"nickname", "nick of ana"},
                                               {"tokens", 1},
                                               {"latency_first_token_ms", 120},
                                               {"duration_ms", 500},
                                               {"tps_avg", 2},
                                               {"votes", 0},
                                               {"avg_score", 0},
                                               {"total_score", 0},
                                               {"generated_content", "x"}}})));
  expect_refused(arena.get("/scoreboard", "roundId=none"), 404, "unknown round");
}

TEST(Scoreboard, IsOfTheLastEndedRoundUnlessAsked) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  expect_refused(arena.get("/scoreboard"), 404, "no round yet");
  const auto round = arena.play();
  const std::string first = arena.round_id;
  EXPECT_EQ(arena.get("/scoreboard").json().at("roundId"), first);
  arena.complete("ana", round, 0);
  arena.stop();
  arena.play();
  EXPECT_EQ(arena.get("/scoreboard").json().at("roundId"), first);
  EXPECT_EQ(arena.get("/scoreboard", "roundId=" + arena.round_id).json().at("roundId"),
            arena.round_id);
}

TEST(Metrics, SumUpTheSession) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  const auto round = arena.play();
  arena.token("ana", round, 0, "x");
  arena.complete("ana", round, 1);
  const auto metrics = arena.get("/metrics").json();
  EXPECT_EQ(metrics.at("participants"), 1);
  EXPECT_EQ(metrics.at("total_tokens"), 1);
  EXPECT_EQ(metrics.at("rounds").at(0).at("completed"), 1);
}

TEST(Csv, HasTheHeaderAndQuotesWhatNeedsIt) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  const auto round = arena.play();
  arena.token("ana", round, 0, "say \"hi\",\n");
  arena.complete("ana", round, 1);
  arena.advance(2s);
  arena.stop();
  const auto answer = arena.get("/export.csv");
  EXPECT_EQ(answer.type, ContentType::csv);
  EXPECT_EQ(answer.body,
            "round,round_started_at,round_ended_at,participant_id,nickname,tokens,"
            "latency_first_token_ms,duration_ms,tps_avg,votes,avg_score,generated_content\n"
            "1,2023-11-14T22:13:20.000Z,2023-11-14T22:13:22.000Z,ana,nick of ana,1,120,500,2,0,0,"
            "\"say \"\"hi\"\",\n\"\n");
}

}  // namespace
}  // namespace gauntlet::sim
