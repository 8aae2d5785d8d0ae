// ARENA-SESSION: what an operator begins, and what that ends.
#include <fmt/format.h>

#include <algorithm>

#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr int kNotFound = 404;

// Every new session is the one that later cases register with.
Task<Reply> begins(Stage& stage, Json wish) {
  Reply reply = co_await posts(stage, "/session", std::move(wish));
  const std::string pin = text_of(reply.json, "pin");
  if (!pin.empty()) stage.premises().pin = pin;
  co_return reply;
}

Task<Reply> begins(Stage& stage) {
  Json nothing = Json::object();
  co_return co_await begins(stage, std::move(nothing));
}

bool only_digits(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Steps gives_a_session(Stage& stage) {
  const Reply reply = co_await begins(stage);
  stage.expect(reply.ok(), "HTTP 200", said(reply));
  for (const char* key : {"session_id", "pin"})
    stage.expect(!text_of(reply.json, key).empty(), fmt::format("{}: a string", key), said(reply));
  stage.expect(!reply["created_at"].is_null(), "created_at", said(reply));
}

Steps gives_six_digits(Stage& stage) {
  const Reply reply = co_await begins(stage);
  const std::string pin = text_of(reply.json, "pin");
  stage.expect(pin.size() == 6 && only_digits(pin), "a PIN of six digits",
               fmt::format("{} characters", pin.size()));
}

Steps gives_as_many_digits_as_wanted(Stage& stage) {
  Json wish{{"pinLength", 8}};
  const Reply reply = co_await begins(stage, std::move(wish));
  const std::string pin = text_of(reply.json, "pin");
  stage.expect(pin.size() == 8, "a PIN of eight digits", fmt::format("{} characters", pin.size()));
}

Steps gives_each_session_an_id(Stage& stage) {
  const Reply first = co_await begins(stage);
  const Reply second = co_await begins(stage);
  stage.expect(first["session_id"] != second["session_id"], "two sessions have two ids",
               said(second));
}

Steps ends_the_session_before(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  co_await begins(stage);
  const Message farewell = co_await ana.hears("an error: the session has ended", arena_error());
  stage.expect(farewell["code"] == "SESSION_ENDED", "code: SESSION_ENDED", said(farewell));
  const std::optional<Ended> ended = co_await ana.may_be_closed(stage.waits().answer);
  stage.expect(ended.has_value(), "then a close", said(ended));
}

Steps forgets_the_pin_before(Stage& stage) {
  const std::string old_pin = stage.premises().pin;
  const Reply reply = co_await begins(stage);
  // Once in a million by chance, and not twice in a row.
  if (text_of(reply.json, "pin") == old_pin) {
    const Reply third = co_await begins(stage);
    if (text_of(third.json, "pin") == old_pin) {
      stage.fail("a PIN of its own for each session", "three sessions with the same PIN");
      co_await stage.over();
    }
  }
  const Socket ana = co_await opens(stage, "ana");
  ana.says(register_message(stage.name("ana"), "Ana", old_pin));
  const Pattern either = arena_error() || registered_ack();
  const Message answer = co_await ana.hears("an error: the PIN of another session", either);
  stage.expect(answer["type"] == "error", "an error", said(answer));
}

Steps counts_rounds_from_one(Stage& stage) {
  co_await prepares(stage);  // in the session before
  co_await begins(stage);
  const Round first = co_await prepares(stage);
  const Round second = co_await prepares(stage);
  stage.expect(first.index == 1, "index 1", std::to_string(first.index));
  stage.expect(second.index == 2, "then index 2", std::to_string(second.index));
}

// Each of two: the first challenge of all is not the only one to be right.
Steps challenges_in_its_own_name(Stage& stage) {
  constexpr std::array kPlayers{"ana", "bia"};
  for (const char* who : kPlayers) {
    const Reply begun = co_await begins(stage);
    const Player player = co_await joins(stage, who);
    const Round round = co_await plays(stage);
    const Message challenge = co_await player.hears("the challenge", challenge_of(round.index));
    stage.expect(challenge["session_id"] == begun["session_id"], "the id of this session",
                 said(challenge));
  }
}

Steps begins_without_a_round(Stage& stage) {
  co_await begins(stage);
  const Round before = co_await plays(stage);
  co_await begins(stage);
  const Reply reply = co_await gets(stage, "/rounds/current");
  stage.expect(!reply.ok() || reply.body.find(before.id) == std::string::npos,
               "no round of the session before", said(reply));
}

Steps acknowledges_in_its_own_name(Stage& stage) {
  const Reply begun = co_await begins(stage);
  const Socket ana = co_await opens(stage, "ana");
  ana.says(register_message(stage.name("ana"), "Ana", stage.premises().pin));
  const Message ack = co_await ana.hears("registered", registered_ack());
  if (!ack.has("session_id")) {
    stage.skip("registrations are acknowledged without a session_id");
    co_await stage.over();
  }
  stage.expect(ack["session_id"] == begun["session_id"], "the id of this session", said(ack));
}

// There is no way to end a session without beginning another: only a fresh arena has none.
Steps says_404_without_a_session(Stage& stage) {
  const std::optional<WithoutSession>& found = stage.premises().without_session;
  if (!found) {
    stage.skip("there was a session already: this is asked of an arena that has just started");
    co_await stage.over();
  }
  stage.note("GET /session, before the first session: " + said(found->asked));
  stage.expect(found->asked.status == kNotFound, "HTTP 404 before the first session",
               said(found->asked));
}

Steps forgets_who_was_there(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  co_await begins(stage);
  const Reply presence = co_await gets(stage, "/presence");
  stage.expect(presence.body.find(ana.id()) == std::string::npos,
               "nobody of the session before is present", said(presence));
}

Steps lets_the_same_ids_in_again(Stage& stage) {
  const Player before = co_await joins(stage, "ana");
  co_await begins(stage);
  const Player ana = co_await joins_again(stage, "ana again", before);
  co_await ana.round_trip();
}

Steps tells_of_the_session(Stage& stage) {
  for (int session = 1; session <= 2; ++session) {
    const Reply begun = co_await begins(stage);
    const Reply reply = co_await gets(stage, "/session");
    stage.expect(reply.ok(), "HTTP 200", said(reply));
    const std::string id = text_of(begun.json, "session_id");
    stage.expect(reply.body.find(id) != std::string::npos, "the id of the session", said(reply));
  }
}

Steps keeps_the_pin_to_the_operator(Stage& stage) {
  const Reply begun = co_await begins(stage);
  const Reply reply = co_await gets(stage, "/session");
  const std::string pin = '"' + text_of(begun.json, "pin") + '"';
  if (reply.body.find(pin) != std::string::npos)
    stage.deviates("GET /session shows the PIN to everybody");
}

constexpr std::string_view kPost =
    "Arena, Operator: POST /session {} gives {session_id, pin, created_at}; pinLength is 6";
constexpr std::string_view kEnds =
    "Arena, Operator: a new session ends the one before: an error SESSION_ENDED, then a close";

constexpr Case session(std::string_view id, std::string_view does, std::string_view clause,
                       Steps (*script)(Stage&), Level level = Level::must) {
  return {.id = id,
          .does = does,
          .clause = clause,
          .script = script,
          .level = level,
          .manner = Manner::alone,
          .need = Need::own_session};
}

constexpr std::array kRows{
    session("ARENA-SESSION-01", "gives a session, with an id and a PIN", kPost, gives_a_session),
    session("ARENA-SESSION-02", "gives a PIN of six digits", kPost, gives_six_digits,
            Level::should),
    session("ARENA-SESSION-03", "gives a PIN as long as wanted", kPost,
            gives_as_many_digits_as_wanted, Level::should),
    session("ARENA-SESSION-04", "gives each session an id of its own", kPost,
            gives_each_session_an_id),
    session("ARENA-SESSION-05", "ends the session before: SESSION_ENDED, then a close", kEnds,
            ends_the_session_before, Level::should),
    session("ARENA-SESSION-06", "lets nobody in with the PIN before", kEnds,
            forgets_the_pin_before),
    session("ARENA-SESSION-07", "counts rounds from 1 in each session",
            "Arena, challenge: round counts from 1 within a session", counts_rounds_from_one),
    session("ARENA-SESSION-08", "begins with nobody present", kEnds, forgets_who_was_there,
            Level::should),
    session("ARENA-SESSION-09", "lets the same participants in again", kEnds,
            lets_the_same_ids_in_again),
    session("ARENA-SESSION-10", "tells of the session that there is",
            "Arena, Operator: GET /session", tells_of_the_session, Level::should),
    session("ARENA-SESSION-11", "keeps the PIN to the operator", "Arena, Operator: GET /session",
            keeps_the_pin_to_the_operator, Level::may),
    session("ARENA-SESSION-12", "challenges with the id of its session",
            "Arena, challenge: {session_id, round, prompt, ...}", challenges_in_its_own_name),
    Case{.id = "ARENA-SESSION-13",
         .does = "says 404 as long as there is none",
         .clause = R"(Arena, Operator: "no session" is 404)",
         .script = says_404_without_a_session,
         .level = Level::should,
         .need = Need::own_session},
    session("ARENA-SESSION-14", "acknowledges with the id of its session",
            "Arena, register: acknowledged by registered, with participant_id or session_id",
            acknowledges_in_its_own_name, Level::should),
    session("ARENA-SESSION-15", "begins without a round", kEnds, begins_without_a_round,
            Level::should),
};

}  // namespace

Cases arena_session_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
