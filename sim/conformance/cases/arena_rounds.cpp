// ARENA-ROUND: who is challenged, with what, and how a round begins and ends.
#include <fmt/format.h>

#include <array>
#include <vector>

#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

// A round of these terms, begun; and the challenge that ana gets.
Task<Message> challenge_for(Stage& stage, Json terms) {
  const Player ana = co_await joins(stage, "ana");
  const Round round = co_await prepares(stage, std::move(terms));
  const Reply reply = co_await starts(stage, round);
  stage.expect(reply.ok(), "HTTP 200 to /rounds/start", said(reply));
  co_return co_await ana.hears("the challenge", challenge_of(round.index));
}

Json full_terms() {
  return Json{{"prompt", "What is \"on\"?\n\u00e9 \u4e16 😀"},
              {"maxTokens", 123},
              {"temperature", 0.25},
              {"deadlineMs", 45'000},
              {"seed", 42}};
}

Steps gives_a_round_an_id_and_an_index(Stage& stage) {
  const Json terms{{"prompt", "hello"}};
  const Reply reply = co_await posts(stage, "/rounds", terms);
  stage.expect(reply.ok(), "HTTP 200", said(reply));
  stage.expect(!text_of(reply.json, "id").empty(), "id: a string", said(reply));
  stage.expect(reply["index"].is_number_integer(), "index: a whole number", said(reply));
}

Steps counts_rounds(Stage& stage) {
  const Round first = co_await prepares(stage);
  const Round second = co_await prepares(stage);
  stage.expect(second.index == first.index + 1, "the next index", std::to_string(second.index));
  stage.expect(second.id != first.id, "another id", second.id);
}

Steps challenges_with_the_operators_terms(Stage& stage) {
  const Json terms = full_terms();
  const Message challenge = co_await challenge_for(stage, terms);
  stage.expect(challenge["prompt"] == terms["prompt"], "the prompt, to the letter",
               said(challenge));
  stage.expect(same(challenge["max_tokens"], terms["maxTokens"]), "max_tokens: 123",
               said(challenge));
  stage.expect(same(challenge["temperature"], terms["temperature"]), "temperature: 0.25",
               said(challenge));
  stage.expect(same(challenge["deadline_ms"], terms["deadlineMs"]), "deadline_ms: 45000",
               said(challenge));
  stage.expect(same(challenge["seed"], terms["seed"]), "seed: 42", said(challenge));
}

Steps fills_in_what_the_operator_leaves_out(Stage& stage) {
  const Json terms{{"prompt", "hello"}};
  const Message challenge = co_await challenge_for(stage, terms);
  stage.expect(challenge["session_id"].is_string(), "session_id: a string", said(challenge));
  for (const char* key : {"max_tokens", "temperature", "deadline_ms"})
    stage.expect(challenge[key].is_number(), fmt::format("{}: a number", key), said(challenge));
}

// What one round was given is not for the next.
Steps fills_in_anew(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const Json bare{{"prompt", "hello"}};
  const Json full = full_terms();
  const std::array rounds{&bare, &full, &bare};
  std::vector<Message> challenges;
  for (const Json* terms : rounds) {
    const Round round = co_await prepares(stage, *terms);
    co_await starts(stage, round);
    const Message challenge = co_await ana.hears("the challenge", challenge_of(round.index));
    challenges.push_back(challenge);
  }
  const Message& first = challenges.front();
  const Message& last = challenges.back();
  for (const char* key : {"max_tokens", "temperature", "deadline_ms"})
    stage.expect(last[key] == first[key],
                 fmt::format("{}: {}, as before that round", key, first[key].dump()), said(last));
  stage.expect(!same(last["seed"], full["seed"]), "no seed of another round", said(last));
}

Steps leaves_out_a_seed_that_was_not_given(Stage& stage) {
  const Json terms{{"prompt", "hello"}};
  const Message challenge = co_await challenge_for(stage, terms);
  if (challenge.has("seed")) stage.deviates("a seed that was not given: " + said(challenge));
}

Steps takes_temperature_0_for_a_value(Stage& stage) {
  const Json terms{{"prompt", "hello"}, {"temperature", 0}};
  const Message challenge = co_await challenge_for(stage, terms);
  stage.expect(same(challenge["temperature"], 0), "temperature: 0", said(challenge));
}

Steps takes_seed_0_for_a_value(Stage& stage) {
  const Json terms{{"prompt", "hello"}, {"seed", 0}};
  const Message challenge = co_await challenge_for(stage, terms);
  stage.expect(same(challenge["seed"], 0), "seed: 0", said(challenge));
}

Steps carries_a_high_temperature(Stage& stage) {
  const Json terms{{"prompt", "hello"}, {"temperature", 1.5}};
  const Message challenge = co_await challenge_for(stage, terms);
  stage.expect(same(challenge["temperature"], 1.5), "temperature: 1.5", said(challenge));
}

// The documents name three, and do not say that there are no others.
Steps challenges_whatever_the_runner(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  Json message = register_message(stage.name("ana"), "ana", stage.premises().pin);
  message["runner"] = "lmstudio";
  ana.says(message);
  co_await ana.hears("registered", registered_ack());
  const Round round = co_await plays(stage);
  co_await ana.hears("the challenge", challenge_of(round.index));
}

// The argument is a body of POST /rounds.
Steps carries_prompt_and_limit(Stage& stage) {
  const Json terms = Json::parse(stage.argument());
  const Message challenge = co_await challenge_for(stage, terms);
  stage.expect(challenge["prompt"] == terms["prompt"], "the prompt, to the letter",
               said(challenge));
  if (terms.contains("maxTokens"))
    stage.expect(same(challenge["max_tokens"], terms["maxTokens"]), "max_tokens as they were given",
                 said(challenge));
}

Steps carries_a_long_prompt(Stage& stage) {
  const Json terms{{"prompt", std::string(10'000, 'p')}};
  const Message challenge = co_await challenge_for(stage, terms);
  stage.expect(challenge["prompt"] == terms["prompt"], "a prompt of 10,000 characters",
               said(challenge));
}

Steps challenges_each_participant_once(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const Player bia = co_await joins(stage, "bia");
  const Round round = co_await plays(stage);
  co_await ana.hears("the challenge", challenge_of(round.index));
  co_await bia.hears("the challenge", challenge_of(round.index));
  co_await ana.hears_nothing("the challenge again", challenge_of(round.index));
}

Steps challenges_each_of_twelve(Stage& stage) {
  constexpr int kMany = 12;
  std::vector<Player> players;
  for (int i = 1; i <= kMany; ++i) {
    const Player player = co_await joins(stage, fmt::format("player-{}", i));
    players.push_back(player);
  }
  const Round round = co_await plays(stage);
  for (const Player& player : players)
    co_await player.hears("the challenge", challenge_of(round.index));
}

Steps challenges_nobody_when_it_is_over(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "word");
  co_await scene.screen.hears("the token", token_update(scene.ana, scene.round.index, 0));
  co_await stops(stage, scene.round);
  const Player late = co_await joins(stage, "late");
  co_await late.hears_nothing("a challenge of a round that is over", of_type("challenge"));
}

// What was wrong with a message is no reason to leave out who sent it.
Steps challenges_who_met_an_error(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  ana.says("this is not JSON");
  ana.says(R"({"type":"make_coffee"})");
  const std::optional<Ended> ended = co_await ana.may_be_closed(stage.waits().quiet);
  if (ended) {
    stage.skip("what is wrong with a message ends the connection: " + said(ended));
    co_await stage.over();
  }
  const Round round = co_await plays(stage);
  co_await ana.hears("the challenge", challenge_of(round.index));
}

Steps challenges_nobody_before_the_start(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const Round round = co_await prepares(stage);
  co_await ana.hears_nothing("a challenge of a round that has not begun",
                             challenge_of(round.index));
}

Steps challenges_nobody_who_comes_late(Stage& stage) {
  const Round round = co_await plays(stage);
  const Player late = co_await joins(stage, "late");
  co_await late.hears_nothing("a challenge of a round that was on before",
                              challenge_of(round.index));
}

Steps challenges_nobody_who_comes_back(Stage& stage) {
  const Player first = co_await joins(stage, "ana");
  const Round round = co_await plays(stage);
  co_await first.hears("the challenge", challenge_of(round.index));
  first.breaks_off();
  const Player ana = co_await joins_again(stage, "ana again", first);
  co_await ana.hears_nothing("the challenge once more", challenge_of(round.index));
}

Steps challenges_who_came_late_in_the_next_round(Stage& stage) {
  co_await plays(stage);
  const Player late = co_await joins(stage, "late");
  const Round next = co_await plays(stage);
  co_await late.hears("the next challenge", challenge_of(next.index));
}

Steps challenges_no_stranger(Stage& stage) {
  const Socket stranger = co_await opens(stage, "stranger");
  const Player ana = co_await joins(stage, "ana");
  const Round round = co_await plays(stage);
  co_await ana.hears("the challenge", challenge_of(round.index));
  co_await stranger.hears_nothing("a challenge without a registration", of_type("challenge"));
}

Steps challenges_no_screen(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins(stage, "ana");
  const Round round = co_await plays(stage);
  co_await ana.hears("the challenge", challenge_of(round.index));
  co_await screen.hears_nothing("a challenge", of_type("challenge"));
}

Steps challenges_others_when_one_has_left(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const Player bia = co_await joins(stage, "bia");
  ana.breaks_off();
  const Round round = co_await plays(stage);
  co_await bia.hears("the challenge", challenge_of(round.index));
}

Steps challenges_the_later_connection(Stage& stage) {
  const Player first = co_await joins(stage, "ana");
  const Player second = co_await joins_again(stage, "ana again", first);
  const Round round = co_await plays(stage);
  co_await second.hears("the challenge", challenge_of(round.index));
  co_await first.hears_nothing("the challenge, too", challenge_of(round.index));
}

Steps stops_a_round(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "word");
  co_await scene.screen.hears("the token", token_update(scene.ana, scene.round.index, 0));
  const Reply reply = co_await stops(stage, scene.round);
  stage.expect(reply.ok(), "HTTP 200", said(reply));
  scene.ana.streams(scene.round.index, 1, "too late");
  co_await scene.screen.hears_nothing("a token of a round that is over",
                                      token_update(scene.ana, scene.round.index, 1));
}

Steps does_not_stop_what_nobody_answered(Stage& stage) {
  const Round round = co_await plays(stage);
  const Reply reply = co_await stops(stage, round);
  stage.expect(refused(reply), "an error: nobody answered", said(reply));
}

// What was refused has not been done.
Steps goes_on_where_nobody_answered(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  const Reply reply = co_await stops(stage, scene.round);
  if (!refused(reply)) {
    stage.skip("a round that nobody answered is stopped: " + said(reply));
    co_await stage.over();
  }
  scene.ana.streams(scene.round.index, 0, "word");
  co_await scene.screen.hears("a token of the round that goes on",
                              token_update(scene.ana, scene.round.index, 0));
}

Steps tells_participants_nothing_of_an_end(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "word");
  co_await scene.screen.hears("the token", token_update(scene.ana, scene.round.index, 0));
  scene.ana.listens_anew();
  co_await stops(stage, scene.round);
  co_await scene.ana.hears_nothing("a word of the end", !of_type("heartbeat"));
}

Steps shows_the_round_that_is_on(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await prepares(stage);  // another, which is not
  const Reply reply = co_await gets(stage, "/rounds/current");
  stage.expect(reply.ok(), "HTTP 200", said(reply));
  stage.expect(reply.body.find(scene.round.id) != std::string::npos, "the id of the round",
               said(reply));
}

Steps shows_what_was_streamed(Stage& stage) {
  constexpr int kMany = 30;
  const Scene scene = co_await a_round(stage);
  for (int seq = 0; seq < kMany; ++seq)
    scene.ana.streams(scene.round.index, seq, seq == 0 ? "accordion" : "xylophone");
  co_await scene.screen.hears("the last token",
                              token_update(scene.ana, scene.round.index, kMany - 1));
  const Reply reply = co_await gets(stage, "/rounds/current");
  stage.expect(reply.ok(), "HTTP 200", said(reply));
  const Json& live = reply["liveTokens"];
  stage.expect(!live.is_null() && !live.empty(), "liveTokens", said(reply));
  if (const std::string text = live.dump(); text.find("xylophone") != std::string::npos) {
    int found = 0;
    for (auto at = text.find("xylophone"); at != std::string::npos;
         at = text.find("xylophone", at + 1))
      ++found;
    stage.expect(text.find("accordion") != std::string::npos && found >= kMany - 1,
                 fmt::format("all {} tokens in liveTokens", kMany), said(reply));
    co_return;
  }
  const Json& count = field(reply["liveTokens"], scene.ana.id());
  if (!count.is_number() || count < 1)
    stage.deviates("neither ana's token nor a count of them in liveTokens: " + said(reply));
}

// Tokens, or a number of them, by participant.
bool shows_live(const Json& live, const Player& player, std::string_view word) {
  const Json& count = field(live, player.id());
  return live.dump().find(word) != std::string::npos || (count.is_number() && count >= 1);
}

Steps shows_what_each_has_streamed(Stage& stage) {
  const Player bia = co_await joins(stage, "bia");
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "accordion");
  bia.streams(scene.round.index, 0, "xylophone");
  co_await scene.screen.hears("ana's token", token_update(scene.ana, scene.round.index, 0));
  co_await scene.screen.hears("bia's token", token_update(bia, scene.round.index, 0));
  const Reply reply = co_await gets(stage, "/rounds/current");
  const bool anas = shows_live(reply["liveTokens"], scene.ana, "accordion");
  const bool bias = shows_live(reply["liveTokens"], bia, "xylophone");
  if (!anas && !bias)
    stage.deviates("neither tokens nor counts of them by participant in liveTokens: " +
                   said(reply));
  else
    stage.expect(anas && bias, "liveTokens of both who have streamed", said(reply));
}

// The argument is a body of POST /rounds.
Steps refuses_terms(Stage& stage) {
  const Json terms = Json::parse(stage.argument());
  const Reply reply = co_await posts(stage, "/rounds", terms);
  stage.expect(refused(reply), "an error, 400 or 500", said(reply));
}

// What the mode does to a prompt is the arena's business.
Steps takes_svg_mode(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const Json terms{{"prompt", "A cat"}, {"svgMode", true}};
  const Reply reply = co_await posts(stage, "/rounds", terms);
  stage.expect(reply.ok(), "HTTP 200", said(reply));
  if (!reply.ok()) co_return;
  Round round{text_of(reply.json, "id"), 0};
  if (reply["index"].is_number_integer()) round.index = reply["index"].get<std::int64_t>();
  const Reply begun = co_await starts(stage, round);
  stage.expect(begun.ok(), "HTTP 200 to /rounds/start", said(begun));
  co_await ana.hears("the challenge", of_type("challenge"));
}

Steps refuses_a_round_that_there_is_not(Stage& stage) {
  const Round nowhere{"no-such-round", 0};
  const Reply reply = co_await asks_to_start(stage, nowhere);
  stage.expect(refused(reply), "an error", said(reply));
}

Steps keeps_two_rounds_apart(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const Round first = co_await plays(stage);
  co_await ana.hears("the first challenge", challenge_of(first.index));
  const Round second = co_await plays(stage);
  const Message challenge = co_await ana.hears("the second challenge", challenge_of(second.index));
  stage.expect(challenge["round"] == second.index, "the round's own number", said(challenge));
}

// The argument is terms of a round that the documents neither forbid nor promise: an arena may
// refuse them, but must not make others of them.
Steps carries_terms_or_refuses(Stage& stage) {
  Json terms = Json::parse(stage.argument());
  const Player ana = co_await joins(stage, "ana");
  const Reply reply = co_await posts(stage, "/rounds", terms);
  if (refused(reply)) {
    stage.skip("the arena refuses such a round: " + said(reply));
    co_await stage.over();
  }
  if (!reply["index"].is_number_integer()) {
    stage.cannot_tell("there is no round to be had: " + said(reply));
    co_await stage.over();
  }
  const Round round{text_of(reply.json, "id"), reply["index"].get<std::int64_t>()};
  co_await starts(stage, round);
  const Message challenge = co_await ana.hears("the challenge", challenge_of(round.index));
  stage.expect(challenge["prompt"] == terms["prompt"], said(terms["prompt"]), said(challenge));
  if (terms.contains("seed"))
    stage.expect(same(challenge["seed"], terms["seed"]), "seed: " + terms["seed"].dump(),
                 said(challenge));
  if (terms.contains("deadlineMs"))
    stage.expect(same(challenge["deadline_ms"], terms["deadlineMs"]),
                 "deadline_ms: " + terms["deadlineMs"].dump(), said(challenge));
}

Steps goes_on_while_the_next_is_prepared(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "before");
  co_await prepares(stage);
  scene.ana.streams(scene.round.index, 1, "after");
  co_await scene.screen.hears("the token after it", token_update(scene.ana, scene.round.index, 1));
}

Steps stops_no_other_round(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "before");
  co_await scene.screen.hears("the token", token_update(scene.ana, scene.round.index, 0));
  const Round nowhere{"no-such-round", 0};
  const Reply reply = co_await stops(stage, nowhere);
  stage.expect(refused(reply), "an error, 404", said(reply));
  scene.ana.streams(scene.round.index, 1, "after");
  co_await scene.screen.hears("the token after it", token_update(scene.ana, scene.round.index, 1));
}

Steps starts_the_round_that_is_named(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const Json terms{{"prompt", "the second of three"}};
  const Round first = co_await prepares(stage);
  const Round second = co_await prepares(stage, terms);
  const Round third = co_await prepares(stage);
  const Reply reply = co_await starts(stage, second);
  stage.expect(reply.ok(), "HTTP 200 to /rounds/start", said(reply));
  const Message challenge = co_await ana.hears("a challenge", of_type("challenge"));
  stage.expect(challenge["round"] == second.index,
               fmt::format("round: {}, of {} to {}", second.index, first.index, third.index),
               said(challenge));
  stage.expect(challenge["prompt"] == terms["prompt"], "the prompt of that round", said(challenge));
}

Steps challenges_who_came_back_thrice(Stage& stage) {
  Player ana = co_await joins(stage, "ana");
  for (int again = 1; again <= 3; ++again) {
    ana.breaks_off();
    ana = co_await joins_again(stage, fmt::format("ana again {}", again), ana);
    const Round round = co_await plays(stage);
    co_await ana.hears("the challenge of a round that begins now", challenge_of(round.index));
    co_await ana.hears_nothing("the challenge again", challenge_of(round.index));
  }
}

constexpr std::string_view kPost =
    "Arena, Operator: POST /rounds gives a round with id and index; POST /rounds/start begins it";
constexpr std::string_view kChallenge =
    "Arena, challenge: {session_id, round, prompt, max_tokens, temperature, deadline_ms, seed?}";
constexpr std::string_view kWho =
    "Arena, challenge: to those registered at that moment; late joiners and reconnectors get none";
constexpr std::string_view kStop =
    "Arena, Operator: POST /rounds/stop, an error if nobody answered; participants hear nothing";
constexpr std::string_view kErrors = "Arena, Operator: validation errors may be 400 or 500";

constexpr std::array kRows{
    of_a_round("ARENA-ROUND-01", "gives a round an id and an index", kPost,
               gives_a_round_an_id_and_an_index),
    of_a_round("ARENA-ROUND-02", "counts rounds", kPost, counts_rounds),
    of_a_round("ARENA-ROUND-03", "challenges with the operator's terms", kChallenge,
               challenges_with_the_operators_terms),
    of_a_round("ARENA-ROUND-04", "fills in what the operator leaves out", kChallenge,
               fills_in_what_the_operator_leaves_out),
    of_a_round("ARENA-ROUND-05", "leaves out a seed that was not given", kChallenge,
               leaves_out_a_seed_that_was_not_given, Level::should),
    of_a_round("ARENA-ROUND-06", "takes temperature 0 for a value",
               "Runners: temperature 0 is a value, not \"unset\"", takes_temperature_0_for_a_value),
    of_a_round("ARENA-ROUND-07", "takes seed 0 for a value", kChallenge, takes_seed_0_for_a_value,
               Level::should),
    of_a_round("ARENA-ROUND-08", "carries a prompt of 10,000 characters", kChallenge,
               carries_a_long_prompt, Level::should),
    of_a_round("ARENA-ROUND-09", "challenges each participant once", kWho,
               challenges_each_participant_once),
    of_a_round("ARENA-ROUND-10", "challenges nobody who comes late", kWho,
               challenges_nobody_who_comes_late),
    of_a_round("ARENA-ROUND-11", "challenges nobody who comes back", kWho,
               challenges_nobody_who_comes_back),
    of_a_round("ARENA-ROUND-12", "challenges who came late in the next round", kWho,
               challenges_who_came_late_in_the_next_round),
    of_a_round("ARENA-ROUND-13", "challenges nobody who is not registered", kWho,
               challenges_no_stranger),
    of_a_round("ARENA-ROUND-14", "challenges no screen", kWho, challenges_no_screen),
    of_a_round("ARENA-ROUND-15", "challenges others when one has left", kWho,
               challenges_others_when_one_has_left),
    of_a_round("ARENA-ROUND-16", "challenges the later of two connections",
               "Arena, register: a second connection replaces the first",
               challenges_the_later_connection),
    of_a_round("ARENA-ROUND-17", "stops a round, and takes no more tokens of it", kStop,
               stops_a_round),
    of_a_round("ARENA-ROUND-18", "does not stop a round that nobody answered", kStop,
               does_not_stop_what_nobody_answered, Level::should),
    of_a_round("ARENA-ROUND-19", "tells participants nothing of a round's end", kStop,
               tells_participants_nothing_of_an_end, Level::should),
    of_a_round("ARENA-ROUND-20", "shows the round that is on",
               "Arena, Operator: GET /rounds/current", shows_the_round_that_is_on, Level::should),
    of_a_round("ARENA-ROUND-21", "shows what was streamed",
               "Arena, Operator: GET /rounds/current (liveTokens)", shows_what_was_streamed,
               Level::should),
    of_a_round("ARENA-ROUND-22", "refuses a round without a prompt", kErrors, refuses_terms,
               Level::should, "{}"),
    of_a_round("ARENA-ROUND-23", "refuses a prompt that is a number", kErrors, refuses_terms,
               Level::should, R"({"prompt":7})"),
    of_a_round("ARENA-ROUND-24", "refuses maxTokens that are a word", kErrors, refuses_terms,
               Level::should, R"({"prompt":"x","maxTokens":"many"})"),
    of_a_round("ARENA-ROUND-25", "refuses a negative deadline", kErrors, refuses_terms, Level::may,
               R"({"prompt":"x","deadlineMs":-1})"),
    of_a_round("ARENA-ROUND-26", "refuses to start a round that there is not", kErrors,
               refuses_a_round_that_there_is_not, Level::should),
    of_a_round("ARENA-ROUND-27", "keeps two rounds apart", kChallenge, keeps_two_rounds_apart),
    of_a_round("ARENA-ROUND-28", "carries blanks around a prompt", kChallenge,
               carries_prompt_and_limit, Level::should, R"({"prompt":"  a\n"})"),
    of_a_round("ARENA-ROUND-29", "carries maxTokens of 4000", kChallenge, carries_prompt_and_limit,
               Level::should, R"({"prompt":"x","maxTokens":4000})"),
    of_a_round("ARENA-ROUND-30", "challenges nobody before a round begins", kPost,
               challenges_nobody_before_the_start),
    of_a_round("ARENA-ROUND-31", "takes a round with svgMode",
               "Arena, Operator: POST /rounds {..., svgMode?}", takes_svg_mode, Level::should),
    of_a_round("ARENA-ROUND-32", "carries a temperature above 1", kChallenge,
               carries_a_high_temperature),
    of_a_round("ARENA-ROUND-33", "challenges a participant with another runner", kWho,
               challenges_whatever_the_runner),
    of_a_round("ARENA-ROUND-34", "carries what HTML would escape in a prompt", kChallenge,
               carries_terms_or_refuses, Level::should,
               R"({"prompt":"Is <b>1 & 2</b> &lt; '3'?"})"),
    of_a_round("ARENA-ROUND-35", "carries a seed of more than 31 bits", kChallenge,
               carries_terms_or_refuses, Level::should, R"({"prompt":"x","seed":5000000001})"),
    of_a_round("ARENA-ROUND-36", "carries a negative seed", kChallenge, carries_terms_or_refuses,
               Level::should, R"({"prompt":"x","seed":-7})"),
    of_a_round("ARENA-ROUND-37", "carries a deadline of ten minutes", kChallenge,
               carries_terms_or_refuses, Level::should, R"({"prompt":"x","deadlineMs":600000})"),
    of_a_round("ARENA-ROUND-38", "goes on with a round while the next is prepared", kPost,
               goes_on_while_the_next_is_prepared, Level::should),
    of_a_round("ARENA-ROUND-39", "stops no round but the one that is named",
               "Arena, Operator: POST /rounds/stop {roundId}", stops_no_other_round, Level::should),
    of_a_round("ARENA-ROUND-40", "starts the round that is named, of three",
               "Arena, Operator: POST /rounds/start {roundId}", starts_the_round_that_is_named),
    of_a_round("ARENA-ROUND-41", "challenges who has come back three times, once", kWho,
               challenges_who_came_back_thrice),
    of_a_round("ARENA-ROUND-42", "challenges each of twelve", kWho, challenges_each_of_twelve),
    of_a_round("ARENA-ROUND-43", "challenges nobody who comes when the round is over", kWho,
               challenges_nobody_when_it_is_over),
    of_a_round("ARENA-ROUND-44", "challenges who has met an error", kWho,
               challenges_who_met_an_error),
    of_a_round("ARENA-ROUND-45", "takes nothing over from the round before", kChallenge,
               fills_in_anew),
    of_a_round("ARENA-ROUND-46", "goes on with a round that nobody has answered", kStop,
               goes_on_where_nobody_answered, Level::should),
    of_a_round("ARENA-ROUND-47", "refuses a temperature that is a word", kErrors, refuses_terms,
               Level::should, R"({"prompt":"x","temperature":"hot"})"),
    of_a_round("ARENA-ROUND-48", "shows what each of two has streamed",
               "Arena, Operator: GET /rounds/current (liveTokens)", shows_what_each_has_streamed,
               Level::should),
};

}  // namespace

Cases arena_round_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
