// Two-party worlds: a client, a server and the physics between them.
#include "sim/world/world.hpp"

#include <gtest/gtest.h>

#include "tests/support/toys.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

struct NoLedgers final : LedgerSink {
  void add(Track::Book, const metrics::LedgerEvent&) override {}
};

// One echo server, some echo clients, and links of the given latency.
class Stage {
 public:
  explicit Stage(Distribution latency, std::vector<EchoClient::Script> scripts,
                 std::uint64_t seed = 1, bool with_server = true)
      : logs_(scripts.size()),
        scripts_{std::move(scripts)},
        world_{{.latency = latency}, seed, recorder_},
        host_{target_, world_, 1024 * 1024},
        context_{.links = world_,
                 .recorder = recorder_,
                 .ledgers = ledgers_,
                 .announcer = world_,
                 .places = places_,
                 .seed = seed,
                 .warm_up_begins = {},
                 .warm_up_ends = {}},
        cast_{actors(), [this](const auto& actor) { return make(actor); }, context_} {
    if (with_server) {
      world_.put(Endpoint::relay_http, host_, 0);
      world_.put(Endpoint::relay_socket, host_, 0);
    }
    world_.set_cast(cast_);
  }

  Stage& run(Instant until = at(60s)) {
    world_.run(until, [] { return false; });
    return *this;
  }
  const EchoClient::Log& log(std::size_t client = 0) const { return logs_[client]; }
  const EchoTarget::Seen& seen() const { return seen_; }
  World& world() { return world_; }
  Host& host() { return host_; }
  const metrics::Recorder& recorder() const { return recorder_; }

 private:
  std::vector<scenarios::PlannedActor> actors() const {
    std::vector<scenarios::PlannedActor> all;
    for (ActorId id = 0; id < scripts_.size(); ++id) all.push_back({.id = id});
    return all;
  }
  Performer make(const scenarios::PlannedActor& actor) {
    return {std::make_unique<EchoClient>(scripts_[actor.id], logs_[actor.id]), nullptr};
  }

  std::vector<EchoClient::Log> logs_;
  std::vector<EchoClient::Script> scripts_;
  EchoTarget::Seen seen_;
  EchoTarget target_{seen_};
  metrics::Recorder recorder_;
  NoLedgers ledgers_;
  Places places_{Place{"relay", "/"}, Place{"relay", "/"}, Place{}, Place{}};
  World world_;
  Host host_;
  Context context_;
  Cast cast_;
};

TEST(World, CarriesHttpAndWebSocketFromEndToEnd) {
  Stage stage{Constant{1ms}, {{.count = 3}}};
  stage.run();
  EXPECT_EQ(stage.log().status, 200);
  EXPECT_THAT(
      stage.log().heard,
      testing::ElementsAre("0...................", "1...................", "2..................."));
  EXPECT_TRUE(stage.log().done);
  EXPECT_THAT(stage.log().failures, testing::IsEmpty());
  EXPECT_EQ(stage.seen().requests, 2) << "the request and the upgrade";
  EXPECT_EQ(stage.host().connections(), 0) << "nothing is left behind";
}

// Four milliseconds each way: whatever is sent comes back eight later, to the nanosecond.
TEST(World, TakesTwiceTheLatencyForARoundTrip) {
  Stage stage{Constant{4ms}, {{.count = 5}}};
  stage.run();
  EXPECT_THAT(stage.log().round_trips, testing::ElementsAre(8ms, 8ms, 8ms, 8ms, 8ms));
  EXPECT_EQ(
      stage.recorder().histogram(metrics::Series::generator_slip, metrics::Window::measured)->max(),
      0ns);
}

// With a latency that varies wildly, a stream still arrives in order: it is one link.
TEST(World, NeverLetsBytesOvertakeEachOther) {
  Stage stage{Uniform{0ms, 50ms}, {{.period = 1ms, .count = 200}}};
  stage.run();
  ASSERT_EQ(stage.log().heard.size(), 200);
  for (std::size_t i = 0; i < 200; ++i)
    EXPECT_TRUE(stage.log().heard[i].starts_with(std::to_string(i) + "."));
}

TEST(World, RefusesWhereNobodyListens) {
  Stage stage{Constant{1ms}, {{.ask_first = true}, {.ask_first = false}}, 1, false};
  stage.run();
  EXPECT_THAT(stage.log(0).failures, testing::ElementsAre(Outcome::refused));
  EXPECT_THAT(stage.log(1).failures, testing::ElementsAre(Outcome::refused));
}

TEST(World, GivesTheSameTraceForTheSameSeedAndAnotherForAnother) {
  const auto trace = [](std::uint64_t seed) {
    return Stage{Exponential{2ms}, {{.count = 20}, {.count = 30}}, seed}.run().world().trace_hash();
  };
  EXPECT_EQ(trace(1), trace(1));
  EXPECT_NE(trace(1), trace(2));
}

TEST(World, JumpsOverTimeInWhichNothingHappens) {
  Stage stage{Constant{1ms}, {{.period = 1h, .count = 3}}};
  stage.run(at(24h));
  EXPECT_EQ(stage.log().heard.size(), 3);
  EXPECT_LT(stage.world().events(), 40);
}

}  // namespace
}  // namespace gauntlet::sim
