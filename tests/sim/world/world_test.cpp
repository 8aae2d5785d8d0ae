// Two-party worlds: a client, a server and the physics between them.
#include "sim/world/world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/probe.hpp"
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
        host_{target_, world_, {.message_bytes_max = 1024 * 1024}},
        context_{.links = world_,
                 .recorder = recorder_,
                 .ledgers = ledgers_,
                 .announcer = world_,
                 .places = places_,
                 .seed = seed,
                 .warm_up_begins = {},
                 .warm_up_ends = {}},
        cast_{actors(), [this](const auto& actor, Context&) { return make(actor); }, context_} {
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

// ---- Links by hand: a host that echoes, and probes that ask it over HTTP.

class WorldLinks : public testing::Test {
 protected:
  WorldLinks() { world.put(Endpoint::relay_http, host, 0); }

  LinkId dial(LinkUser& user) { return world.dial(Endpoint::relay_http, 0, user); }
  // The host echoes the body.
  void ask(LinkId link, std::string_view body, bool keep_alive = true) {
    world.output(link) +=
        fmt::format("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n{}\r\n{}", body.size(),
                    keep_alive ? "" : "Connection: close\r\n", body);
  }
  void act(const std::function<void()>& what) {
    world.act([&](Instant) { what(); });
  }
  void run(Duration time) {
    world.run(world.now() + time, [] { return false; });
  }

  metrics::Recorder recorder;
  World world{{.latency = Constant{1ms}}, 1, recorder};
  EchoTarget::Seen seen;
  EchoTarget target{seen};
  Host host{target, world, {.message_bytes_max = 1024}};
};

TEST_F(WorldLinks, TellThePeerOfAResetButNotOfAVanishing) {
  for (const auto how : {Ending::reset, Ending::vanish}) {
    ProbeUser probe;
    const LinkId link = dial(probe);
    run(10ms);
    EXPECT_EQ(host.connections(), 1);
    act([&] {
      ask(link, "never sent");
      world.end(link, how);
    });
    run(Host::kPatience / 2);  // after all of it, the host drops whoever is silent
    EXPECT_EQ(host.connections(), how == Ending::reset ? 0 : 1);
    EXPECT_EQ(seen.requests, 0);
    EXPECT_EQ(probe.end, std::nullopt) << "whoever ends a link hears nothing more of it";
  }
}

TEST_F(WorldLinks, CloseAfterWhatWasWritten) {
  ProbeUser probe;
  const LinkId link = dial(probe);
  run(10ms);
  act([&] {
    ask(link, "last words");
    world.end(link, Ending::close);
  });
  run(10ms);
  EXPECT_EQ(seen.requests, 1);
  EXPECT_EQ(host.connections(), 0);
}

TEST_F(WorldLinks, SurviveThatBothEndsCloseAtOnce) {
  ProbeUser probe;
  const LinkId link = dial(probe);
  run(10ms);
  act([&] { ask(link, "x", false); });
  run(1ms);  // the host answers, and closes
  act([&] { world.end(link, Ending::close); });
  run(1s);
  EXPECT_EQ(probe.heard, "");
  EXPECT_EQ(probe.end, std::nullopt);
  EXPECT_EQ(host.connections(), 0);
}

// Two answers to the probe that does not read: one has come when it reads again, the other comes
// at that very moment.
TEST_F(WorldLinks, GiveWhatWasHeldBackBeforeWhatComesNow) {
  ProbeUser reader;
  ProbeUser trigger;
  const LinkId link = dial(reader);
  const LinkId other = dial(trigger);
  trigger.on_bytes = [&] { world.read(link, true); };
  run(10ms);
  act([&] {
    world.read(link, false);
    ask(link, "first");
  });
  run(5ms);
  EXPECT_EQ(reader.heard, "");
  act([&] {
    ask(other, "x");
    ask(link, "second");
  });
  run(5ms);
  EXPECT_THAT(reader.heard, testing::HasSubstr("first"));
  EXPECT_LT(reader.heard.find("first"), reader.heard.find("second"));
  EXPECT_NE(reader.heard.find("second"), std::string::npos);
}

TEST_F(WorldLinks, HideAnEndFromWhoeverDoesNotRead) {
  ProbeUser probe;
  const LinkId link = dial(probe);
  run(10ms);
  act([&] {
    world.read(link, false);
    ask(link, "x", false);
  });
  run(1s);
  EXPECT_EQ(probe.end, std::nullopt);
  act([&] { world.read(link, true); });
  run(1ms);
  EXPECT_THAT(probe.heard, testing::EndsWith("x"));
  EXPECT_EQ(probe.end, Outcome::closed_early);
}

TEST_F(WorldLinks, ShowAResetToWhoeverWrites) {
  ProbeUser probe;
  const LinkId link = dial(probe);
  run(10ms);
  act([&] { world.read(link, false); });
  act([&] { world.end(link + 1, Ending::reset); });  // the host's end
  run(1s);
  EXPECT_EQ(probe.end, std::nullopt);
  act([&] { ask(link, "is anybody there?"); });
  run(1ms);
  EXPECT_EQ(probe.end, Outcome::reset);
}

// Whatever the latency, and however often the reader pauses: every byte arrives once, in order.
TEST_F(WorldLinks, ConserveBytes) {
  World jittery{{.latency = Uniform{0ms, 30ms}}, 3, recorder};
  Host echo{target, jittery, {.message_bytes_max = 1024}};
  jittery.put(Endpoint::relay_http, echo, 0);
  ProbeUser probe;
  const LinkId link = jittery.dial(Endpoint::relay_http, 0, probe);
  const auto pass = [&](Duration time) { jittery.run(jittery.now() + time, [] { return false; }); };
  pass(1s);
  Stream random{9};
  std::size_t written = 0;
  std::string expected;
  for (int i = 0; i < 300; ++i) {
    jittery.act([&](Instant) {
      const std::string body = fmt::format("<{}>", i);
      const std::string request = fmt::format(
          "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
      jittery.output(link) += request;
      written += request.size();
      expected += body;
      jittery.read(link, random.chance(0.5));
    });
    pass(std::chrono::milliseconds{random.below(20)});
  }
  jittery.act([&](Instant) { jittery.read(link, true); });
  pass(1s);
  std::string bodies;
  for (std::size_t from = probe.heard.find('<'); from != std::string::npos;
       from = probe.heard.find('<', from + 1))
    bodies += probe.heard.substr(from, probe.heard.find('>', from) + 1 - from);
  EXPECT_EQ(bodies, expected);
  EXPECT_EQ(recorder.value(metrics::Counter::bytes_sent), written);
  EXPECT_EQ(recorder.value(metrics::Counter::bytes_received), probe.heard.size());
  EXPECT_EQ(jittery.backlog(link), 0);
}

// Much on a slow line: its end comes behind it, half a minute later.
TEST_F(WorldLinks, AreNotConnectedWhileTheNetworkHoldsBackTheirEnd) {
  World slow{{.bandwidth = 10'000}, 3, recorder};
  Host echo{target, slow, {.message_bytes_max = 4 * 1024 * 1024}};
  slow.put(Endpoint::relay_http, echo, 0);
  ProbeUser probe;
  const LinkId link = slow.dial(Endpoint::relay_http, 7, probe);
  slow.run(at(1s), [] { return false; });
  EXPECT_THAT(slow.connected(), testing::ElementsAre(7));
  slow.act([&](Instant) {
    slow.output(link).assign(300'000, 'x');
    slow.end(link, Ending::close);
  });
  EXPECT_THAT(slow.connected(), testing::IsEmpty());
  slow.run(at(30s), [] { return false; });
  EXPECT_EQ(echo.connections(), 1) << "it has yet to hear of it";
  slow.run(at(40s), [] { return false; });
  EXPECT_EQ(echo.connections(), 0);
}

// Latency is drawn for each direction of each actor's link apart.
TEST_F(WorldLinks, MoveNobodyElsesArrivals) {
  const auto opened_at = [&](bool others) {
    World jittery{{.latency = Uniform{0ms, 30ms}}, 3, recorder};
    Host echo{target, jittery, {.message_bytes_max = 1024}};
    jittery.put(Endpoint::relay_http, echo, 0);
    ProbeUser before;
    ProbeUser probe;
    ProbeUser after;
    Instant opened{};
    probe.on_open = [&] { opened = jittery.now(); };
    if (others) jittery.dial(Endpoint::relay_http, 5, before);
    jittery.dial(Endpoint::relay_http, 7, probe);
    if (others) jittery.dial(Endpoint::relay_http, 9, after);
    jittery.run(at(1s), [] { return false; });
    EXPECT_TRUE(probe.open);
    return opened;
  };
  EXPECT_EQ(opened_at(false), opened_at(true));
}

}  // namespace
}  // namespace gauntlet::sim
