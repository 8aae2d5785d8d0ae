// The socket driver with the same toys as the virtual world: real sockets on loopback, bounded.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "sim/live/resolve.hpp"
#include "sim/live/worker.hpp"
#include "tests/support/toys.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

struct Silent final : Announcer {
  void announce(SecretView) override {}
};

// A server on one worker, clients on another.
class Stage {
 public:
  explicit Stage(std::vector<EchoClient::Script> scripts)
      : logs_(scripts.size()), scripts_{std::move(scripts)} {
    server_.add_host(
        "echo", std::make_unique<EchoTarget>(seen_),
        HostRules{.message_bytes_max = 8 * 1024 * 1024}, [&](Host& host, SocketLinks& links) {
          const Tcp::endpoint anywhere{boost::asio::ip::address_v4::loopback(), 0};
          const Tcp::endpoint here{anywhere.address(), links.listen(anywhere, host, 0)};
          destinations_.fill({.address = here});
          places_.fill({"127.0.0.1:" + std::to_string(here.port()), "/"});
        });
    std::vector<scenarios::PlannedActor> actors;
    for (ActorId id = 0; id < scripts_.size(); ++id) actors.push_back({.id = id});
    clients_.links().set_destinations(destinations_);
    clients_.set_cast(
        std::move(actors),
        [this](const auto& actor, Context&) {
          return Performer{std::make_unique<EchoClient>(scripts_[actor.id], logs_[actor.id]),
                           nullptr};
        },
        places_, 1, {}, {}, silent_);
  }

  /// Until every client is done, or the patience is at an end.
  bool run(Duration patience = 20s) {
    server_.start();
    clients_.start();
    bool done = false;
    while (!done && clock_.now() < at(patience)) {
      done = clients_.ask([&] { return clients_.cast().done(); });
      std::this_thread::yield();
    }
    clients_.stop();
    server_.stop();
    return done;
  }

  const EchoClient::Log& log(std::size_t client = 0) const { return logs_[client]; }
  const EchoTarget::Seen& seen() const { return seen_; }
  const Tcp::endpoint& address() const { return destinations_.front().address; }
  const metrics::Recorder& recorder() const { return clients_.recorder(); }

 private:
  std::vector<EchoClient::Log> logs_;
  std::vector<EchoClient::Script> scripts_;
  EchoTarget::Seen seen_;
  Clock clock_;
  Silent silent_;
  Places places_;
  Destinations destinations_;
  Worker server_{clock_};
  Worker clients_{clock_};
};

TEST(Worker, CarriesHttpAndWebSocketOverSockets) {
  Stage stage{std::vector<EchoClient::Script>(50, {.period = 1ms, .count = 20})};
  ASSERT_TRUE(stage.run());
  for (std::size_t client = 0; client < 50; ++client) {
    EXPECT_EQ(stage.log(client).status, 200);
    EXPECT_EQ(stage.log(client).heard.size(), 20);
    EXPECT_THAT(stage.log(client).failures, testing::IsEmpty());
  }
  EXPECT_EQ(stage.seen().texts, 1000);
  EXPECT_EQ(stage.recorder()
                .histogram(metrics::Series::generator_slip, metrics::Window::measured)
                ->count(),
            1000);
}

// More than any socket buffer takes at once, in both directions: writes wait and go on.
TEST(Worker, WaitsForAPeerThatTakesItsTime) {
  Stage stage{{{.period = 0ms, .count = 3, .text_bytes = 900 * 1024}}};
  ASSERT_TRUE(stage.run());
  ASSERT_EQ(stage.log().heard.size(), 3);
  for (const std::string& text : stage.log().heard) EXPECT_EQ(text.size(), 900 * 1024);
}

// A machine that waits for nothing until it is told something, and then for a moment.
class Sleeper final : public Machine {
 public:
  explicit Sleeper(std::atomic<bool>& woke) : woke_{woke} {}
  void handle(Instant now, const Input& input, Outbox&) override {
    if (std::holds_alternative<Announced>(input)) due_ = now + 1ms;
    if (due_ && now >= *due_) woke_ = true;
  }
  std::optional<Instant> next_deadline() const override { return due_; }
  bool done() const override { return woke_; }
  bool busy() const override { return !woke_; }

 private:
  std::optional<Instant> due_;
  std::atomic<bool>& woke_;
};

TEST(Worker, WakesForADeadlineThatWasSetFromOutside) {
  std::atomic<bool> woke{false};
  Clock clock;
  Silent silent;
  const Places places{};
  Worker worker{clock};
  worker.set_cast(
      {{.id = 0}},
      [&](const auto&, Context&) {
        return Performer{std::make_unique<Sleeper>(woke), nullptr};
      },
      places, 1, {}, {}, silent);
  worker.start();
  while (worker.ask([&] { return worker.cast().busy(); }) == 0) std::this_thread::yield();
  worker.post([&] { worker.cast().announce("1234", clock.now()); });
  while (!woke && clock.now() < at(10s)) std::this_thread::yield();  // nothing else turns the loop
  EXPECT_TRUE(woke);
  worker.stop();
  EXPECT_TRUE(worker.ask([&] { return worker.cast().done(); })) << "it answers when stopped, too";
}

TEST(FindListener, SaysWhyNobodyAnswers) {
  Url url{.scheme = "http", .host = "127.0.0.1", .port = 1, .path = "/"};
  const auto refused = find_listener(url, {}, 2s);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error(), "connection refused");
  url.host = "no-such-host.invalid";
  EXPECT_THAT(find_listener(url, {}, 2s).error(), testing::HasSubstr("cannot be resolved"));
}

}  // namespace
}  // namespace gauntlet::sim
