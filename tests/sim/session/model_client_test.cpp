// Connections to a model server whose other end the test plays.
#include "sim/session/model_client.hpp"

#include <fmt/format.h>

#include <deque>

#include "tests/support/fake_links.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// Writes down what it is told.
class Asker final : public runners::ModelLine::Asker {
 public:
  void began(Instant, Duration waited) override {
    log.push_back(fmt::format("began {}", seconds(waited)));
  }
  void heard(Instant, int status, std::string_view body) override {
    log.push_back(fmt::format("{} {}", status, body));
    if (on_heard) on_heard();
  }
  void ended(Instant, int status, std::optional<Outcome> broken) override {
    log.push_back(broken ? fmt::format("broken {}", name(*broken)) : fmt::format("end {}", status));
  }
  std::vector<std::string> take() { return std::exchange(log, {}); }

  std::vector<std::string> log;
  std::function<void()> on_heard;
};

class NoLedger final : public LedgerSink {
 public:
  void add(Track::Book, const metrics::LedgerEvent&) override {}
};

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
constexpr std::string_view kStream = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

class ModelClientTest : public testing::Test {
 protected:
  explicit ModelClientTest(std::uint32_t concurrent_max = 0)
      : client{
            {.to = model_server(0), .actor = 0, .bearer = "key", .concurrent_max = concurrent_max},
            context} {
    places[static_cast<std::size_t>(model_server(0))] = {"model:1", "/base/"};
  }

  void ask(Asker& asker, std::string body = "{}") {
    client.ask(asker, {"/go", std::move(body)}, links.now);
  }
  void open() { links.open(links.last()); }
  void feed(std::string_view bytes) { links.feed(links.last(), std::string{bytes}); }

  FakeLinks links;
  metrics::Recorder recorder;
  NoLedger ledger;
  NoAnnouncer announcer;
  Places places;
  Context context{.links = links,
                  .recorder = recorder,
                  .ledgers = ledger,
                  .announcer = announcer,
                  .places = places,
                  .seed = 1};
  ModelClient client;
};

TEST_F(ModelClientTest, StreamsAnswersOnOneConnection) {
  Asker asker;
  ask(asker, "{\"x\":1}");
  open();
  EXPECT_THAT(asker.take(), ElementsAre("began 0"));
  const std::string request = links.take(links.last());
  EXPECT_THAT(request, StartsWith("POST /base/go HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("Host: model:1\r\n"));
  EXPECT_THAT(request, HasSubstr("Authorization: Bearer key\r\n"));
  EXPECT_THAT(request, Not(HasSubstr("Connection: close")));
  EXPECT_TRUE(request.ends_with("\r\n\r\n{\"x\":1}"));
  feed(kStream);
  feed("3\r\nabc\r\n");
  feed("2\r\nde\r\n0\r\n\r\n");
  EXPECT_THAT(asker.take(), ElementsAre("200 abc", "200 de", "end 200"));
  ask(asker);
  EXPECT_EQ(links.last(), 1U) << "kept alive, and used again";
  EXPECT_THAT(asker.take(), ElementsAre("began 0"));
}

TEST_F(ModelClientTest, HearsTheSameBodyInAnySplit) {
  const std::string reply = std::string{kStream} + "3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n";
  for (std::size_t cut = 0; cut <= reply.size(); ++cut) {
    Asker asker;
    ask(asker);
    if (cut == 0) open();
    feed(std::string_view{reply}.substr(0, cut));
    feed(std::string_view{reply}.substr(cut));
    std::string body;
    for (const std::string& line : asker.log)
      if (line.starts_with("200 ")) body += line.substr(4);
    EXPECT_EQ(body, "abcd") << cut;
    EXPECT_EQ(asker.log.back(), "end 200") << cut;
  }
}

TEST_F(ModelClientTest, ReplacesAnIdleConnectionThatTheServerClosed) {
  Asker asker;
  ask(asker);
  open();
  feed(kOk);
  asker.take();
  ask(asker);
  links.finish(links.last(), Outcome::closed_early);
  EXPECT_THAT(asker.take(), ElementsAre("began 0")) << "it never notices";
  EXPECT_EQ(links.last(), 2U);
  links.open(links.last());
  EXPECT_THAT(links.take(links.last()), StartsWith("POST"));
  links.finish(links.last(), Outcome::reset);
  EXPECT_THAT(asker.take(), ElementsAre("broken reset")) << "a new one is not tried twice";
}

TEST_F(ModelClientTest, SaysWhatBrokeAnAnswer) {
  for (const auto& [bytes, how, says] :
       {std::tuple{std::string{kStream} + "5\r\nab", Outcome::closed_early, "broken closed_early"},
        std::tuple{std::string{kStream} + "5\r\nab", Outcome::reset, "broken reset"},
        std::tuple{std::string{"SSH-2.0-x\r\n"}, Outcome::closed_early, "broken bad_reply"},
        std::tuple{std::string{kStream} + "zz\r\n\r\n\r\n", Outcome::closed_early,
                   "broken bad_reply"},
        std::tuple{std::string{"HTTP/1.1 200 OK\r\n\r\nabc"}, Outcome::closed_early, "end 200"}}) {
    Asker asker;
    ask(asker);
    open();
    feed(bytes);
    links.finish(links.last(), how);
    ASSERT_FALSE(asker.log.empty()) << bytes;
    EXPECT_EQ(asker.log.back(), says) << bytes;
    EXPECT_EQ(client.active(), 0U);
  }
}

TEST_F(ModelClientTest, ClosesTheConnectionOfWhoeverNoLongerWantsItsAnswer) {
  Asker asker;
  ask(asker);
  open();
  feed(kStream);
  asker.on_heard = [&] { client.forget(asker); };
  feed("1\r\na\r\n1\r\nb\r\n");
  EXPECT_THAT(asker.take(), ElementsAre("began 0", "200 ab"));
  EXPECT_EQ(links.line(1).ended, Ending::close);
  EXPECT_EQ(client.active(), 0U);
}

class BusyModelTest : public ModelClientTest {
 protected:
  BusyModelTest() : ModelClientTest{1} {}
};

TEST_F(BusyModelTest, AsksForOneAnswerAtATimeInTheOrderOfTheQuestions) {
  Asker first;
  Asker second;
  Asker third;
  ask(first);
  ask(second);
  ask(third);
  open();
  EXPECT_EQ(client.active(), 1U);
  EXPECT_EQ(client.waiting(), 2U);
  links.now += 3s;
  feed(kOk);
  EXPECT_THAT(first.take(), ElementsAre("began 0", "200 {}", "end 200"));
  EXPECT_THAT(second.take(), ElementsAre("began 3"));
  client.forget(second);
  client.serve(links.now);
  EXPECT_THAT(third.take(), ElementsAre("began 3")) << "a place that is given up is free";
  EXPECT_EQ(client.waiting(), 0U);
}

TEST_F(BusyModelTest, ForgetsWhoeverGivesUpWaiting) {
  Asker first;
  Asker second;
  ask(first);
  ask(second);
  open();
  client.forget(second);
  feed(kOk);
  EXPECT_THAT(second.take(), IsEmpty());
  EXPECT_EQ(client.active(), 0U);
}

}  // namespace
}  // namespace gauntlet::sim
