// The embedded arena's sockets: participants, rounds and public screens.
#include "tests/sim/target/arena_script.hpp"

namespace gauntlet::sim {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string error_of(ArenaScript& arena, const std::string& name) {
  const auto message = arena.heard_one(name);
  return message.value("type", "") == "error" ? message.value("message", "") : "no error";
}

// ---- Registration.

TEST(ArenaRegistration, IsAcknowledgedWithParticipantAndSession) {
  ArenaScript arena;
  arena.open_session();
  arena.connect("ana");
  arena.say("ana", arena.registration("ana"));
  const auto ack = arena.heard_one("ana");
  EXPECT_EQ(ack.at("type"), "registered");
  EXPECT_EQ(ack.at("participant_id"), "ana");
  EXPECT_EQ(ack.at("session_id"), arena.session_id);
  EXPECT_EQ(arena.arena.participants_online(), 1U);
}

TEST(ArenaRegistration, NeedsASessionThePinAndAllFields) {
  ArenaScript arena;
  arena.connect("ana");
  auto registration = arena.registration("ana");
  registration["pin"] = "123456";
  arena.say("ana", registration);
  EXPECT_EQ(error_of(arena, "ana"), "No active session");

  arena.open_session();
  registration["pin"] =
      arena.pin.front() == '0' ? "1" + arena.pin.substr(1) : "0" + arena.pin.substr(1);
  arena.say("ana", registration);
  EXPECT_EQ(error_of(arena, "ana"), "Invalid PIN.");

  for (const char* field : {"participant_id", "nickname", "pin"}) {
    auto incomplete = arena.registration("ana");
    incomplete.erase(field);
    arena.say("ana", incomplete);
    EXPECT_EQ(error_of(arena, "ana"), "Invalid message format") << field;
  }
  EXPECT_TRUE(arena.open("ana"));
  EXPECT_EQ(arena.arena.seen().registrations_refused, 5U);
  arena.say("ana", arena.registration("ana"));
  EXPECT_EQ(arena.heard_one("ana").at("type"), "registered");
}

TEST(ArenaRegistration, ReplacesTheParticipantsEarlierConnection) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  arena.connect("ana again");
  arena.say("ana again", arena.registration("ana"));
  EXPECT_EQ(arena.heard_one("ana again").at("type"), "registered");
  EXPECT_EQ(arena.hung_up("ana"), 4000);
  arena.leave("ana");  // changes nothing
  EXPECT_EQ(arena.arena.participants_online(), 1U);
  arena.play();
  EXPECT_THAT(arena.heard_types("ana again"), ElementsAre("challenge"));
}

TEST(ArenaSocket, AnswersNonsenseAndStaysOpen) {
  ArenaScript arena;
  arena.connect("ana");
  for (const std::string_view text :
       {"", "{", "[]", "7", R"({"kind":"register"})", R"({"type":7})", R"({"type":"dance"})",
        R"({"type":"token"})", R"({"type":"complete","round":1})", R"({"type":"error"})"}) {
    arena.say_text("ana", text);
    EXPECT_EQ(error_of(arena, "ana"), "Invalid message format") << text;
  }
  arena.token("ana", 1, 0, "x");
  EXPECT_EQ(error_of(arena, "ana"), "Not registered");
  EXPECT_TRUE(arena.open("ana"));
  EXPECT_EQ(arena.TargetScript::connect("lost", {.path = "/elsewhere"}).status, 404);
}

// ---- Rounds.

TEST(Challenge, GoesToThoseWhoAreRegisteredAtThatMoment) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  arena.join("bea");
  arena.leave("bea");
  arena.connect("stranger");
  arena.play({{"prompt", "a haiku"},
              {"maxTokens", 50},
              {"temperature", 0},
              {"deadlineMs", 5000},
              {"seed", 42}});
  arena.join("late");
  EXPECT_EQ(arena.heard_one("ana"), (json{{"type", "challenge"},
                                          {"session_id", arena.session_id},
                                          {"round", 1},
                                          {"prompt", "a haiku"},
                                          {"max_tokens", 50},
                                          {"temperature", 0},
                                          {"deadline_ms", 5000},
                                          {"seed", 42}}));
  EXPECT_THAT(arena.heard("stranger"), IsEmpty());
  EXPECT_THAT(arena.heard("late"), IsEmpty());
  EXPECT_EQ(arena.arena.seen().challenges, 1U);
}

TEST(Tokens, AreTakenOnlyInOrder) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  const auto round = arena.play();
  arena.heard("ana");
  arena.token("ana", round, 0, "a");
  arena.token("ana", round, 2, "lost");  // 1 never came: everything after it is lost
  arena.token("ana", round, 0, "again");
  arena.token("ana", round, -1, "before");
  arena.token("ana", round, 1, "");  // empty, and yet a token
  arena.token("ana", round, 2, "c");
  EXPECT_THAT(arena.heard("ana"), IsEmpty());
  const auto rows = arena.score_rows();
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].at("tokens"), 3);
  EXPECT_EQ(rows[0].at("generated_content"), "ac");
  EXPECT_EQ(arena.arena.seen().tokens_accepted, 3U);
  EXPECT_EQ(arena.arena.seen().tokens_refused, 3U);
}

TEST(Tokens, AreCountedOnAcrossAReconnect) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  const auto round = arena.play();
  arena.token("ana", round, 0, "a");
  arena.leave("ana");
  arena.join("ana");
  EXPECT_THAT(arena.heard("ana"), IsEmpty());  // no second challenge
  arena.token("ana", round, 0, "restarted");
  arena.token("ana", round, 1, "b");
  EXPECT_EQ(arena.score_rows()[0].at("generated_content"), "ab");
}

TEST(Tokens, AreTakenOnlyInTheActiveRoundAndInOnesOwnName) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  arena.join("bea");
  const auto round = arena.play();
  arena.token("ana", round + 1, 0, "another round");
  arena.say("bea", {{"type", "token"},
                    {"round", round},
                    {"participant_id", "ana"},
                    {"seq", 0},
                    {"content", "forged"}});
  arena.token("ana", round, 0, "a");
  EXPECT_EQ(arena.stop().status, 200);
  arena.token("ana", round, 1, "after the end");
  EXPECT_EQ(arena.score_rows()[0].at("generated_content"), "a");
  EXPECT_EQ(arena.arena.seen().tokens_refused, 3U);
}

TEST(Tokens, AreLostFromTheFlawOn) {
  ArenaScript arena{{.pin_hash_rounds = 1, .drop_token_every = 3}};
  arena.open_session();
  arena.join("ana");
  const auto round = arena.play();
  for (int seq = 0; seq < 5; ++seq) arena.token("ana", round, seq, "x");
  EXPECT_EQ(arena.score_rows()[0].at("tokens"), 2);
  EXPECT_EQ(arena.arena.seen().tokens_dropped, 1U);
  EXPECT_EQ(arena.arena.seen().tokens_refused, 2U);
}

TEST(Complete, OverwritesTheOneBefore) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  const auto round = arena.play();
  arena.token("ana", round, 0, "a");
  arena.complete("ana", round, 1);
  auto again = arena.completion("ana", round, 1);
  again["duration_ms"] = 250;
  again.erase("latency_ms_first_token");
  arena.advance(40ms);
  arena.say("ana", again);
  const auto row = arena.score_rows()[0];
  EXPECT_EQ(row.at("duration_ms"), 250);
  EXPECT_EQ(row.at("latency_first_token_ms"), 0) << "as the arena saw it";
  EXPECT_EQ(row.at("tps_avg"), 4);
  EXPECT_EQ(arena.arena.seen().completes, 2U);
}

TEST(Complete, IsRefusedForARoundThatWasNotStarted) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  arena.post("/rounds", {{"prompt", "later"}});
  for (const std::int64_t round : {-1, 0, 1, 2}) arena.complete("ana", round, 1);
  EXPECT_EQ(arena.arena.seen().completes_refused, 4U);
  auto negative = arena.completion("ana", 1, -1);
  arena.say("ana", negative);
  EXPECT_EQ(error_of(arena, "ana"), "Invalid message format");
}

TEST(Failure, IsNoAnswer) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  const auto round = arena.play();
  arena.say("ana", {{"type", "error"},
                    {"round", round},
                    {"participant_id", "ana"},
                    {"code", "GENERATION_FAILED"},
                    {"message", "out of memory"}});
  EXPECT_THAT(arena.score_rows(), IsEmpty());
  EXPECT_EQ(arena.arena.seen().failures, 1U);
  EXPECT_EQ(arena.stop().status, 400);
}

// ---- Public screens.

TEST(Screen, NeedsNoPinAndSeesTheStateFirst) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  const auto round = arena.play();
  arena.token("ana", round, 0, "a");
  arena.connect("screen");
  arena.say("screen", {{"type", "telao_register"}, {"view", "arena"}});
  const auto messages = arena.heard("screen");
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[0].at("type"), "registered_telao");
  const auto& snapshot = messages[1];
  EXPECT_EQ(snapshot.at("type"), "state_snapshot");
  EXPECT_EQ(snapshot.at("session").at("id"), arena.session_id);
  EXPECT_EQ(snapshot.at("round").at("index"), round);
  EXPECT_EQ(snapshot.at("participants").at(0).at("id"), "ana");
  EXPECT_EQ(snapshot.at("liveTokens"), (json{{"ana", {"a"}}}));
}

TEST(Screen, IsShownEverythingThatHappens) {
  ArenaScript arena;
  arena.open_session();
  arena.watch("screen");
  arena.join("ana");
  const auto round = arena.play();
  arena.token("ana", round, 0, "Olá");
  arena.complete("ana", round, 1);
  arena.stop();
  arena.advance(1s);
  arena.leave("ana");
  const auto messages = arena.heard("screen");
  ASSERT_THAT(messages, SizeIs(7));
  EXPECT_EQ(messages[0].at("type"), "participant_registered");
  EXPECT_EQ(messages[0].at("participant").at("nickname"), "nick of ana");
  EXPECT_EQ(messages[1],
            (json{{"type", "round_started"}, {"round", 1}, {"session_id", arena.session_id}}));
  EXPECT_EQ(messages[2].at("type"), "round_state");
  EXPECT_TRUE(messages[2].at("round").at("endedAt").is_null());
  EXPECT_EQ(messages[3], (json{{"type", "token_update"},
                               {"participant_id", "ana"},
                               {"round", 1},
                               {"seq", 0},
                               {"content", "Olá"},
                               {"total_tokens", 1}}));
  EXPECT_EQ(messages[4], (json{{"type", "completion"},
                               {"participant_id", "ana"},
                               {"round", 1},
                               {"tokens", 1},
                               {"duration_ms", 500},
                               {"ttft_ms", 120},
                               {"tps", 2}}));
  EXPECT_EQ(messages[5].at("round").at("endedAt"), "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(messages[6], (json{{"type", "participant_disconnected"},
                               {"participant_id", "ana"},
                               {"ts", ArenaScript::kEpochMs + 1000}}));
}

TEST(Screen, SharesOneEncodingWithAllOthers) {
  ArenaScript arena;
  arena.open_session();
  arena.watch("one");
  arena.watch("two");
  arena.join("ana");
  const auto round = arena.play();
  arena.heard("one");
  arena.heard("two");
  arena.token("ana", round, 0, "a");
  EXPECT_EQ(arena.heard("one"), arena.heard("two"));
  EXPECT_EQ(arena.arena.seen().token_updates, 2U);
  arena.leave("two");
  arena.token("ana", round, 1, "b");
  EXPECT_THAT(arena.heard_types("one"), ElementsAre("token_update"));
  EXPECT_EQ(arena.arena.seen().token_updates, 3U);
}

// ---- Being alive.

TEST(Heartbeat, ComesWithAPingAndNeedsAnAnswerInTime) {
  ArenaScript arena;  // every 30 s, at most 90 s of silence
  arena.open_session();
  arena.join("alive");
  arena.join("dead");
  arena.watch("screen");
  for (int i = 0; i < 4; ++i) {
    arena.advance(30s);
    arena.pong("alive");
    arena.say("screen", {{"type", "heartbeat"}});
  }
  EXPECT_THAT(arena.heard_types("alive"), AllOf(SizeIs(4), Each(std::string{"heartbeat"})));
  EXPECT_EQ(arena.probes("alive"), 4U);
  EXPECT_TRUE(arena.open("alive"));
  EXPECT_TRUE(arena.open("screen"));
  EXPECT_EQ(arena.hung_up("dead"), 4008);
  EXPECT_EQ(arena.arena.seen().silent, 1U);
  EXPECT_EQ(arena.arena.participants_online(), 1U);
  const auto types = arena.heard_types("screen");
  EXPECT_EQ(std::ranges::count(types, "participant_disconnected"), 1);
}

// ---- Sessions.

TEST(NewSession, SaysGoodbyeToTheParticipantsOfTheOld) {
  ArenaScript arena;
  arena.open_session();
  arena.join("ana");
  arena.watch("screen");
  arena.connect("stranger");
  const std::string old_pin = arena.pin;
  arena.open_session();
  EXPECT_NE(arena.pin, old_pin);
  const auto farewell = arena.heard_one("ana");
  EXPECT_EQ(farewell.at("type"), "error");
  EXPECT_EQ(farewell.at("code"), "SESSION_ENDED");
  EXPECT_EQ(arena.hung_up("ana"), 1000);
  EXPECT_THAT(arena.heard_types("screen"), ElementsAre("state_snapshot"));
  EXPECT_TRUE(arena.open("screen") && arena.open("stranger"));
  arena.join("ana");  // with the new PIN
  EXPECT_EQ(arena.play(), 1) << "rounds count from 1 in each session";
}

// ---- Load.

TEST(ArenaServiceTime, DelaysMessagesInOrder) {
  ArenaScript arena{{.pin_hash_rounds = 1, .service_time = Constant{10ms}}};
  arena.open_session();
  arena.connect("ana");
  arena.say("ana", arena.registration("ana"));
  EXPECT_THAT(arena.heard("ana"), IsEmpty());
  arena.advance(10ms);
  EXPECT_THAT(arena.heard_types("ana"), ElementsAre("registered"));
  const auto round = arena.play();
  arena.token("ana", round, 0, "a");
  arena.token("ana", round, 1, "b");
  arena.advance(20ms);
  const auto row = arena.score_rows()[0];
  EXPECT_EQ(row.at("tokens"), 2);
  EXPECT_EQ(row.at("latency_first_token_ms"), 10);
  EXPECT_EQ(row.at("duration_ms"), 20);
}

}  // namespace
}  // namespace gauntlet::sim
