// ARENA-SEQ: which tokens an arena takes: the next one, from whom it belongs to, in the round that
// is on. What is taken shows on the public screen.
#include <fmt/format.h>

#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

Steps is_taken(const Scene& scene, std::int64_t seq) {
  co_await scene.screen.hears(fmt::format("token {} of ana's", seq),
                              token_update(scene.ana, scene.round.index, seq));
}

Steps is_not_taken(const Scene& scene, std::int64_t seq, std::string why) {
  co_await scene.screen.hears_nothing(fmt::format("token {} of ana's: {}", seq, why),
                                      token_update(scene.ana, scene.round.index, seq));
}

Steps takes_tokens_in_order(Stage& stage) {
  constexpr int kCount = 20;
  const Scene scene = co_await a_round(stage);
  for (int seq = 0; seq < kCount; ++seq) scene.ana.streams(scene.round.index, seq, "word ");
  const Pattern next = of_type("token_update") && about(scene.ana);
  for (int seq = 0; seq < kCount; ++seq) {
    const Message update = co_await scene.screen.hears(fmt::format("token {} of ana's", seq), next);
    stage.expect(same(update["seq"], seq), fmt::format("token {} next", seq), said(update));
  }
}

Steps takes_a_hundred_at_once(Stage& stage) {
  constexpr int kCount = 100;
  const Scene scene = co_await a_round(stage);
  for (int seq = 0; seq < kCount; ++seq) scene.ana.streams(scene.round.index, seq, "w");
  for (int seq = 0; seq < kCount; ++seq) co_await is_taken(scene, seq);
}

Steps takes_none_behind_a_gap(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "zero");
  scene.ana.streams(scene.round.index, 2, "two");
  co_await is_taken(scene, 0);
  co_await is_not_taken(scene, 2, "1 is missing");
}

Steps takes_the_missing_one_later(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  for (const int seq : {0, 2, 1, 2}) scene.ana.streams(scene.round.index, seq, "w");
  for (const int seq : {0, 1, 2}) co_await is_taken(scene, seq);
}

Steps keeps_none_for_later(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  for (const int seq : {0, 2, 1}) scene.ana.streams(scene.round.index, seq, "w");
  for (const int seq : {0, 1}) co_await is_taken(scene, seq);
  co_await is_not_taken(scene, 2, "it came before its turn");
}

Steps counts_an_empty_one(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "zero");
  scene.ana.streams(scene.round.index, 1, "");
  scene.ana.streams(scene.round.index, 2, "two");
  co_await is_taken(scene, 2);
}

Steps takes_none_twice(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "once");
  co_await is_taken(scene, 0);
  scene.ana.streams(scene.round.index, 0, "twice");
  co_await is_not_taken(scene, 0, "it came before");
}

Steps keeps_a_token_as_it_came_first(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "once");
  co_await is_taken(scene, 0);
  scene.ana.streams(scene.round.index, 0, "twice");
  scene.ana.completes(scene.round.index, 1);
  co_await scene.screen.hears("ana's completion", of_type("completion") && about(scene.ana));
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  if (!field(row, "generated_content").is_string()) {
    stage.skip("the scoreboard does not say what was generated");
    co_await stage.over();
  }
  stage.expect(field(row, "generated_content") == "once", R"(generated_content: "once")",
               said(row));
}

Steps begins_with_zero(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 1, "one");
  co_await is_not_taken(scene, 1, "a round begins with 0");
}

Steps drops_in_silence(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 5, "five");
  co_await scene.ana.hears_nothing("a word about a token out of order", arena_error());
}

Steps says_nothing_of_what_it_takes(Stage& stage) {
  constexpr int kCount = 60;
  const Scene scene = co_await a_round(stage);
  scene.ana.listens_anew();
  for (int seq = 0; seq < kCount; ++seq) scene.ana.streams(scene.round.index, seq, "w");
  co_await is_taken(scene, kCount - 1);
  co_await scene.ana.hears_nothing("a word about an accepted token", !of_type("heartbeat"));
}

Steps counts_on_after_a_reconnect(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "zero");
  scene.ana.streams(scene.round.index, 1, "one");
  co_await is_taken(scene, 1);
  scene.ana.breaks_off();
  const Player again = co_await joins_again(stage, "ana again", scene.ana);
  again.streams(scene.round.index, 2, "two");
  co_await is_taken(scene, 2);
}

Steps counts_on_after_three_reconnects(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  Player ana = scene.ana;
  for (int seq = 0; seq <= 3; ++seq) {
    ana.streams(scene.round.index, seq, "word");
    co_await is_taken(scene, seq);
    ana.breaks_off();
    ana = co_await joins_again(stage, fmt::format("ana again {}", seq + 1), ana);
  }
}

Steps does_not_begin_again_after_a_reconnect(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "zero");
  co_await is_taken(scene, 0);
  scene.ana.breaks_off();
  const Player again = co_await joins_again(stage, "ana again", scene.ana);
  again.streams(scene.round.index, 0, "from the start");
  co_await is_not_taken(scene, 0, "the count survives a reconnect");
}

Steps counts_each_participant(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins(stage, "ana");
  const Player bia = co_await joins(stage, "bia");
  const Round round = co_await plays(stage);
  for (int seq = 0; seq < 3; ++seq) ana.streams(round.index, seq, "a");
  bia.streams(round.index, 0, "b");
  co_await screen.hears("token 2 of ana's", token_update(ana, round.index, 2));
  co_await screen.hears("token 0 of bia's", token_update(bia, round.index, 0));
}

Steps counts_each_round(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "first");
  co_await is_taken(scene, 0);
  const Round next = co_await plays(stage);
  scene.ana.streams(next.index, 0, "second");
  co_await scene.screen.hears("token 0 of the next round", token_update(scene.ana, next.index, 0));
}

Steps takes_none_in_anothers_name(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  const Player mal = co_await joins(stage, "mal");
  mal.says(token(scene.ana.id(), scene.round.index, 0, "not ana's"));
  co_await is_not_taken(scene, 0, "another participant sent it");
  stage.expect(scene.screen.heard(of_type("token_update") && about(mal)).empty(),
               "nor as one of the sender's", scene.screen.what_came());
  scene.ana.streams(scene.round.index, 0, "ana's");
  co_await is_taken(scene, 0);
}

Steps takes_none_of_a_stranger(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  const Socket stranger = co_await opens(stage, "stranger");
  stranger.says(token(scene.ana.id(), scene.round.index, 0, "a stranger's"));
  co_await is_not_taken(scene, 0, "who sent it had not registered");
}

Steps takes_none_of_a_screen(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.screen.says(token(scene.ana.id(), scene.round.index, 0, "a screen's"));
  co_await is_not_taken(scene, 0, "a screen sent it");
}

Steps takes_none_of_another_round(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index + 1, 0, "too early");
  scene.ana.streams(scene.round.index - 1, 0, "too late");
  co_await scene.screen.hears_nothing("a token of a round that is not on",
                                      of_type("token_update") && about(scene.ana));
}

Steps takes_none_before_the_start(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins(stage, "ana");
  const Round round = co_await prepares(stage);
  const Scene scene{screen, ana, round};
  ana.streams(round.index, 0, "too early");
  co_await is_not_taken(scene, 0, "the round has not begun");
  const Reply reply = co_await starts(stage, round);
  stage.expect(reply.ok(), "HTTP 200 to the start", said(reply));
  co_await ana.hears("the challenge", challenge_of(round.index));
  ana.streams(round.index, 0, "in time");
  co_await is_taken(scene, 0);
}

Steps takes_none_of_a_replaced_connection(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  const Player again = co_await joins_again(stage, "ana again", scene.ana);
  scene.ana.streams(scene.round.index, 0, "from the first");
  co_await is_not_taken(scene, 0, "its connection was replaced");
  again.streams(scene.round.index, 0, "from the second");
  co_await is_taken(scene, 0);
}

// The argument is what makes a token unfit, as fields over good ones; null takes a field away.
// An error in answer is nowhere asked for: a token that is not the next goes in silence.
Steps takes_none_that_is_unfit(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "a good one");
  co_await is_taken(scene, 0);
  Json message = token(scene.ana.id(), scene.round.index, 1, "word");
  message.merge_patch(Json::parse(stage.argument()));
  scene.ana.says(message);
  const Pattern any_token = of_type("token_update") && about(scene.ana);
  co_await scene.screen.hears_nothing("a token that is none", any_token);
  stage.expect(scene.ana.open(), "the socket stays open", scene.ana.what_came());
  scene.ana.streams(scene.round.index, 1, "another good one");
  co_await is_taken(scene, 1);
}

// Neither waits for the other.
Steps keeps_two_at_once_apart(Stage& stage) {
  constexpr int kEach = 20;
  const Player bia = co_await joins(stage, "bia");
  const Scene scene = co_await a_round(stage);
  for (int seq = 0; seq < kEach; ++seq) {
    scene.ana.streams(scene.round.index, seq, "ana's");
    bia.streams(scene.round.index, seq, "bia's");
  }
  const std::array<const Player*, 2> both{&scene.ana, &bia};
  for (const Player* player : both) {
    const char* const other = player == &bia ? "ana's" : "bia's";
    for (int seq = 0; seq < kEach; ++seq) {
      const Message seen =
          co_await scene.screen.hears(fmt::format("token {} of {}", seq, player->who()),
                                      token_update(*player, scene.round.index, seq));
      stage.expect(text_of(seen.json, "content").find(other) == std::string::npos,
                   "nothing that the other one said", said(seen));
    }
  }
}

// The argument is the token.
Steps carries_a_token(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  const std::string content = Json::parse(stage.argument()).get<std::string>();
  scene.ana.streams(scene.round.index, 0, content);
  const Message update =
      co_await scene.screen.hears("token 0", token_update(scene.ana, scene.round.index, 0));
  stage.expect(update["content"] == content, "the token, to the letter", said(update));
}

constexpr std::string_view kNext =
    "Arena, token: seq from 0 without gaps; a token whose seq is not the next is dropped, silently";
constexpr std::string_view kReconnect =
    "Arena, token: the count survives a reconnect: resume, don't restart";
constexpr std::string_view kOwner =
    "Arena, token: per participant and round; a second connection replaces the first";
constexpr std::string_view kFields = "Arena, token: {round, participant_id, seq, content}";
constexpr std::string_view kSilent = "Arena: participants hear nothing of an accepted token";

constexpr std::array kRows{
    of_a_round("ARENA-SEQ-01", "takes tokens in their order", kNext, takes_tokens_in_order),
    of_a_round("ARENA-SEQ-02", "takes a hundred tokens that come at once", kNext,
               takes_a_hundred_at_once),
    of_a_round("ARENA-SEQ-03", "takes no token behind a gap", kNext, takes_none_behind_a_gap),
    of_a_round("ARENA-SEQ-04", "takes the missing token when it comes", kNext,
               takes_the_missing_one_later),
    of_a_round("ARENA-SEQ-05", "takes no token twice", kNext, takes_none_twice),
    of_a_round("ARENA-SEQ-06", "begins with 0", kNext, begins_with_zero),
    of_a_round("ARENA-SEQ-07", "drops a token out of order in silence", kNext, drops_in_silence,
               Level::should),
    of_a_round("ARENA-SEQ-08", "says nothing of an accepted token", kSilent,
               says_nothing_of_what_it_takes, Level::should),
    of_a_round("ARENA-SEQ-09", "goes on counting after a reconnect", kReconnect,
               counts_on_after_a_reconnect),
    of_a_round("ARENA-SEQ-10", "does not begin again after a reconnect", kReconnect,
               does_not_begin_again_after_a_reconnect),
    of_a_round("ARENA-SEQ-11", "counts each participant by itself", kOwner,
               counts_each_participant),
    of_a_round("ARENA-SEQ-12", "counts each round by itself", kOwner, counts_each_round),
    of_a_round("ARENA-SEQ-13", "takes no token in another's name", kOwner,
               takes_none_in_anothers_name),
    of_a_round("ARENA-SEQ-14", "takes no token of who has not registered", kOwner,
               takes_none_of_a_stranger),
    of_a_round("ARENA-SEQ-15", "takes no token of a screen", kOwner, takes_none_of_a_screen),
    of_a_round("ARENA-SEQ-16", "takes no token of a round that is not on", kOwner,
               takes_none_of_another_round),
    of_a_round("ARENA-SEQ-17", "takes no token of a connection that was replaced", kOwner,
               takes_none_of_a_replaced_connection, Level::should),
    of_a_round("ARENA-SEQ-18", "takes no token without seq", kFields, takes_none_that_is_unfit,
               Level::should, R"({"seq":null})"),
    of_a_round("ARENA-SEQ-19", "takes no token without a round", kFields, takes_none_that_is_unfit,
               Level::should, R"({"round":null})"),
    of_a_round("ARENA-SEQ-20", "takes no token without content", kFields, takes_none_that_is_unfit,
               Level::should, R"({"content":null})"),
    of_a_round("ARENA-SEQ-21", "takes no seq that is a word", kFields, takes_none_that_is_unfit,
               Level::should, R"({"seq":"zero"})"),
    of_a_round("ARENA-SEQ-22", "takes no content that is a number", kFields,
               takes_none_that_is_unfit, Level::should, R"({"content":7})"),
    of_a_round("ARENA-SEQ-23", "takes no negative seq", kFields, takes_none_that_is_unfit,
               Level::should, R"({"seq":-1})"),
    of_a_round("ARENA-SEQ-24", "takes no seq that is a fraction", kFields, takes_none_that_is_unfit,
               Level::should, R"({"seq":0.5})"),
    of_a_round("ARENA-SEQ-25", "carries letters of many alphabets", kFields, carries_a_token,
               Level::must, R"(" é 世 😀")"),
    of_a_round("ARENA-SEQ-26", "carries quotes and line ends", kFields, carries_a_token,
               Level::must, R"("\"a\"\n\\b\t")"),
    of_a_round("ARENA-SEQ-27", "carries a blank", kFields, carries_a_token, Level::must, R"(" ")"),
    of_a_round("ARENA-SEQ-28", "keeps no token that came too early for later", kNext,
               keeps_none_for_later),
    of_a_round("ARENA-SEQ-29", "counts a token without a letter", kNext, counts_an_empty_one,
               Level::should),
    of_a_round("ARENA-SEQ-30", "takes no token of a round that has not begun", kOwner,
               takes_none_before_the_start),
    of_a_round("ARENA-SEQ-31", "carries what HTML would escape", kFields, carries_a_token,
               Level::must, R"("<b>a & b</b> &lt;")"),
    of_a_round("ARENA-SEQ-32", "goes on counting after three reconnects", kReconnect,
               counts_on_after_three_reconnects),
    of_a_round("ARENA-SEQ-33", "carries tabs, and characters that do not show", kFields,
               carries_a_token, Level::must, R"("\ta\t\tb\ufeff\u200dc\u200b")"),
    of_a_round("ARENA-SEQ-34", "carries accents that stand alone", kFields, carries_a_token,
               Level::must, R"("e\u0301 \u00e9 \u1100\u1161")"),
    of_a_round("ARENA-SEQ-35", "keeps apart two who stream at once",
               "Arena, token: seq from 0 without gaps, per participant and round",
               keeps_two_at_once_apart),
    of_a_round("ARENA-SEQ-36", "keeps a token as it came first", kNext,
               keeps_a_token_as_it_came_first, Level::should),
};

}  // namespace

Cases arena_token_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
