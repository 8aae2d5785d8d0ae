// Connections to a model server whose other end the test plays.
#include "sim/session/model_client.hpp"

#include <fmt/format.h>

#include <array>
#include <deque>
#include <functional>
#include <tuple>
#include <vector>

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

struct Play {
  explicit Play(std::uint32_t concurrent_max = 0, std::uint32_t pipeline_max = 1)
      : client{{.to = model_server(0),
                .actor = 0,
                .bearer = "key",
                .concurrent_max = concurrent_max,
                .pipeline_max = pipeline_max},
               context} {
    places[static_cast<std::size_t>(model_server(0))] = {"model:1", "/base/"};
  }

  void ask(Asker& asker, std::string body = "{}") {
    client.ask(asker, {"/go", std::move(body)}, links.now);
  }
  void open() { links.open(links.last()); }
  void feed(std::string_view bytes) { links.feed(links.last(), std::string{bytes}); }
  /// What was asked on a connection since the last call: the bodies, each in its quotes.
  std::string asked_on(LinkId link) {
    std::string bodies;
    std::string_view written = links.line(link).written;
    for (auto at = written.find("\r\n\r\n"); at != written.npos; at = written.find("\r\n\r\n"))
      written.remove_prefix(at + 4), bodies += written.substr(0, 3);
    links.take(link);
    return bodies;
  }

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

class ModelClientTest : public testing::Test, protected Play {
 protected:
  using Play::Play;
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

// ---- Several questions on one connection.

TEST(PipelinedModel, WritesTheNextQuestionBeforeTheAnswerAndHearsTheAnswersInOrder) {
  const std::string answers =
      std::string{kOk} + std::string{kStream} + "3\r\nabc\r\n0\r\n\r\n" + std::string{kOk};
  for (std::size_t cut = 0; cut <= answers.size(); ++cut) {
    Play play{0, 3};
    std::array<Asker, 3> askers;
    for (Asker& asker : askers) play.ask(asker, R"("q")");
    play.open();
    EXPECT_EQ(play.asked_on(1), R"("q""q""q")");
    EXPECT_THAT(askers[0].take(), ElementsAre("began 0"));
    EXPECT_THAT(askers[1].log, IsEmpty()) << "not before its turn";
    play.links.now += 2s;
    play.feed(std::string_view{answers}.substr(0, cut));
    play.feed(std::string_view{answers}.substr(cut));
    EXPECT_THAT(askers[0].log, testing::Contains("end 200"));
    EXPECT_EQ(askers[1].log.front(), "began 2");
    EXPECT_EQ(askers[1].log.back(), "end 200");
    EXPECT_EQ(askers[2].log.back(), "end 200");
    EXPECT_EQ(play.client.active(), 0U);
    EXPECT_EQ(play.links.last(), 1U);
  }
}

TEST(PipelinedModel, NeedsNoMoreConnectionsThanItsPlacesFill) {
  for (const auto& [concurrent, pipeline, asked, connections] : {std::tuple{5U, 2U, 7, 3U},
                                                                 {6U, 3U, 9, 2U},
                                                                 {4U, 8U, 9, 1U},
                                                                 {0U, 4U, 9, 3U},
                                                                 {3U, 1U, 9, 3U}}) {
    Play play{concurrent, pipeline};
    std::vector<Asker> askers(static_cast<std::size_t>(asked));
    for (Asker& asker : askers) play.ask(asker);
    const std::size_t places = concurrent == 0 ? askers.size() : concurrent;
    EXPECT_EQ(play.links.last(), connections);
    EXPECT_EQ(play.client.active(), places);
    EXPECT_EQ(play.client.waiting(), askers.size() - places);
  }
}

TEST(PipelinedModel, UsesTheConnectionWithTheFewestAnswersToCome) {
  Play play{0, 2};
  std::array<Asker, 4> askers;
  for (Asker& asker : askers) play.ask(asker, R"("q")");
  play.links.open(1);
  play.links.open(2);
  play.links.feed(1, std::string{kOk} + std::string{kOk});
  play.links.feed(2, std::string{kOk});
  play.asked_on(1);
  play.ask(askers[0], R"("x")");
  play.ask(askers[1], R"("y")");
  EXPECT_EQ(play.asked_on(1), R"("x""y")") << "idle, then one each: the first of them";
}

// Three questions on one connection, and what ends it. Whose answer has begun loses it; the others
// are asked again on another, in their order, and notice nothing.
TEST(PipelinedModel, AsksAgainWhatWasBehindTheEndOfAConnection) {
  using Askers = std::array<Asker, 3>;
  using Event = std::function<void(Play&, Askers&)>;
  const Event none_yet = [](Play&, Askers&) {};
  const Event first_begun = [](Play& play, Askers&) {
    play.feed(std::string{kStream} + "1\r\na\r\n");
  };
  const Event first_done = [](Play& play, Askers&) { play.feed(kOk); };
  const auto forget = [](std::size_t which) -> Event {
    return [which](Play& play, Askers& askers) {
      play.client.forget(askers[which]);
      play.client.serve(play.links.now);
    };
  };
  const Event lost = [](Play& play, Askers&) { play.links.finish(1, Outcome::reset); };
  const Event garbage = [](Play& play, Askers&) { play.feed("SSH-2.0-x\r\n"); };
  const Event goodbye = [](Play& play, Askers&) {
    play.feed("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
  };
  struct Case {
    std::string_view what;
    Event before, event;
    std::string first;  // the last that it is told
    std::string again;  // what is asked on another connection
  };
  for (const auto& [what, before, event, first, again] :
       {Case{"first forgotten", first_begun, forget(0), "200 a", R"("b""c")"},
        Case{"first forgotten, unanswered", none_yet, forget(0), "began 0", R"("b""c")"},
        Case{"second forgotten", first_begun, forget(1), "200 a", ""},
        Case{"lost", first_begun, lost, "broken reset", R"("b""c")"},
        Case{"lost, unanswered", none_yet, lost, "broken reset", R"("b""c")"},
        Case{"lost, all unanswered", first_done, lost, "end 200", R"("b""c")"},
        Case{"not HTTP", none_yet, garbage, "broken bad_reply", R"("b""c")"},
        Case{"second is not HTTP", first_done, garbage, "end 200", R"("c")"},
        Case{"good order", none_yet, goodbye, "end 200", R"("b""c")"}}) {
    SCOPED_TRACE(what);
    Play play{3, 3};
    Askers askers;
    play.ask(askers[0], R"("a")");
    play.ask(askers[1], R"("b")");
    play.ask(askers[2], R"("c")");
    play.open();
    before(play, askers);
    event(play, askers);
    EXPECT_EQ(askers[0].log.back(), first);
    EXPECT_EQ(play.links.last(), again.empty() ? 1U : 2U);
    if (again.empty()) continue;
    play.links.open(2);
    EXPECT_EQ(play.asked_on(2), again);
    for (std::size_t answers = 0; answers < again.size() / 3; ++answers) play.feed(kOk);
    EXPECT_THAT(askers[2].log, ElementsAre("began 0", "200 {}", "end 200"));
    EXPECT_EQ(play.client.active(), 0U);
    EXPECT_EQ(play.client.waiting(), 0U);
    EXPECT_FALSE(play.links.alive(1));
  }
}

TEST(PipelinedModel, LetsTheAnswersBeforeOneThatIsNoLongerWantedComeToTheirEnd) {
  Play play{3, 3};
  std::array<Asker, 4> askers;
  for (std::size_t i = 0; i < 3; ++i) play.ask(askers[i], R"("q")");
  play.open();
  play.client.forget(askers[1]);
  EXPECT_EQ(play.client.active(), 2U) << "its place is free";
  play.ask(askers[3], R"("x")");
  EXPECT_EQ(play.links.last(), 2U) << "not behind it";
  play.links.feed(1, std::string{kOk});
  EXPECT_EQ(askers[0].log.back(), "end 200");
  EXPECT_EQ(play.links.line(1).ended, Ending::close) << "so that the server stops";
  play.links.open(2);
  EXPECT_EQ(play.asked_on(2), R"("x""q")");
  EXPECT_THAT(askers[1].log, IsEmpty());
}

TEST(PipelinedModel, ForgetsWhatIsNotWrittenYetWithoutATrace) {
  Play play{3, 3};
  std::array<Asker, 3> askers;
  for (Asker& asker : askers) play.ask(asker, R"("q")");
  play.client.forget(askers[0]);
  play.client.forget(askers[2]);
  play.open();
  EXPECT_EQ(play.asked_on(1), R"("q")");
  EXPECT_THAT(askers[1].take(), ElementsAre("began 0"));
  play.client.forget(askers[1]);
  EXPECT_FALSE(play.links.any_alive());
  EXPECT_EQ(play.client.active(), 0U);
}

}  // namespace
}  // namespace gauntlet::sim
