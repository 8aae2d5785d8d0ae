#include "sim/wire/arena_messages.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace gauntlet::sim::wire {
namespace {

using Json = nlohmann::json;
using testing::IsNull;
using testing::NotNull;

TEST(ArenaMessages, FromAParticipantAreWhatTheDocumentShows) {
  std::string out;
  append_arena_register(out, {.participant_id = "p1",
                              .nickname = "Z\xC3\xA9",
                              .pin = "012345",
                              .runner = "mock",
                              .model = "m"});
  EXPECT_EQ(out,
            "{\"type\":\"register\",\"participant_id\":\"p1\",\"nickname\":\"Z\xC3\xA9\","
            "\"pin\":\"012345\",\"runner\":\"mock\",\"model\":\"m\"}");

  out.clear();
  append_arena_token(out, 1, "p1", 0, "a \"b\"\n");
  EXPECT_EQ(out,
            R"({"type":"token","round":1,"participant_id":"p1","seq":0,"content":"a \"b\"\n"})");

  out.clear();
  append_arena_failure(out, 2, "p1", "GENERATION_FAILED", "why");
  EXPECT_EQ(out, R"({"type":"error","round":2,"participant_id":"p1","code":"GENERATION_FAILED",)"
                 R"("message":"why"})");

  out.clear();
  append_arena_observe(out);
  append_arena_heartbeat(out);
  EXPECT_EQ(out, R"({"type":"telao_register","view":"arena"}{"type":"heartbeat"})");
}

TEST(ArenaMessages, ACompletionLeavesOutWhatItDoesNotKnow) {
  std::string out;
  append_arena_complete(out, {.round = 1,
                              .participant_id = "p",
                              .tokens = 100,
                              .latency_ms_first_token = 150.4,
                              .duration_ms = 4999.5,
                              .model = "m",
                              .runner = "mock"});
  EXPECT_EQ(out, R"({"type":"complete","round":1,"participant_id":"p","tokens":100,)"
                 R"("latency_ms_first_token":150,"duration_ms":5000,)"
                 R"("model_info":{"name":"m","runner":"mock"}})");
  out.clear();
  append_arena_complete(out, {.round = 1,
                              .participant_id = "p",
                              .tokens = 0,
                              .latency_ms_first_token = std::nullopt,
                              .duration_ms = -3,
                              .model = {},
                              .runner = {}});
  EXPECT_EQ(out,
            R"({"type":"complete","round":1,"participant_id":"p","tokens":0,"duration_ms":0})");
}

TEST(ArenaDecoder, ReadsEveryMessageThatThisProjectWrites) {
  ArenaDecoder decoder;
  std::string out;
  append_arena_challenge(out, {.session_id = "s",
                               .round = 3,
                               .prompt = "Um haikai\n\"curto\"",
                               .max_tokens = 400,
                               .temperature = 0,
                               .deadline_ms = 5000,
                               .seed = -42});
  ASSERT_TRUE(Json::accept(out));
  const ArenaMessage* message = decoder.decode(out);
  ASSERT_THAT(message, NotNull());
  EXPECT_EQ(message->type, ArenaType::challenge);
  EXPECT_EQ(message->session_id, "s");
  EXPECT_EQ(message->round, 3);
  EXPECT_EQ(message->prompt, "Um haikai\n\"curto\"");
  EXPECT_EQ(message->max_tokens, 400);
  EXPECT_EQ(message->temperature, 0.0);
  EXPECT_EQ(message->deadline_ms, 5000);
  EXPECT_EQ(message->seed, -42);

  out.clear();
  append_arena_token_update(out, "p", 3, 7, "", 8);
  message = decoder.decode(out);
  ASSERT_THAT(message, NotNull());
  EXPECT_EQ(message->type, ArenaType::token_update);
  EXPECT_EQ(message->participant_id, "p");
  EXPECT_EQ(message->seq, 7);
  EXPECT_TRUE(message->has_content);
  EXPECT_EQ(message->total_tokens, 8);
  EXPECT_EQ(message->prompt, "");  // nothing is left of the message before
  EXPECT_EQ(message->seed, std::nullopt);

  out.clear();
  append_arena_completion(out, {.participant_id = "p",
                                .round = 3,
                                .tokens = 9,
                                .duration_ms = 1234.4,
                                .ttft_ms = 99.9,
                                .tps = 7.25});
  ASSERT_TRUE(Json::accept(out));
  EXPECT_EQ(Json::parse(out)["ttft_ms"], 100);
  EXPECT_EQ(Json::parse(out)["tps"], 7.25);
  message = decoder.decode(out);
  ASSERT_THAT(message, NotNull());
  EXPECT_EQ(message->type, ArenaType::completion);
  EXPECT_EQ(message->tokens, 9);
  EXPECT_EQ(message->duration_ms, 1234.0);

  out.clear();
  append_arena_registered(out, "p", "s");
  EXPECT_EQ(decoder.decode(out)->type, ArenaType::registered);
  out.clear();
  append_arena_error(out, "Invalid PIN.", "BAD_PIN");
  message = decoder.decode(out);
  EXPECT_EQ(message->type, ArenaType::error);
  EXPECT_EQ(message->message, "Invalid PIN.");
  EXPECT_EQ(message->code, "BAD_PIN");
}

TEST(ArenaDecoder, KnowsTypesByEitherSpellingAndCountsTheRestAsUnknown) {
  ArenaDecoder decoder;
  EXPECT_EQ(decoder.decode(R"({"type":"registered_telao"})")->type, ArenaType::registered_telao);
  EXPECT_EQ(decoder.decode(R"({"type":"telao_registered"})")->type, ArenaType::registered_telao);
  EXPECT_EQ(decoder.decode(R"({"type":"heart\u0062eat"})")->type, ArenaType::heartbeat);
  EXPECT_EQ(decoder.decode(R"({"type":"perception","x":[1,{}]})")->type, ArenaType::unknown);
  EXPECT_EQ(decoder.decode(R"({"type":""})")->type, ArenaType::unknown);
}

TEST(ArenaDecoder, TakesAWrongTypeForAbsent) {
  ArenaDecoder decoder;
  const ArenaMessage* message = decoder.decode(
      R"({"round":{"id":"r"},"type":"round_state","seq":"1","content":null,"tokens":1.5,)"
      R"("seed":99999999999999999999,"temperature":1e999,"model_info":[1],"pin":123456})");
  ASSERT_THAT(message, NotNull());
  EXPECT_EQ(message->type, ArenaType::round_state);
  EXPECT_EQ(message->round, std::nullopt);
  EXPECT_EQ(message->seq, std::nullopt);
  EXPECT_FALSE(message->has_content);
  EXPECT_EQ(message->tokens, std::nullopt);
  EXPECT_EQ(message->seed, std::nullopt);
  EXPECT_EQ(message->temperature, std::nullopt);
  EXPECT_EQ(message->model_info, "");
  EXPECT_EQ(message->pin, "");
}

TEST(ArenaDecoder, TakesAWholeNumberHoweverItIsWritten) {
  ArenaDecoder decoder;
  const ArenaMessage* message =
      decoder.decode(R"({"type":"token","round":2.0,"seq":1e1,"model_info":{"name":"m"} })");
  ASSERT_THAT(message, NotNull());
  EXPECT_EQ(message->round, 2);
  EXPECT_EQ(message->seq, 10);
  EXPECT_EQ(message->model_info, R"({"name":"m"})");
}

TEST(ArenaDecoder, RefusesWhatHasNoTypeOrIsNotJson) {
  ArenaDecoder decoder;
  for (const auto* text :
       {"", "{}", "[]", R"({"type":1})", R"({"type":null})", R"({"type":"token","type":2})",
        R"({"type":"token","x":[}})", R"({"type":"token"} trailing)",
        R"({"type":"token","content":"\ud800"})"})
    EXPECT_THAT(decoder.decode(text), IsNull()) << text;
}

}  // namespace
}  // namespace gauntlet::sim::wire
