// ARENA-VOTE and ARENA-SCORE: the audience's votes, and whether the scoreboard is what the clients
// sent.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

bool near(const Json& value, double wanted) {
  return value.is_number() && std::abs(value.get<double>() - wanted) < 0.01;
}

// ---- Votes.

Steps takes_a_vote(Stage& stage) {
  const Scene scene = co_await a_round_to_vote_on(stage);
  const Json vote = vote_for(scene, stage.name("v1"), 4);
  const Reply reply = co_await posts(stage, "/votes", vote);
  stage.expect(reply.ok(), "HTTP 200", said(reply));
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "votes"), 1), "votes: 1", said(row));
  stage.expect(near(field(row, "avg_score"), 4), "avg_score: 4", said(row));
}

Steps takes_a_vote_of_nobody_in_particular(Stage& stage) {
  const Scene scene = co_await a_round_to_vote_on(stage);
  Json vote = vote_for(scene, {}, 4);
  vote.erase("voterId");
  const Reply reply = co_await posts(stage, "/votes", vote);
  stage.expect(reply.ok(), "HTTP 200", said(reply));
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "votes"), 1), "votes: 1", said(row));
}

Steps averages_votes(Stage& stage) {
  const Scene scene = co_await a_round_to_vote_on(stage);
  const Json first = vote_for(scene, stage.name("v1"), 5);
  const Json second = vote_for(scene, stage.name("v2"), 2);
  co_await posts(stage, "/votes", first);
  co_await posts(stage, "/votes", second);
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "votes"), 2), "votes: 2", said(row));
  stage.expect(near(field(row, "avg_score"), 3.5), "avg_score: 3.5", said(row));
  stage.expect(near(field(row, "total_score"), 7), "total_score: 7", said(row));
}

// The argument is a score within the limits.
Steps takes_a_score(Stage& stage) {
  const Scene scene = co_await a_round_to_vote_on(stage);
  const Json score = Json::parse(stage.argument());
  const Json vote = vote_for(scene, stage.name("v1"), score);
  const Reply reply = co_await posts(stage, "/votes", vote);
  stage.expect(reply.ok(), "HTTP 200", said(reply));
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "votes"), 1), "votes: 1", said(row));
  stage.expect(near(field(row, "avg_score"), score.get<double>()),
               fmt::format("avg_score: {}", stage.argument()), said(row));
}

// Between the limits there is more than the whole numbers; that an arena takes no other, the
// documents neither say nor rule out.
Steps makes_no_other_score_of_it(Stage& stage) {
  const Scene scene = co_await a_round_to_vote_on(stage);
  const Json vote = vote_for(scene, stage.name("v1"), 3.5);
  const Reply reply = co_await posts(stage, "/votes", vote);
  if (refused(reply)) {
    stage.note("the arena takes whole numbers alone");
    co_return;
  }
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(near(field(row, "avg_score"), 3.5), "avg_score: 3.5, or an error to the vote",
               said(row));
}

Steps credits_nobody_else(Stage& stage) {
  const Player bia = co_await joins(stage, "bia");
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "one");
  bia.streams(scene.round.index, 0, "one");
  co_await scene.screen.hears("bia's token", token_update(bia, scene.round.index, 0));
  scene.ana.completes(scene.round.index, 1);
  bia.completes(scene.round.index, 1);
  co_await scene.screen.hears("ana's completion", of_type("completion") && about(scene.ana));
  co_await scene.screen.hears("bia's completion", of_type("completion") && about(bia));
  co_await stops(stage, scene.round);
  const Json vote = vote_for(scene, stage.name("v1"), 4);
  co_await posts(stage, "/votes", vote);
  const Json row = co_await scoreboard_row(stage, scene.round, bia.id());
  stage.expect(same(field(row, "votes"), 0), "votes for bia: 0", said(row));
}

Steps counts_in_its_round_alone(Stage& stage) {
  const Scene scene = co_await a_played_round(stage);
  const Round next = co_await plays(stage);
  co_await scene.ana.hears("the challenge", challenge_of(next.index));
  scene.ana.streams(next.index, 0, "one");
  scene.ana.completes(next.index, 1);
  co_await scene.screen.hears(
      "ana's completion", of_type("completion") && about(scene.ana) && with("round", next.index));
  co_await stops(stage, next);
  const Json vote = vote_for(scene, stage.name("v1"), 4);
  co_await posts(stage, "/votes", vote);
  const Json row = co_await scoreboard_row(stage, next, scene.ana.id());
  stage.expect(same(field(row, "votes"), 0), "votes in the other round: 0", said(row));
}

Steps takes_votes_for_two(Stage& stage) {
  const Player bia = co_await joins(stage, "bia");
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "one");
  bia.streams(scene.round.index, 0, "one");
  scene.ana.completes(scene.round.index, 1);
  bia.completes(scene.round.index, 1);
  co_await scene.screen.hears("ana's completion", of_type("completion") && about(scene.ana));
  co_await scene.screen.hears("bia's completion", of_type("completion") && about(bia));
  co_await stops(stage, scene.round);
  const Json for_ana = vote_for(scene, stage.name("v1"), 4);
  Json for_bia = for_ana;
  for_bia["participantId"] = bia.id();
  co_await posts(stage, "/votes", for_ana);
  co_await posts(stage, "/votes", for_bia);
  const std::array both{&scene.ana, &bia};
  for (const Player* player : both) {
    const Json row = co_await scoreboard_row(stage, scene.round, player->id());
    stage.expect(same(field(row, "votes"), 1), "votes: 1 for each", said(row));
  }
}

// An arena may close a round for votes when the next begins, but not say yes and forget them.
Steps takes_a_vote_on_the_round_before(Stage& stage) {
  const Scene scene = co_await a_round_to_vote_on(stage);
  const Round next = co_await plays(stage);
  scene.ana.streams(next.index, 0, "one");  // so that there is something to confuse it with
  co_await scene.screen.hears("ana's token", token_update(scene.ana, next.index, 0));
  const Json vote = vote_for(scene, stage.name("v1"), 4);
  const Reply reply = co_await posts(stage, "/votes", vote);
  if (refused(reply)) {
    stage.deviates("no votes on a round once the next is on: " + said(reply));
    co_return;
  }
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "votes"), 1), "votes: 1", said(row));
}

// All are asked before any is answered.
Steps counts_votes_that_come_at_once(Stage& stage) {
  constexpr int kVoters = 6;
  const Scene scene = co_await a_round_to_vote_on(stage);
  std::vector<Connection*> voters;
  for (int i = 1; i <= kVoters; ++i) {
    Connection* const voter =
        co_await stage.dials(Endpoint::arena_http, fmt::format("voter {}", i));
    voters.push_back(voter);
  }
  for (std::size_t i = 0; i < voters.size(); ++i) {
    const std::string vote = vote_for(scene, stage.name(fmt::format("v{}", i + 1)), 4).dump();
    std::string request;
    wire::append_request(request,
                         {.method = "POST",
                          .authority = stage.place(Endpoint::arena_http).authority,
                          .path = "/votes"},
                         vote);
    voters[i]->write(request, stage.now(), "POST /votes " + vote);
  }
  const auto accepted = [&] {
    return std::ranges::count_if(voters, [](const Connection* voter) {
      return std::ranges::any_of(voter->events(), [](const Event& event) {
        return event.kind == Event::Kind::reply && event.code >= 200 && event.code < 300;
      });
    });
  };
  co_await stage.until([&] { return accepted() == kVoters; }, stage.waits().answer);
  const auto counted = accepted();
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "votes"), counted),
               fmt::format("votes: {}, as many as were accepted", counted), said(row));
}

// Of equal votes each counts, and so do those of 0.
Steps averages_all_votes(Stage& stage) {
  const Scene scene = co_await a_round_to_vote_on(stage);
  int voter = 0;
  constexpr std::array kScores{5, 5, 0, 2};
  for (const int score : kScores) {
    const Json vote = vote_for(scene, stage.name(fmt::format("v{}", ++voter)), score);
    co_await posts(stage, "/votes", vote);
  }
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "votes"), 4), "votes: 4", said(row));
  stage.expect(near(field(row, "avg_score"), 3), "avg_score: 3, of 5, 5, 0 and 2", said(row));
}

Steps tells_voters_apart_by_capitals(Stage& stage) {
  const Scene scene = co_await a_round_to_vote_on(stage);
  constexpr std::array kVoters{"Eve", "eve"};
  for (const char* voter : kVoters) {
    const Json vote = vote_for(scene, stage.name(voter), 4);
    co_await posts(stage, "/votes", vote);
  }
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "votes"), 2), "votes: 2, of \"Eve\" and \"eve\"", said(row));
}

// The argument is what makes a vote unfit, as fields over good ones.
Steps refuses_a_vote(Stage& stage) {
  const Scene scene = co_await a_round_to_vote_on(stage);
  Json vote = vote_for(scene, stage.name("v1"), 3);
  vote.merge_patch(Json::parse(stage.argument()));
  const Reply reply = co_await posts(stage, "/votes", vote);
  stage.expect(refused(reply), "an error, 400 or 500", said(reply));
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "votes"), 0), "votes: 0", said(row));
}

Steps counts_a_voter_once(Stage& stage) {
  const Scene scene = co_await a_round_to_vote_on(stage);
  const Json first = vote_for(scene, stage.name("v1"), 1);
  const Json second = vote_for(scene, stage.name("v1"), 5);
  co_await posts(stage, "/votes", first);
  co_await posts(stage, "/votes", second);
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  if (!same(field(row, "votes"), 1)) stage.deviates("a voter can vote twice: " + said(row));
}

// ---- The scoreboard.

Steps has_a_row_with_every_field(Stage& stage) {
  const Scene scene = co_await a_played_round(stage);
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  for (const char* key : {"participant_id", "nickname", "tokens", "latency_first_token_ms",
                          "duration_ms", "tps_avg", "votes", "avg_score"})
    stage.expect(row.contains(key), fmt::format("the field {}", key), said(row));
}

Steps counts_the_tokens(Stage& stage) {
  const Scene scene = co_await a_played_round(stage);
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "tokens"), 3), "tokens: 3, as many as were sent", said(row));
}

Steps keeps_what_was_said(Stage& stage) {
  const Scene scene = co_await a_played_round(stage);
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(field(row, "generated_content") == "one two three", R"("one two three")", said(row));
}

Steps keeps_a_long_text(Stage& stage) {
  const std::string half(800, 'w');
  std::vector<std::string> words(2, half);
  const Scene scene = co_await a_played_round(stage, std::move(words));
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(field(row, "generated_content") == half + half, "all of 1600 characters", said(row));
}

// Blanks, line ends and tabs at the ends and within, what HTML would escape, and a character that
// is two in UTF-16.
Steps keeps_what_was_said_to_the_letter(Stage& stage) {
  std::vector<std::string> words;
  words.emplace_back("  two\n\tthen <b>");
  words.emplace_back("\r\n 😀  & é");
  words.emplace_back(" \n");
  const std::string all = words[0] + words[1] + words[2];
  const Scene scene = co_await a_played_round(stage, std::move(words));
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(field(row, "generated_content") == all, in_words(all), said(row));
}

Steps keeps_a_very_long_text(Stage& stage) {
  const std::string part(1000, 'w');
  constexpr std::size_t kParts = 12;
  std::vector<std::string> words(kParts, part);
  const Scene scene = co_await a_played_round(stage, std::move(words));
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  const std::string kept = text_of(row, "generated_content");
  stage.expect(kept.size() == kParts * part.size(), "all of 12,000 characters",
               fmt::format("{} of them", kept.size()));
}

Steps has_a_row_for_each_of_twelve(Stage& stage) {
  constexpr int kMany = 12;
  const Socket screen = co_await watches(stage, "screen");
  std::vector<Player> players;
  for (int i = 1; i <= kMany; ++i) {
    const Player player = co_await joins(stage, fmt::format("player-{}", i));
    players.push_back(player);
  }
  const Round round = co_await plays(stage);
  for (const Player& player : players) {
    player.streams(round.index, 0, "one");
    player.completes(round.index, 1);
    co_await screen.hears("a completion of each", of_type("completion") && about(player));
  }
  for (const Player& player : players) {
    const std::vector<Json> rows = co_await scoreboard_rows(stage, round, player.id());
    stage.expect(rows.size() == 1, "a row for " + player.id(), fmt::format("{} rows", rows.size()));
  }
}

// Whoever looks early must not keep the others from what comes later.
Steps looks_anew_each_time(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "one");
  co_await scene.screen.hears("the first token", token_update(scene.ana, scene.round.index, 0));
  co_await scoreboard_rows(stage, scene.round, scene.ana.id());
  scene.ana.streams(scene.round.index, 1, "two");
  scene.ana.completes(scene.round.index, 2);
  co_await scene.screen.hears("ana's completion", of_type("completion") && about(scene.ana));
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "tokens"), 2), "tokens: 2, of which the first was seen before",
               said(row));
}

Steps keeps_a_nickname_of_any_alphabet(Stage& stage) {
  const std::string nickname = "Zoé 世界 😀";
  const Socket screen = co_await watches(stage, "screen");
  const Player zoe = co_await joins_if_it_may(stage, nickname, stage.name("zoe"));
  const Round round = co_await plays(stage);
  zoe.streams(round.index, 0, "one");
  zoe.completes(round.index, 1);
  co_await screen.hears("zoe's completion", of_type("completion") && about(zoe));
  const Json row = co_await scoreboard_row(stage, round, zoe.id());
  stage.expect(field(row, "nickname") == nickname, nickname, said(row));
}

// Who was still at it when the operator stopped the round.
Steps keeps_the_score_of_the_unfinished(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "one");
  co_await scene.screen.hears("the token", token_update(scene.ana, scene.round.index, 0));
  const Reply reply = co_await stops(stage, scene.round);
  if (!reply.ok()) {
    stage.cannot_tell("the round does not stop: " + said(reply));
    co_await stage.over();
  }
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "tokens"), 1), "tokens: 1", said(row));
}

Steps counts_a_repeat_once(Stage& stage) {
  const Scene scene = co_await a_played_round(stage);
  scene.ana.completes(scene.round.index, 3);
  co_await scene.ana.round_trip();
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "tokens"), 3), "tokens: 3, of a complete that came twice",
               said(row));
}

Steps has_one_row_for_who_came_back(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "one");
  co_await scene.screen.hears("the token", token_update(scene.ana, scene.round.index, 0));
  scene.ana.breaks_off();
  const Player again = co_await joins_again(stage, "ana again", scene.ana);
  again.streams(scene.round.index, 1, "two");
  again.completes(scene.round.index, 2);
  co_await scene.screen.hears("ana's completion", of_type("completion") && about(scene.ana));
  const std::vector<Json> rows = co_await scoreboard_rows(stage, scene.round, scene.ana.id());
  stage.expect(rows.size() == 1, "one row for ana", fmt::format("{} rows", rows.size()));
}

Steps keeps_the_participants_times(Stage& stage) {
  const Scene scene = co_await a_played_round(stage);
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(near(field(row, "duration_ms"), 2000), "duration_ms: 2000", said(row));
  stage.expect(near(field(row, "latency_first_token_ms"), 150), "latency_first_token_ms: 150",
               said(row));
}

Steps computes_the_speed(Stage& stage) {
  const Scene scene = co_await a_played_round(stage);
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  const Json& speed = field(row, "tps_avg");
  stage.expect(speed.is_number() && speed >= 1 && speed <= 3,
               "tps_avg: about 1.5 tokens in a second", said(row));
  if (!near(speed, 1.5)) stage.deviates("tps_avg is not 3 tokens / 2 s: " + said(row));
}

Steps knows_the_nickname(Stage& stage) {
  const Scene scene = co_await a_played_round(stage);
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(field(row, "nickname") == "ana", R"(nickname: "ana")", said(row));
}

Steps keeps_a_long_nickname(Stage& stage) {
  const std::string nickname = "ana " + std::string(56, 'x');
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins_as(stage, nickname, stage.name("ana"));
  const Round round = co_await plays(stage);
  ana.streams(round.index, 0, "one");
  ana.completes(round.index, 1);
  co_await screen.hears("ana's completion", of_type("completion") && about(ana));
  const Json row = co_await scoreboard_row(stage, round, ana.id());
  stage.expect(field(row, "nickname") == nickname, "a nickname of 60 characters", said(row));
}

Steps takes_latency_0_for_a_value(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "one");
  Json message = complete(scene.ana.id(), scene.round.index, 1);
  message["latency_ms_first_token"] = 0;
  scene.ana.says(message);
  co_await scene.screen.hears("ana's completion", of_type("completion") && about(scene.ana));
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(near(field(row, "latency_first_token_ms"), 0), "latency_first_token_ms: 0",
               said(row));
}

Steps counts_no_token_that_was_dropped(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  for (const int seq : {0, 1, 5, 6}) scene.ana.streams(scene.round.index, seq, "w");
  scene.ana.completes(scene.round.index, 4);
  co_await scene.screen.hears("ana's completion", of_type("completion") && about(scene.ana));
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  if (!same(field(row, "tokens"), 2))
    stage.deviates("tokens are what the participant claims, not what was taken: " + said(row));
}

Steps keeps_rounds_apart(Stage& stage) {
  const Scene first = co_await a_played_round(stage);
  const Round next = co_await plays(stage);
  first.ana.streams(next.index, 0, "another");
  co_await first.screen.hears("the token", token_update(first.ana, next.index, 0));
  const Json row = co_await scoreboard_row(stage, first.round, first.ana.id());
  stage.expect(same(field(row, "tokens"), 3), "tokens of the first round: 3", said(row));
}

Steps keeps_the_score_of_who_has_left(Stage& stage) {
  const Scene scene = co_await a_played_round(stage);
  scene.ana.closes();
  co_await scene.ana.may_be_closed(stage.waits().answer);
  co_await stage.pause(std::chrono::milliseconds{50});  // for the arena to notice
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "tokens"), 3), "tokens: 3", said(row));
  stage.expect(field(row, "nickname") == "ana", R"(nickname: "ana")", said(row));
}

Steps knows_no_round_that_there_is_not(Stage& stage) {
  const Reply reply = co_await gets(stage, "/scoreboard?roundId=no-such-round");
  stage.expect(refused(reply), "an error, 404", said(reply));
}

constexpr std::string_view kVote =
    "Arena, Operator: POST /votes {roundId, participantId, score 0..5, voterId?}";
constexpr std::string_view kScore =
    "Arena, Scoreboard: participant_id, nickname, tokens, latency_first_token_ms, duration_ms, "
    "tps_avg, votes, avg_score, total_score, generated_content";
constexpr std::array kRows{
    of_a_round("ARENA-VOTE-01", "takes a vote, and counts it", kVote, takes_a_vote),
    of_a_round("ARENA-VOTE-02", "averages votes", kVote, averages_votes),
    of_a_round("ARENA-VOTE-03", "takes 0", kVote, takes_a_score, Level::must, "0"),
    of_a_round("ARENA-VOTE-04", "takes 5", kVote, takes_a_score, Level::must, "5"),
    of_a_round("ARENA-VOTE-05", "refuses 6", kVote, refuses_a_vote, Level::must, R"({"score":6})"),
    of_a_round("ARENA-VOTE-06", "refuses -1", kVote, refuses_a_vote, Level::must,
               R"({"score":-1})"),
    of_a_round("ARENA-VOTE-07", "refuses a score that is a word", kVote, refuses_a_vote,
               Level::should, R"({"score":"five"})"),
    of_a_round("ARENA-VOTE-08", "refuses a vote without a score", kVote, refuses_a_vote,
               Level::should, R"({"score":null})"),
    of_a_round("ARENA-VOTE-09", "refuses a vote for nobody", kVote, refuses_a_vote, Level::should,
               R"({"participantId":"nobody-of-this-name"})"),
    of_a_round("ARENA-VOTE-10", "refuses a vote in no round", kVote, refuses_a_vote, Level::should,
               R"({"roundId":"no-such-round"})"),
    of_a_round("ARENA-VOTE-11", "counts a voter once", kVote, counts_a_voter_once, Level::may),
    of_a_round("ARENA-VOTE-12", "credits a vote to nobody else", kVote, credits_nobody_else),
    of_a_round("ARENA-VOTE-13", "takes a vote without a voterId", kVote,
               takes_a_vote_of_nobody_in_particular, Level::should),
    of_a_round("ARENA-VOTE-14", "counts a vote in its round alone", kVote,
               counts_in_its_round_alone),
    of_a_round("ARENA-VOTE-15", "takes a voter's votes for two participants", kVote,
               takes_votes_for_two, Level::should),
    of_a_round("ARENA-VOTE-16", "counts a vote on a round while the next is on", kVote,
               takes_a_vote_on_the_round_before, Level::should),
    of_a_round("ARENA-VOTE-17", "averages equal votes, and votes of 0", kVote, averages_all_votes),
    of_a_round("ARENA-VOTE-18", "tells voters apart by capitals", kVote,
               tells_voters_apart_by_capitals, Level::should),
    of_a_round("ARENA-VOTE-19", "counts votes that come at once", kVote,
               counts_votes_that_come_at_once),
    of_a_round("ARENA-VOTE-20", "counts 3.5 as it is, or refuses it", kVote,
               makes_no_other_score_of_it, Level::should),
    of_a_round("ARENA-SCORE-01", "has every field of a row", kScore, has_a_row_with_every_field),
    of_a_round("ARENA-SCORE-02", "counts the tokens that were sent", kScore, counts_the_tokens),
    of_a_round("ARENA-SCORE-03", "keeps what was said", kScore, keeps_what_was_said),
    of_a_round("ARENA-SCORE-04", "keeps the participant's own times", kScore,
               keeps_the_participants_times, Level::should),
    of_a_round("ARENA-SCORE-05", "computes the speed", kScore, computes_the_speed, Level::should),
    of_a_round("ARENA-SCORE-06", "knows the nickname", kScore, knows_the_nickname),
    of_a_round("ARENA-SCORE-07", "counts no token that was dropped", kScore,
               counts_no_token_that_was_dropped, Level::should),
    of_a_round("ARENA-SCORE-08", "keeps rounds apart", kScore, keeps_rounds_apart),
    of_a_round("ARENA-SCORE-09", "knows no round that there is not", kScore,
               knows_no_round_that_there_is_not, Level::should),
    of_a_round("ARENA-SCORE-10", "keeps the score of who has left", kScore,
               keeps_the_score_of_who_has_left),
    of_a_round("ARENA-SCORE-11", "keeps a text of 1600 characters", kScore, keeps_a_long_text),
    of_a_round("ARENA-SCORE-12", "counts the tokens of a repeated complete once",
               "Arena, complete: a repeat overwrites", counts_a_repeat_once),
    of_a_round("ARENA-SCORE-13", "has one row for who has come back",
               "Arena, register: a second connection replaces the first",
               has_one_row_for_who_came_back),
    of_a_round("ARENA-SCORE-14", "keeps a nickname of 60 characters", kScore, keeps_a_long_nickname,
               Level::should),
    of_a_round("ARENA-SCORE-15", "takes a latency of 0 for a value", kScore,
               takes_latency_0_for_a_value, Level::should),
    of_a_round("ARENA-SCORE-16", "keeps what was said to the letter", kScore,
               keeps_what_was_said_to_the_letter, Level::should),
    of_a_round("ARENA-SCORE-17", "keeps a text of 12,000 characters", kScore,
               keeps_a_very_long_text, Level::should),
    of_a_round("ARENA-SCORE-18", "has a row for each of twelve", kScore,
               has_a_row_for_each_of_twelve),
    of_a_round("ARENA-SCORE-19", "keeps a nickname of any alphabet", kScore,
               keeps_a_nickname_of_any_alphabet),
    of_a_round("ARENA-SCORE-20", "keeps the score of who had not completed", kScore,
               keeps_the_score_of_the_unfinished, Level::should),
    of_a_round("ARENA-SCORE-21", "tells what has come since it was asked", kScore,
               looks_anew_each_time),
};

}  // namespace

Cases arena_score_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
