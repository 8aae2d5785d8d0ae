// ARENA-VALID and ARENA-ROBUST: what is no message of an arena, and participants that are a
// nuisance.
#include <fmt/format.h>

#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr int kTooBig = 1009;
constexpr std::size_t kMiB = std::size_t{1024} * 1024;

// The argument is a text.
Steps refuses(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  ana.says(stage.argument());
  co_await hears_an_error(stage, ana);
  co_await ana.round_trip();
}

Steps survives_an_unknown_type(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  ana.says(R"({"type":"make_coffee"})");
  co_await ana.may_hear(arena_error(), stage.waits().quiet);
  co_await ana.round_trip();
}

Steps tells_nobody_else(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player bia = co_await joins(stage, "bia");
  const Player ana = co_await joins(stage, "ana");
  ana.says("this is not JSON");
  co_await bia.hears_nothing("an error about ana's message", arena_error());
  stage.expect(screen.heard(arena_error()).empty(), "the screen does not hear of it, either",
               screen.what_came());
}

Steps goes_on_after_many(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  for (int i = 0; i < 20; ++i) ana.says("{\"type\":");
  ana.says(register_message(stage.name("ana"), "ana", stage.premises().pin));
  co_await ana.hears("registered, behind twenty bad messages", registered_ack());
}

Steps refuses_a_strangers_text(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  ana.says(stage.argument());
  co_await hears_an_error(stage, ana);
  ana.says(register_message(stage.name("ana"), "ana", stage.premises().pin));
  co_await ana.hears("registered, behind a bad message", registered_ack());
}

Steps closes_with_1009_above_1_MiB(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  ana.says(R"({"type":"heartbeat","note":")" + std::string(kMiB + 1000, 'x') + "\"}");
  const std::optional<Ended> ended = co_await ana.may_be_closed(stage.waits().answer);
  stage.expect(ended.has_value(), "a close with 1009", said(ended));
  if (!ended || ended->code == kTooBig) co_return;
  // A stream may break under what is still on its way, before the close is read.
  if (ended->code == 0) stage.deviates("broken off, and not closed with 1009: " + said(ended));
  stage.expect(ended->code == 0, "a close with 1009", said(ended));
}

Steps takes_half_a_MiB(Stage& stage) {
  const Socket screen = co_await opens(stage, "screen");
  Json message = telao_register();
  message["note"] = std::string(kMiB / 2, 'x');
  screen.says(message);
  co_await screen.hears("an answer to a registration of half a MiB", registered_telao());
}

Steps takes_a_MiB(Stage& stage) {
  const Socket screen = co_await opens(stage, "screen");
  Json message = telao_register();
  message["note"] = "";
  message["note"] = std::string(kMiB - message.dump().size(), 'x');
  screen.says(message);
  co_await screen.hears("an answer to a registration of 1 MiB, to the byte", registered_telao());
}

// ---- Nuisances.

Steps survives_a_flood_of_tokens(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  for (int seq = 0; seq < 2000; ++seq) scene.ana.streams(scene.round.index, seq, "w");
  co_await scene.screen.hears("the last of 2000 tokens",
                              token_update(scene.ana, scene.round.index, 1999));
}

Steps survives_a_long_token(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, std::string(200'000, 'x'));
  co_await scene.ana.round_trip();
}

Steps survives_a_break_in_mid_generation(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  for (int seq = 0; seq < 10; ++seq) scene.ana.streams(scene.round.index, seq, "w");
  scene.ana.breaks_off();
  co_await stage.pause(stage.waits().quiet);
}

Steps survives_numbers_beyond_reason(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  for (const char* number : {"-1", "0", "1e300", "1.5", "9223372036854775808", "-0"}) {
    ana.says(
        fmt::format(R"({{"type":"token","participant_id":"{}","round":{},"seq":{},"content":"x"}})",
                    ana.id(), number, number));
    ana.says(fmt::format(
        R"({{"type":"complete","participant_id":"{}","round":{},"tokens":{},"duration_ms":{}}})",
        ana.id(), number, number, number));
  }
  co_await ana.round_trip();
}

Steps survives_registrations_over_and_over(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  for (int i = 0; i < 10; ++i) ana.says(register_message(ana.id(), "ana", stage.premises().pin));
  co_await stage.pause(stage.waits().quiet);
}

Steps survives_a_crowd_that_leaves_at_once(Stage& stage) {
  std::vector<Player> crowd;
  for (int i = 0; i < 8; ++i) crowd.push_back(co_await joins(stage, fmt::format("p{}", i)));
  for (const Player& player : crowd) player.breaks_off();
  co_await stage.pause(stage.waits().quiet);
}

Steps survives_odd_names(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  for (const char* id : {"__proto__", "constructor", "../..", "a\nb", "<b>", "'; --"})
    ana.says(register_message(id, id, stage.premises().pin));
  co_await stage.pause(stage.waits().quiet);
}

Steps survives_screens_that_do_not_read(Stage& stage) {
  const Socket deaf = co_await watches(stage, "deaf screen");
  deaf.connection().read(false);
  const Scene scene = co_await a_round(stage);
  const std::string words(1000, 'w');
  for (int seq = 0; seq < 300; ++seq) scene.ana.streams(scene.round.index, seq, words);
  co_await scene.screen.hears("the last of 300 tokens",
                              token_update(scene.ana, scene.round.index, 299));
  deaf.breaks_off();
}

Steps survives_a_new_round_in_mid_generation(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "w");
  const Round next = co_await plays(stage);
  for (int seq = 1; seq < 10; ++seq) scene.ana.streams(scene.round.index, seq, "w");
  co_await scene.ana.hears("the next challenge", challenge_of(next.index));
}

constexpr std::string_view kErrors =
    R"(Arena: every server error is {"type":"error","message","code"?}; the socket stays open)";
constexpr std::string_view kSize = "Arena, Socket: one message is at most 1 MiB, then close 1009";
constexpr std::string_view kOthers = "Arena: whatever a client sends, others are served";

constexpr Case bad(std::string_view id, std::string_view does, std::string_view text,
                   Level level = Level::must) {
  return {.id = id,
          .does = does,
          .clause = kErrors,
          .script = refuses,
          .level = level,
          .argument = text};
}
constexpr Case hostile(std::string_view id, std::string_view does, Steps (*script)(Stage&),
                       Need need = Need::nothing) {
  return {.id = id,
          .does = does,
          .clause = kOthers,
          .script = script,
          .manner = Manner::hostile,
          .need = need};
}

constexpr std::array kRows{
    bad("ARENA-VALID-01", "refuses what is not JSON", "this is not JSON"),
    bad("ARENA-VALID-02", "refuses JSON that is cut off", R"({"type":"token",)"),
    bad("ARENA-VALID-03", "refuses an array", R"([{"type":"heartbeat"}])"),
    bad("ARENA-VALID-04", "refuses a string", R"("heartbeat")"),
    bad("ARENA-VALID-05", "refuses null", "null"),
    bad("ARENA-VALID-06", "refuses an empty object", "{}"),
    bad("ARENA-VALID-07", "refuses a type that is a number", R"({"type":7})"),
    bad("ARENA-VALID-08", "refuses an empty text", ""),
    Case{"ARENA-VALID-09", "survives a type that it does not know",
         "Arena: unknown message types are never fatal", survives_an_unknown_type},
    Case{"ARENA-VALID-10", "takes a good message behind twenty bad ones", kErrors,
         goes_on_after_many},
    Case{"ARENA-VALID-11", "closes with 1009 above 1 MiB", kSize, closes_with_1009_above_1_MiB,
         Level::must, Manner::hostile},
    Case{"ARENA-VALID-12", "takes half a MiB", kSize, takes_half_a_MiB, Level::should},
    Case{.id = "ARENA-VALID-13",
         .does = "refuses what is not JSON of who has not registered",
         .clause = kErrors,
         .script = refuses_a_strangers_text,
         .argument = "this is not JSON"},
    Case{"ARENA-VALID-14", "tells nobody else of an error", kErrors, tells_nobody_else},
    Case{"ARENA-VALID-15", "takes 1 MiB, to the byte", kSize, takes_a_MiB, Level::should},
    hostile("ARENA-ROBUST-01", "survives 2000 tokens at once", survives_a_flood_of_tokens,
            Need::control),
    hostile("ARENA-ROBUST-02", "survives a token of 200,000 characters", survives_a_long_token,
            Need::control),
    hostile("ARENA-ROBUST-03", "survives a break in the middle of a generation",
            survives_a_break_in_mid_generation, Need::control),
    hostile("ARENA-ROBUST-04", "survives numbers beyond reason", survives_numbers_beyond_reason),
    hostile("ARENA-ROBUST-05", "survives a client that registers over and over",
            survives_registrations_over_and_over),
    hostile("ARENA-ROBUST-06", "survives a crowd that leaves at once",
            survives_a_crowd_that_leaves_at_once),
    hostile("ARENA-ROBUST-07", "survives odd names", survives_odd_names),
    hostile("ARENA-ROBUST-08", "survives a screen that does not read",
            survives_screens_that_do_not_read, Need::control),
    hostile("ARENA-ROBUST-09", "survives a new round in the middle of a generation",
            survives_a_new_round_in_mid_generation, Need::control),
};

}  // namespace

Cases arena_robustness_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
