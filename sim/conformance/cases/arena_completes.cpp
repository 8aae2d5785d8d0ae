// ARENA-COMPLETE: how a generation ends, well or badly.
#include <fmt/format.h>

#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

Pattern completion(const Scene& scene) {
  return of_type("completion") && about(scene.ana) && with("round", scene.round.index);
}

Steps streams_two(const Scene& scene) {
  for (int seq = 0; seq < 2; ++seq) scene.ana.streams(scene.round.index, seq, "w");
  co_await scene.screen.hears("both tokens", token_update(scene.ana, scene.round.index, 1));
}

Steps takes_a_complete(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  scene.ana.completes(scene.round.index, 2);
  const Message seen = co_await scene.screen.hears("ana's completion", completion(scene));
  stage.expect(same(seen["tokens"], 2), "tokens: 2", said(seen));
  stage.expect(same(seen["duration_ms"], 2000), "duration_ms: 2000", said(seen));
}

Steps tells_speed_and_delay(Stage& stage) {
  constexpr int kCount = 31;  // in 2 s: no whole number in a second
  const Scene scene = co_await a_round(stage);
  for (int seq = 0; seq < kCount; ++seq) scene.ana.streams(scene.round.index, seq, "w");
  scene.ana.completes(scene.round.index, kCount);
  const Message seen = co_await scene.screen.hears("ana's completion", completion(scene));
  stage.expect(same(seen["ttft_ms"], 150), "ttft_ms: 150", said(seen));
  stage.expect(seen["tps"].is_number(), "tps: a number", said(seen));
  // With the time to the first token, or without it: that is left open.
  if (!seen["tps"].is_number()) co_return;
  stage.expect(seen["tps"] > 1.55 && seen["tps"] < 155, "tps: about 15.5 tokens in a second",
               said(seen));
  if (seen["tps"] < 15.4 || seen["tps"] > 17)
    stage.deviates("tps is not 31 tokens / 2 s: " + said(seen));
}

Steps takes_a_complete_without_what_is_optional(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  Json message = complete(scene.ana.id(), scene.round.index, 2);
  message.erase("latency_ms_first_token");
  message.erase("model_info");
  scene.ana.says(message);
  co_await scene.screen.hears("ana's completion", completion(scene));
}

// The argument is what there was too little of to count, as fields over those of a complete.
Steps takes_a_complete_of_nothing(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  Json message = complete(scene.ana.id(), scene.round.index, 1);
  message.merge_patch(Json::parse(stage.argument()));
  if (message["tokens"] == 1) scene.ana.streams(scene.round.index, 0, "w");
  scene.ana.says(message);
  const Message seen = co_await scene.screen.hears("ana's completion", completion(scene));
  for (const char* key : {"tokens", "duration_ms"})
    stage.expect(same(seen[key], message[key]), fmt::format("{}: {}", key, message[key].dump()),
                 said(seen));
  co_await scene.ana.round_trip();
}

Steps takes_a_complete_with_a_device(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  Json message = complete(scene.ana.id(), scene.round.index, 2);
  message["model_info"]["device"] = "GPU 0";
  scene.ana.says(message);
  co_await scene.screen.hears("ana's completion", completion(scene));
}

Steps lets_a_repeat_overwrite(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  scene.ana.completes(scene.round.index, 2);
  co_await scene.screen.hears("ana's completion", completion(scene));
  Json message = complete(scene.ana.id(), scene.round.index, 2);
  message["duration_ms"] = 4000;
  scene.ana.says(message);
  co_await scene.ana.round_trip();
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  stage.expect(same(field(row, "duration_ms"), 4000), "duration_ms: 4000, of the repeat",
               said(row));
}

Steps says_nothing_of_a_complete(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  scene.ana.listens_anew();
  scene.ana.completes(scene.round.index, 2);
  co_await scene.ana.hears_nothing("a word about an accepted complete", !of_type("heartbeat"));
}

Steps takes_none_of_another_round(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  scene.ana.completes(scene.round.index + 1, 2);
  co_await scene.screen.hears_nothing("a completion of a round that is not on",
                                      of_type("completion") && about(scene.ana));
}

Steps takes_none_in_anothers_name(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  const Player mal = co_await joins(stage, "mal");
  mal.says(complete(scene.ana.id(), scene.round.index, 99));
  co_await scene.screen.hears_nothing("a completion of ana's that another sent", completion(scene));
}

Steps takes_none_of_a_stranger(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  const Socket stranger = co_await opens(stage, "stranger");
  stranger.says(complete(scene.ana.id(), scene.round.index, 99));
  co_await scene.screen.hears_nothing("a completion of ana's that a stranger sent",
                                      completion(scene));
}

Steps takes_a_complete_after_a_reconnect(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  scene.ana.breaks_off();
  const Player again = co_await joins_again(stage, "ana again", scene.ana);
  again.completes(scene.round.index, 2);
  co_await scene.screen.hears("ana's completion", completion(scene));
}

// The argument is what makes a complete unfit, as fields over good ones.
Steps refuses_a_complete(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  Json message = complete(scene.ana.id(), scene.round.index, 2);
  message.merge_patch(Json::parse(stage.argument()));
  scene.ana.says(message);
  co_await scene.screen.hears_nothing("a completion that is none", completion(scene));
  co_await hears_an_error(stage, scene.ana);
}

bool may_be_a_latency(const Json& value) { return value.is_null() || value.is_number(); }

// The message may be refused, or taken without the field.
Steps shows_no_latency_that_is_a_word(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  Json message = complete(scene.ana.id(), scene.round.index, 2);
  message["latency_ms_first_token"] = "soon";
  scene.ana.says(message);
  co_await scene.ana.round_trip();
  const std::optional<Message> seen =
      co_await scene.screen.may_hear(completion(scene), stage.waits().quiet);
  if (seen)
    stage.expect(may_be_a_latency((*seen)["ttft_ms"]), "ttft_ms: a number, or none", said(*seen));
  const std::vector<Json> rows = co_await scoreboard_rows(stage, scene.round, scene.ana.id());
  for (const Json& row : rows)
    stage.expect(may_be_a_latency(field(row, "latency_first_token_ms")),
                 "latency_first_token_ms: a number, or none", said(row));
}

Steps goes_on_when_one_is_done(Stage& stage) {
  const Player bia = co_await joins(stage, "bia");
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  scene.ana.completes(scene.round.index, 2);
  co_await scene.screen.hears("ana's completion", completion(scene));
  bia.streams(scene.round.index, 0, "slow and steady");
  co_await scene.screen.hears("bia's token", token_update(bia, scene.round.index, 0));
}

Json failure(const Scene& scene) {
  return Json{{"type", "error"},
              {"round", scene.round.index},
              {"participant_id", scene.ana.id()},
              {"code", "GENERATION_FAILED"},
              {"message", "the runner gave up"}};
}

Steps takes_a_failure(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  scene.ana.says(failure(scene));
  co_await scene.ana.hears_nothing("an error in answer to an error", arena_error());
  co_await scene.ana.round_trip();
  co_await scene.screen.hears_nothing("a completion of what failed", completion(scene));
}

// The documents name one code, and do not say that there are no others.
Steps takes_a_failure_of_any_code(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  Json message = failure(scene);
  message["code"] = "MODEL_NOT_FOUND";
  scene.ana.says(message);
  co_await scene.ana.hears_nothing("an error in answer to an error", arena_error());
  co_await scene.ana.round_trip();
}

// Or ana could not complete any more.
Steps takes_no_failure_in_anothers_name(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  const Player mal = co_await joins(stage, "mal");
  mal.says(failure(scene));
  co_await mal.round_trip();
  co_await streams_two(scene);
  scene.ana.completes(scene.round.index, 2);
  co_await scene.screen.hears("ana's completion", completion(scene));
}

Steps goes_on_when_one_fails(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins(stage, "ana");
  const Player bia = co_await joins(stage, "bia");
  const Round round = co_await plays(stage);
  const Scene scene{screen, ana, round};
  ana.says(failure(scene));
  co_await ana.round_trip();
  bia.streams(round.index, 0, "still here");
  co_await screen.hears("bia's token", token_update(bia, round.index, 0));
  stage.expect(bia.heard(arena_error()).empty(), "bia hears nothing of ana's failure",
               bia.what_came());
}

// What else the row says of it is open.
Steps keeps_nothing_of_a_complete_after_a_failure(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  scene.ana.says(failure(scene));
  scene.ana.completes(scene.round.index, 2);
  co_await scene.ana.round_trip();
  const std::vector<Json> rows = co_await scoreboard_rows(stage, scene.round, scene.ana.id());
  for (const Json& row : rows)
    if (same(field(row, "duration_ms"), 2000))
      stage.deviates("the duration of a complete that came after the failure: " + said(row));
}

Steps challenges_who_failed_again(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.says(failure(scene));
  co_await scene.ana.round_trip();
  const Round next = co_await plays(stage);
  co_await scene.ana.hears("the next challenge", challenge_of(next.index));
}

Steps takes_tokens_of_who_failed_before(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.says(failure(scene));
  co_await scene.ana.round_trip();
  const Round next = co_await plays(stage);
  scene.ana.streams(next.index, 0, "better");
  scene.ana.completes(next.index, 1);
  co_await scene.screen.hears("the token of the next round",
                              token_update(scene.ana, next.index, 0));
  co_await scene.screen.hears("the completion of the next round", of_type("completion") &&
                                                                      about(scene.ana) &&
                                                                      with("round", next.index));
}

Steps takes_no_failure_of_another_round(Stage& stage) {
  const Scene before = co_await a_round(stage);
  const Round round = co_await plays(stage);
  const Scene scene{before.screen, before.ana, round};
  scene.ana.says(failure(before));
  co_await streams_two(scene);
  scene.ana.completes(round.index, 2);
  co_await scene.screen.hears("ana's completion", completion(scene));
}

// Nor a failure, behind which the other could not complete any more.
Steps takes_no_end_of_a_replaced_connection(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  const Player again = co_await joins_again(stage, "ana again", scene.ana);
  scene.ana.says(failure(scene));
  scene.ana.completes(scene.round.index, 2);
  co_await scene.screen.hears_nothing("a completion from a connection that was replaced",
                                      completion(scene));
  again.completes(scene.round.index, 2);
  co_await scene.screen.hears("ana's completion", completion(scene));
}

// Not the first, nor the longest.
Steps lets_a_shorter_repeat_overwrite(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  co_await streams_two(scene);
  for (const int duration : {3000, 1000}) {
    Json message = complete(scene.ana.id(), scene.round.index, 2);
    message["duration_ms"] = duration;
    scene.ana.says(message);
  }
  co_await scene.screen.hears("the first completion", completion(scene));
  const Message second = co_await scene.screen.hears("the second completion", completion(scene));
  stage.expect(same(second["duration_ms"], 1000), "duration_ms: 1000", said(second));
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  if (!same(field(row, "duration_ms"), 3000)) co_return;
  stage.fail("duration_ms of the later complete: 1000", said(row));
}

constexpr std::string_view kComplete =
    "Arena, complete: {round, participant_id, tokens, latency_ms_first_token?, duration_ms, "
    "model_info?}";
constexpr std::string_view kRepeat = "Arena, complete: a repeat overwrites";
constexpr std::string_view kError =
    "Arena, error: GENERATION_FAILED when a runner fails; no complete follows it";
constexpr std::string_view kOwner = "Arena, complete: of a participant, from its own connection";

constexpr std::array kRows{
    of_a_round("ARENA-COMPLETE-01", "takes a complete, and shows it", kComplete, takes_a_complete),
    of_a_round("ARENA-COMPLETE-02", "shows the delay of the first token and the speed",
               "Arena, Observer: completion {tokens, duration_ms, ttft_ms, tps}",
               tells_speed_and_delay, Level::should),
    of_a_round("ARENA-COMPLETE-03", "takes a complete without what is optional", kComplete,
               takes_a_complete_without_what_is_optional),
    of_a_round("ARENA-COMPLETE-04", "lets a repeat overwrite", kRepeat, lets_a_repeat_overwrite,
               Level::should),
    of_a_round("ARENA-COMPLETE-05", "says nothing of an accepted complete",
               "Arena: participants hear nothing of an accepted complete",
               says_nothing_of_a_complete, Level::should),
    of_a_round("ARENA-COMPLETE-06", "takes no complete in another's name", kOwner,
               takes_none_in_anothers_name),
    of_a_round("ARENA-COMPLETE-07", "takes no complete of who has not registered", kOwner,
               takes_none_of_a_stranger),
    of_a_round("ARENA-COMPLETE-08", "takes a complete after a reconnect", kOwner,
               takes_a_complete_after_a_reconnect),
    of_a_round("ARENA-COMPLETE-09", "refuses a complete without tokens", kComplete,
               refuses_a_complete, Level::should, R"({"tokens":null})"),
    of_a_round("ARENA-COMPLETE-10", "refuses a complete without a duration", kComplete,
               refuses_a_complete, Level::should, R"({"duration_ms":null})"),
    of_a_round("ARENA-COMPLETE-11", "refuses tokens that are a word", kComplete, refuses_a_complete,
               Level::should, R"({"tokens":"two"})"),
    of_a_round("ARENA-COMPLETE-12", "refuses a negative count of tokens", kComplete,
               refuses_a_complete, Level::should, R"({"tokens":-2})"),
    of_a_round("ARENA-COMPLETE-13", "takes a failure, without an answer", kError, takes_a_failure),
    of_a_round("ARENA-COMPLETE-14", "goes on with the others when one fails", kError,
               goes_on_when_one_fails),
    of_a_round("ARENA-COMPLETE-15", "challenges who has failed in the next round", kError,
               challenges_who_failed_again),
    of_a_round("ARENA-COMPLETE-16", "goes on with the others when one is done", kComplete,
               goes_on_when_one_is_done),
    of_a_round("ARENA-COMPLETE-17", "takes no complete of a round that is not on", kComplete,
               takes_none_of_another_round),
    of_a_round("ARENA-COMPLETE-18", "keeps nothing of a complete after a failure", kError,
               keeps_nothing_of_a_complete_after_a_failure, Level::should),
    of_a_round("ARENA-COMPLETE-19", "takes a complete that names a device",
               "Arena, complete: model_info?: {name, runner, device?}",
               takes_a_complete_with_a_device),
    of_a_round("ARENA-COMPLETE-20", "takes no failure in another's name", kOwner,
               takes_no_failure_in_anothers_name),
    of_a_round("ARENA-COMPLETE-21", "refuses a negative duration", kComplete, refuses_a_complete,
               Level::should, R"({"duration_ms":-5})"),
    of_a_round("ARENA-COMPLETE-22", "takes what follows of who has failed in the round before",
               kError, takes_tokens_of_who_failed_before),
    of_a_round("ARENA-COMPLETE-23", "takes no failure of another round for one of this", kError,
               takes_no_failure_of_another_round, Level::should),
    of_a_round("ARENA-COMPLETE-24",
               "takes no end of a generation from a connection that was replaced",
               "Arena, register: a second connection replaces the first",
               takes_no_end_of_a_replaced_connection, Level::should),
    of_a_round("ARENA-COMPLETE-25", "lets a shorter repeat overwrite a longer", kRepeat,
               lets_a_shorter_repeat_overwrite, Level::should),
    of_a_round("ARENA-COMPLETE-26", "takes a complete of no tokens", kComplete,
               takes_a_complete_of_nothing, Level::should, R"({"tokens":0})"),
    of_a_round("ARENA-COMPLETE-27", "takes a complete that took no time", kComplete,
               takes_a_complete_of_nothing, Level::should, R"({"duration_ms":0})"),
    of_a_round("ARENA-COMPLETE-28", "takes a failure of another code", kError,
               takes_a_failure_of_any_code, Level::should),
    of_a_round("ARENA-COMPLETE-29", "shows no latency that is a word", kComplete,
               shows_no_latency_that_is_a_word, Level::should),
};

}  // namespace

Cases arena_complete_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
