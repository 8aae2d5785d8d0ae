#include "runners/remote/dialect.hpp"

#include <nlohmann/json.hpp>

namespace gauntlet::runners {
namespace {

using scenarios::ModelServer;
using Api = ModelServer::Api;
using Json = nlohmann::json;

Json request(Api api, const Prompt& prompt) {
  return Json::parse(dialect_of(api).request(prompt, "m:8b"));
}

TEST(Requests, SayWhatTheChallengeAsksFor) {
  const Prompt prompt{
      .text = "say \"hi\"", .max_tokens = 7, .temperature = 0, .seed = -3, .round = 1};
  EXPECT_EQ(request(Api::ollama, prompt),
            Json::parse(R"({"model":"m:8b","prompt":"say \"hi\"","stream":true,
                            "options":{"num_predict":7,"temperature":0.0,"seed":-3}})"));
  EXPECT_EQ(request(Api::completions, prompt),
            Json::parse(R"({"model":"m:8b","prompt":"say \"hi\"","max_tokens":7,"temperature":0.0,
                            "seed":-3,"stream":true})"));
  EXPECT_EQ(request(Api::chat, prompt),
            Json::parse(R"({"model":"m:8b","messages":[{"role":"user","content":"say \"hi\""}],
                            "max_tokens":7,"temperature":0.0,"seed":-3,"stream":true})"));
}

TEST(Requests, LeaveOutASeedThatNobodyGave) {
  const Prompt prompt{.text = "p", .max_tokens = 7, .temperature = 0.8, .seed = {}, .round = 1};
  for (const Api api : {Api::ollama, Api::completions, Api::chat})
    EXPECT_EQ(dialect_of(api).request(prompt, "m").find("seed"), std::string::npos);
}

TEST(Requests, AreJsonWhateverThePrompt) {
  for (const std::string_view text : {"\xFF\xFE", "\0\n\"\\", "\xF0\x9F\x9A\x80"})
    EXPECT_TRUE(Json::accept(
        dialect_of(Api::ollama)
            .request({.text = text, .max_tokens = 1, .temperature = 1, .seed = {}, .round = 1},
                     "m")));
}

struct Case {
  Api api;
  std::string_view payload;
  Chunk says;
};

TEST(Payloads, AreRead) {
  const Case cases[] = {
      {Api::ollama,
       R"({"model":"m","created_at":"t","response":" Hi","done":false})",
       {.text = " Hi"}},
      {Api::ollama,
       R"({"response":"","done":true,"eval_count":12,"eval_duration":5})",
       {.last = true, .counted = 12}},
      {Api::ollama, R"({"response":"!","done":true})", {.text = "!", .last = true}},
      {Api::ollama, R"({"error":"model not found"})", {.error = "model not found"}},
      {Api::ollama, R"({"response":"\u00e9\ud83d\ude80"})", {.text = "\u00E9\U0001F680"}},
      {Api::completions,
       R"({"choices":[{"text":" Hi","index":0,"finish_reason":null}]})",
       {.text = " Hi"}},
      {Api::completions,
       R"({"choices":[{"text":"","finish_reason":"length"}],"usage":{"completion_tokens":9}})",
       {.stopped = true, .counted = 9}},
      {Api::completions,
       R"({"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":9}})",
       {.counted = 9}},
      {Api::completions, "[DONE]", {.last = true}},
      {Api::completions, R"({"error":{"message":"no slot","code":503}})", {.error = "no slot"}},
      {Api::chat, R"({"choices":[{"delta":{"role":"assistant","content":""}}]})", {}},
      {Api::chat, R"({"choices":[{"delta":{"content":"Hi"}}]})", {.text = "Hi"}},
      {Api::chat,
       R"({"choices":[{"delta":{"content":null},"finish_reason":"stop"}]})",
       {.stopped = true}},
      {Api::chat, R"({"choices":[{"delta":{}}],"usage":null})", {}},
  };
  for (const Case& c : cases) {
    const auto chunk = dialect_of(c.api).read(c.payload);
    ASSERT_TRUE(chunk) << c.payload;
    EXPECT_EQ(chunk->text, c.says.text) << c.payload;
    EXPECT_EQ(chunk->last, c.says.last) << c.payload;
    EXPECT_EQ(chunk->stopped, c.says.stopped) << c.payload;
    EXPECT_EQ(chunk->counted, c.says.counted) << c.payload;
    EXPECT_EQ(chunk->error, c.says.error) << c.payload;
  }
}

TEST(Payloads, ThatAreNoObjectAreRefused) {
  for (const std::string_view payload : {"", "null", "[]", "{\"response\":", "Hello", "{} {}"})
    for (const Api api : {Api::ollama, Api::completions, Api::chat})
      EXPECT_FALSE(dialect_of(api).read(payload)) << payload;
}

TEST(ErrorReplies, AreGivenInTheServersWords) {
  EXPECT_EQ(error_words(R"({"error":"model 'x' not found"})"), "model 'x' not found");
  EXPECT_EQ(error_words(R"({"error":{"message":"bad key","type":"auth"}})"), "bad key");
  EXPECT_EQ(error_words("Bad Gateway\r\n<html>"), "Bad Gateway");
  EXPECT_EQ(error_words(std::string(1000, 'x')).size(), 200U);
  EXPECT_EQ(error_words(""), "");
}

}  // namespace
}  // namespace gauntlet::runners
