#include "runners/remote/remote_runner.hpp"

#include <fmt/format.h>

#include "scenarios/terms/match.hpp"

namespace gauntlet::runners {
namespace {

using namespace std::chrono_literals;
using scenarios::ModelServer;
using testing::ElementsAre;
using testing::IsEmpty;
using Api = ModelServer::Api;

// The test is the line: it answers when it likes.
class PlayedLine final : public ModelLine {
 public:
  void ask(Asker& from, Question asked, Instant) override {
    asker = &from;
    question = std::move(asked);
  }
  void forget(Asker&) override { asker = nullptr; }
  void serve(Instant) override {}

  Asker* asker{nullptr};
  Question question;
};

class RemoteRunnerTest : public testing::Test {
 protected:
  static Instant at(Duration time) { return Instant{time}; }
  void start(Instant now = at(1s)) {
    runner.start(now, {.text = "p", .max_tokens = 9, .temperature = 0.5, .seed = {}, .round = 1});
  }
  void begin(Instant now = at(1s), Duration waited = 0s) { line.asker->began(now, waited); }
  void hear(std::string_view body, Instant now = at(2s), int status = 200) {
    line.asker->heard(now, status, body);
  }
  void end(int status = 200, std::optional<Outcome> broken = {}) {
    line.asker->ended(at(3s), status, broken);
  }
  // Everything that is due, in words.
  std::vector<std::string> take(Instant now = at(3s)) {
    std::vector<std::string> said;
    while (const auto output = runner.next(now))
      std::visit(
          match{
              [&](const Began& b) { said.push_back(fmt::format("began {}", seconds(b.waited))); },
              [&](const TokenOut& t) { said.emplace_back(t.text); },
              [&](const Finished& f) {
                said.push_back(fmt::format("finished {} of {}", f.tokens, f.counted.value_or(0)));
              },
              [&](const Failed& f) { said.push_back(fmt::format("{}: {}", name(f.why), f.words)); },
          },
          *output);
    return said;
  }

  PlayedLine line;
  RemoteRunner runner{{.dialect = dialect_of(Api::ollama), .model = "m", .silence_max = 10s}, line};
};

TEST_F(RemoteRunnerTest, HandsOnTheTokensAsTheyCome) {
  int woken = 0;
  runner.set_wake([&] { ++woken; });
  start();
  EXPECT_EQ(line.question.path, "/api/generate");
  EXPECT_EQ(runner.next_deadline(), std::nullopt) << "nothing is due while it waits for its turn";
  begin(at(3s), 2s);
  EXPECT_THAT(take(at(3s)), ElementsAre("began 2"));
  hear("{\"response\":\"a\"}\n{\"response\":\"\"}\n{\"resp", at(4s));
  EXPECT_EQ(runner.next_deadline(), at(4s));
  EXPECT_GE(woken, 2);
  const auto output = runner.next(at(4s));
  ASSERT_TRUE(output);
  EXPECT_EQ(std::get<TokenOut>(*output).planned, at(4s));
  EXPECT_THAT(take(at(4s)), IsEmpty());
  hear("onse\":\"b\"}\n{\"response\":\"\",\"done\":true,\"eval_count\":3}\n", at(5s));
  EXPECT_THAT(take(at(5s)), ElementsAre("b", "finished 2 of 3"));
  end();
  EXPECT_THAT(take(), IsEmpty());
  EXPECT_EQ(runner.next_deadline(), std::nullopt);
}

// What was recorded of each API, cut in two at every byte: the same tokens.
TEST_F(RemoteRunnerTest, ReadsAnAnswerCutAnywhere) {
  const std::pair<Api, std::string_view> answers[] = {
      {Api::ollama,
       "{\"response\":\"\xC3\xA9\",\"done\":false}\r\n{\"response\":\" b\",\"done\":false}\n"
       "{\"response\":\"\",\"done\":true,\"eval_count\":3}\n"},
      {Api::completions,
       ": ping\n\ndata: {\"choices\":[{\"text\":\"\xC3\xA9\"}]}\r\n\r\n"
       "data: {\"choices\":[{\"text\":\" b\"}]}\n\n"
       "data: {\"choices\":[{\"text\":\"\"}],\"usage\":{\"completion_tokens\":3}}\n\ndata: "
       "[DONE]\n\n"},
      {Api::chat,
       "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n"
       "data: {\"choices\":[{\"delta\":{\"content\":\"\xC3\xA9\"}}]}\n\n"
       "data: {\"choices\":[{\"delta\":{\"content\":\" b\"}}]}\n\n"
       "data: {\"choices\":[],\"usage\":{\"completion_tokens\":3}}\n\ndata: [DONE]\n\n"},
  };
  for (const auto& [api, answer] : answers)
    for (std::size_t cut = 0; cut <= answer.size(); ++cut) {
      PlayedLine wire;
      RemoteRunner reader{{.dialect = dialect_of(api), .model = "m", .silence_max = 10s}, wire};
      reader.start(at(1s),
                   {.text = "p", .max_tokens = 9, .temperature = 1, .seed = {}, .round = 1});
      wire.asker->began(at(1s), 0s);
      wire.asker->heard(at(1s), 200, answer.substr(0, cut));
      wire.asker->heard(at(1s), 200, answer.substr(cut));
      wire.asker->ended(at(1s), 200, {});
      std::string tokens;
      std::optional<Finished> finished;
      while (const auto output = reader.next(at(1s))) {
        if (const auto* token = std::get_if<TokenOut>(&*output)) tokens += token->text;
        if (const auto* end = std::get_if<Finished>(&*output)) finished = *end;
      }
      EXPECT_EQ(tokens, "\xC3\xA9 b") << cut;
      ASSERT_TRUE(finished) << cut;
      EXPECT_EQ(finished->tokens, 2U);
      EXPECT_EQ(finished->counted, 3U);
    }
}

TEST_F(RemoteRunnerTest, NamesTheCauseOfEveryFailure) {
  struct Case {
    std::string_view body;
    int status;
    std::optional<Outcome> broken;
    std::string_view says;
  };
  const Case cases[] = {
      {"", 0, Outcome::refused, "refused: the connection to the model server failed"},
      {"{\"response\":\"a\"}\n", 200, Outcome::reset,
       "reset: the connection to the model server failed"},
      {"{\"response\":\"a\"}\n",
       200,
       {},
       "cut_short: the model server's answer ended without its end mark"},
      {"{\"response\":\"a\"", 200, {}, "bad_reply: the model server's answer cannot be read"},
      {"<html>\n", 200, {}, "bad_reply: the model server's answer cannot be read"},
      {"{\"error\":\"out of memory\"}\n",
       200,
       {},
       "server_error: the model server says: out of memory"},
      {"{\"error\":\"model 'm' not found\"}",
       404,
       {},
       "rejected: the model server answered 404: model 'm' not found"},
      {"busy", 503, {}, "server_error: the model server answered 503: busy"},
      {"", 401, {}, "unauthorized: the model server answered 401: "},
      {"slow down", 429, {}, "rate_limited: the model server answered 429: slow down"},
  };
  for (const Case& c : cases) {
    start();
    begin();
    if (!c.body.empty()) hear(c.body, at(2s), c.status);
    if (line.asker != nullptr) end(c.status, c.broken);
    const auto said = take();
    ASSERT_FALSE(said.empty());
    EXPECT_EQ(said.back(), c.says);
    EXPECT_EQ(runner.next_deadline(), std::nullopt);
  }
}

TEST_F(RemoteRunnerTest, TakesAModelThatStoppedForCompleteWithoutTheEndMark) {
  PlayedLine wire;
  RemoteRunner reader{{.dialect = dialect_of(Api::completions), .model = "m", .silence_max = 10s},
                      wire};
  reader.start(at(1s), {.text = "p", .max_tokens = 9, .temperature = 1, .seed = {}, .round = 1});
  wire.asker->began(at(1s), 0s);
  wire.asker->heard(at(1s), 200,
                    "data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}\n\n");
  wire.asker->ended(at(1s), 200, {});
  reader.next(at(1s));
  reader.next(at(1s));
  const auto last = reader.next(at(1s));
  ASSERT_TRUE(last);
  EXPECT_TRUE(std::holds_alternative<Finished>(*last));
}

TEST_F(RemoteRunnerTest, GivesUpOnASilentServer) {
  start();
  begin(at(1s));
  hear("{\"response\":\"a\"}\n", at(5s));
  EXPECT_THAT(take(at(5s)), ElementsAre("began 0", "a"));
  EXPECT_EQ(runner.next_deadline(), at(15s));
  EXPECT_THAT(take(at(14s)), IsEmpty());
  EXPECT_THAT(take(at(15s)), ElementsAre("timed_out: the model server was silent for too long"));
  EXPECT_EQ(line.asker, nullptr) << "the connection is given up, so that it stops generating";
}

TEST_F(RemoteRunnerTest, SaysNothingMoreOnceCancelled) {
  start();
  begin();
  hear("{\"response\":\"a\"}\n");
  runner.cancel(at(2s));
  EXPECT_EQ(line.asker, nullptr);
  EXPECT_THAT(take(), IsEmpty());
  EXPECT_EQ(runner.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace gauntlet::runners
