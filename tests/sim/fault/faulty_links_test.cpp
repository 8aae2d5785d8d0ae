// What each fault of the network does to the bytes of a connection. The test plays the driver, the
// client and the target.
#include "sim/fault/faulty_links.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/support/fake_links.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using scenarios::Direction;
using scenarios::FaultAction;
using testing::ElementsAre;
using testing::IsEmpty;

using Heard = std::vector<std::pair<Duration, std::string>>;

// A client that listens.
class Listener final : public LinkUser {
 public:
  Heard heard;
  std::function<void()> answer = [] {};  // what it does when it hears something
  void opened(LinkId, Instant now) override { hear(now, "opened"); }
  void failed(LinkId, Outcome why, Instant now) override { hear(now, "failed: " + text(why)); }
  void bytes(LinkId, std::span<char> bytes, Instant now) override {
    hear(now, {bytes.begin(), bytes.end()});
    answer();
  }
  void ended(LinkId, Outcome how, Instant now) override { hear(now, "ended: " + text(how)); }

 private:
  static std::string text(Outcome outcome) { return std::string{name(outcome)}; }
  void hear(Instant now, std::string what) {
    heard.emplace_back(now.time_since_epoch(), std::move(what));
  }
};

class Cable {
 public:
  explicit Cable(std::vector<FaultAction> actions,
                 FaultyLinks::Blame blame = FaultyLinks::Blame::named)
      : scenario_{scenario_of(std::move(actions))}, links_{driver_, scenario_, recorder_, blame} {}

  /// An open connection, on which nothing was said.
  Cable& connect() {
    dial();
    answer();
    listener_.heard.clear();
    return *this;
  }
  void dial() {
    link_ = links_.dial(Endpoint::relay_socket, kClient, listener_);
    run(now_.time_since_epoch());
  }
  /// The target accepts what was dialed.
  void answer() { driver_.open(driver_.last()); }
  Cable& strike(Duration lasts = 1h, std::uint32_t fault = 0) {
    links_.impair(kClient, fault, now_, now_ + lasts);
    return *this;
  }
  void say(std::string_view text) { links_.output(link_).append(text); }
  void hear(std::string text) { driver_.feed(driver_.last(), std::move(text)); }
  void target_closes() { driver_.finish(driver_.last(), Outcome::closed_early); }

  /// On to this time, from deadline to deadline.
  Cable& run(Duration until) {
    while (links_.next_deadline() && *links_.next_deadline() <= at(until)) {
      now_ = std::max(now_, *links_.next_deadline());
      driver_.now = now_;
      links_.tick(now_);
      note_arrivals();
    }
    now_ = driver_.now = at(until);
    note_arrivals();
    return *this;
  }

  /// What arrived at the target, and when.
  const Heard& arrived() const { return arrived_; }
  std::string all_arrived() const {
    std::string all;
    for (const auto& [when, what] : arrived_) all += what;
    return all;
  }
  void on_hearing(std::function<void()> answer) { listener_.answer = std::move(answer); }
  const Heard& heard() const { return listener_.heard; }
  std::string all_heard() const {
    std::string all;
    for (const auto& [when, what] : listener_.heard) all += what;
    return all;
  }
  FakeLinks& driver() { return driver_; }
  FakeLinks::Line& below() { return driver_.line(driver_.last()); }
  FaultyLinks& links() { return links_; }
  LinkId link() const { return link_; }
  const metrics::Recorder& recorder() const { return recorder_; }

 private:
  static constexpr ActorId kClient = 7;

  static scenarios::Scenario scenario_of(std::vector<FaultAction> actions) {
    scenarios::Scenario scenario;
    for (const FaultAction& action : actions) scenario.faults.push_back({.action = action});
    return scenario;
  }
  void note_arrivals() {
    if (driver_.last() == 0) return;
    std::string bytes = driver_.take(driver_.last());
    if (!bytes.empty()) arrived_.emplace_back(now_.time_since_epoch(), std::move(bytes));
  }

  scenarios::Scenario scenario_;
  metrics::Recorder recorder_;
  FakeLinks driver_;
  FaultyLinks links_;
  Listener listener_;
  LinkId link_{0};
  Instant now_{};
  Heard arrived_;
};

TEST(Network, PassesEverythingOnAtOnceUntilSomethingIsWrong) {
  Cable cable{{}};
  cable.connect();
  cable.say("to the target");
  cable.hear("to the client");
  EXPECT_EQ(cable.below().written, "to the target");
  EXPECT_THAT(cable.heard(), ElementsAre(std::pair{0ns, "to the client"}));
  EXPECT_EQ(cable.links().next_deadline(), std::nullopt);
}

TEST(Latency, DelaysBothWays) {
  Cable cable{{{.kind = FaultKind::latency, .delay = Constant{30ms}}}};
  cable.connect().strike().run(5ms);
  cable.say("ping");
  cable.run(10ms);
  cable.hear("pong");
  cable.run(1s);
  EXPECT_THAT(cable.arrived(), ElementsAre(std::pair{35ms, "ping"}));
  EXPECT_THAT(cable.heard(), ElementsAre(std::pair{40ms, "pong"}));
}

TEST(Latency, NeverReorders) {
  Cable cable{{{.kind = FaultKind::latency, .delay = Uniform{0ms, 50ms}}}};
  cable.connect().strike();
  std::string said;
  for (int i = 0; i < 200; ++i) {
    const std::string word = std::to_string(i) + ' ';
    cable.say(word);
    said += word;
    cable.run(i * 1ms);
  }
  cable.run(1s);
  EXPECT_EQ(cable.all_arrived(), said);
  EXPECT_GT(cable.arrived().size(), 20) << "not all at once";
}

TEST(Latency, ConcernsOneDirectionWhereThatIsWanted) {
  Cable cable{
      {{.kind = FaultKind::latency, .direction = Direction::from_target, .delay = Constant{30ms}}}};
  cable.connect().strike();
  cable.say("ping");
  cable.run(0ms);
  cable.hear("pong");
  cable.run(1s);
  EXPECT_THAT(cable.arrived(), ElementsAre(std::pair{0ms, "ping"}));
  EXPECT_THAT(cable.heard(), ElementsAre(std::pair{30ms, "pong"}));
}

TEST(Latency, BeginsWhenTheClientAnswersInTheMomentItHears) {
  Cable cable{{{.kind = FaultKind::latency, .delay = Constant{30ms}}}};
  cable.connect().strike();
  cable.on_hearing([&] { cable.say("pong"); });
  cable.hear("ping");
  cable.run(1s);
  EXPECT_THAT(cable.arrived(), ElementsAre(std::pair{60ms, "pong"}));
}

TEST(Latency, IsNotTheGeneratorsLateness) {
  Cable cable{{{.kind = FaultKind::latency, .delay = Constant{30ms}}}};
  cable.connect().strike();
  cable.say("ping");
  cable.links().stamp(cable.link(), at(0ms), metrics::Window::measured);
  cable.run(1s);
  const auto* slip =
      cable.recorder().histogram(metrics::Series::generator_slip, metrics::Window::measured);
  ASSERT_NE(slip, nullptr);
  EXPECT_EQ(slip->max(), 0ns);
}

// 1000 bytes a second: the last of 500 arrives after half a second, the first ones much earlier.
TEST(Bandwidth, TakesSizeOverRate) {
  Cable cable{{{.kind = FaultKind::bandwidth, .per_second = 1000}}};
  cable.connect().strike();
  cable.say(std::string(500, 'x'));
  cable.run(10s);
  EXPECT_EQ(cable.all_arrived().size(), 500);
  EXPECT_EQ(cable.arrived().front(),
            (std::pair<Duration, std::string>{20ms, std::string(20, 'x')}));
  EXPECT_EQ(cable.arrived().back().first, 500ms);
}

TEST(Bandwidth, LetsAllThatWaitsThroughWhenItIsOver) {
  Cable cable{{{.kind = FaultKind::bandwidth, .per_second = 1000}}};
  cable.connect().strike(200ms);
  cable.say(std::string(100'000, 'x'));
  cable.run(10s);
  EXPECT_EQ(cable.all_arrived().size(), 100'000);
  EXPECT_EQ(cable.arrived().back().first, 200ms);
}

TEST(Slicing, CutsIntoPiecesWithPausesAndKeepsEveryByte) {
  Cable cable{{{.kind = FaultKind::slicing, .piece = 3, .pause = 5ms}}};
  cable.connect().strike();
  cable.say("abcdefgh");
  cable.run(1s);
  EXPECT_THAT(cable.arrived(),
              ElementsAre(std::pair{0ms, "abc"}, std::pair{5ms, "def"}, std::pair{10ms, "gh"}));
}

TEST(Slicing, LeavesNoPauseBehindWhenItIsOver) {
  Cable cable{{{.kind = FaultKind::slicing, .piece = 3, .pause = 1s}}};
  cable.connect().strike(200ms);
  cable.say("abcdef");
  cable.run(2s);
  EXPECT_THAT(cable.arrived(), ElementsAre(std::pair{0ms, "abc"}, std::pair{200ms, "def"}));
}

TEST(ALimitOf100Bytes, LetsExactly100BytesPassAndThenCloses) {
  Cable cable{{{.kind = FaultKind::close_after_bytes, .bytes = 100}}};
  cable.connect().strike();
  cable.say(std::string(60, 'x'));
  cable.run(1ms);
  cable.hear(std::string(30, 'y'));
  cable.say(std::string(50, 'x'));
  cable.run(1s);
  EXPECT_EQ(cable.all_arrived().size(), 70);
  EXPECT_THAT(cable.heard(),
              ElementsAre(std::pair{1ms, std::string(30, 'y')}, std::pair{1ms, "ended: injected"}));
  EXPECT_EQ(cable.below().ended, Ending::close);
}

TEST(ALimitOf100Bytes, CountsEachConnectionForItself) {
  Cable cable{{{.kind = FaultKind::close_after_bytes, .bytes = 100}}};
  cable.strike();
  for (int connection = 0; connection < 3; ++connection) {
    cable.connect();
    cable.say(std::string(99, 'x'));
    cable.run(0ms);
    EXPECT_TRUE(cable.driver().alive(cable.driver().last()));
  }
}

TEST(AResetAfter100Bytes, LetsThemArriveAndBreaksTheConnection) {
  Cable cable{
      {{.kind = FaultKind::reset_after_bytes, .direction = Direction::to_target, .bytes = 100}}};
  cable.connect().strike();
  cable.hear(std::string(500, 'y'));
  cable.say(std::string(150, 'x'));
  cable.run(0ms);
  EXPECT_EQ(cable.all_arrived().size(), 100);
  EXPECT_TRUE(cable.driver().alive(cable.driver().last())) << "they need a moment to get there";
  cable.run(1s);
  EXPECT_EQ(cable.below().ended, Ending::reset);
  EXPECT_EQ(cable.heard().back(), (std::pair<Duration, std::string>{1ms, "ended: injected"}));
}

TEST(ABlackhole, DeliversWhatItHeldWhenItIsOver) {
  Cable cable{{{.kind = FaultKind::blackhole}}};
  cable.connect().strike(2s);
  cable.say("one ");
  cable.run(1s);
  cable.say("two");
  cable.hear("three");
  cable.target_closes();
  cable.run(1999ms);
  EXPECT_THAT(cable.heard(), IsEmpty());
  EXPECT_EQ(cable.all_arrived(), "");
  cable.run(3s);
  EXPECT_THAT(cable.heard(),
              ElementsAre(std::pair{2s, "three"}, std::pair{2s, "ended: closed_early"}));
}

TEST(ABlackhole, SwallowsOneDirectionWhereThatIsWanted) {
  Cable cable{{{.kind = FaultKind::blackhole, .direction = Direction::from_target}}};
  cable.connect().strike(2s);
  cable.say("ping");
  cable.hear("pong");
  cable.run(1s);
  EXPECT_EQ(cable.all_arrived(), "ping");
  EXPECT_THAT(cable.heard(), IsEmpty());
}

TEST(ABlackhole, LetsConnectionsOpen) {
  Cable cable{{{.kind = FaultKind::blackhole}}};
  cable.strike(2s);
  cable.dial();
  cable.answer();
  cable.run(1s);
  EXPECT_THAT(cable.heard(), ElementsAre(std::pair{0ms, "opened"}));
}

// As TCP would: the last words and the end behind them are sent again until they arrive.
TEST(ABlackhole, KeepsTheLastWordsOfAClientThatLeft) {
  Cable cable{{{.kind = FaultKind::blackhole}}};
  cable.connect().strike(2s);
  cable.say("farewell");
  EXPECT_THAT(cable.links().connected(), ElementsAre(7U));
  cable.links().end(cable.link(), Ending::close);
  EXPECT_THAT(cable.links().connected(), IsEmpty()) << "that is no longer the client's doing";
  cable.run(1s);
  EXPECT_FALSE(cable.below().ended);
  cable.run(3s);
  EXPECT_THAT(cable.arrived(), ElementsAre(std::pair{2s, "farewell"}));
  EXPECT_EQ(cable.below().ended, Ending::close);
  EXPECT_THAT(cable.heard(), IsEmpty());
}

TEST(ABadNetwork, LeavesAloneWhatTheDriverSaysOfLinksThatItDoesNotKeep) {
  Cable cable{{{.kind = FaultKind::blackhole}}};
  cable.connect().strike(1s);
  Listener elsewhere;
  cable.driver().dial(Endpoint::relay_socket, 3, elsewhere);
  EXPECT_THAT(cable.links().connected(), ElementsAre(3U, 7U));
  cable.links().end(cable.link(), Ending::close);
  EXPECT_THAT(cable.links().connected(), ElementsAre(3U));
}

TEST(APartition, LetsNoConnectionOpenUntilItIsOver) {
  Cable cable{{{.kind = FaultKind::partition}}};
  cable.strike(2s);
  cable.dial();
  cable.run(1999ms);
  EXPECT_EQ(cable.driver().last(), 0) << "the target never hears of it";
  cable.run(2s);
  cable.answer();
  EXPECT_THAT(cable.heard(), ElementsAre(std::pair{2s, "opened"}));
}

TEST(APartition, ForgetsAnAttemptThatWasGivenUp) {
  Cable cable{{{.kind = FaultKind::partition}}};
  cable.strike(2s);
  cable.dial();
  cable.run(1s);
  cable.links().end(cable.link(), Ending::reset);
  cable.run(3s);
  EXPECT_EQ(cable.driver().last(), 0);
}

TEST(AnOutage, BreaksConnectionsAndRefusesNewOnes) {
  Cable cable{{{.kind = FaultKind::outage}}};
  cable.connect().strike(1s).run(0ms);
  EXPECT_EQ(cable.below().ended, Ending::reset);
  cable.dial();
  cable.run(500ms);
  EXPECT_THAT(cable.heard(),
              ElementsAre(std::pair{0ms, "ended: injected"}, std::pair{0ms, "failed: injected"}));
  cable.run(1s);
  cable.connect();
  EXPECT_TRUE(cable.driver().alive(cable.driver().last()));
}

TEST(AnOutage, BreaksConnectionsEvenIfItIsOverWhenItIsNoticed) {
  Cable cable{{{.kind = FaultKind::outage}}};
  cable.connect().run(10ms);
  cable.links().impair(7, 0, at(10ms), at(5ms));
  cable.run(10ms);
  EXPECT_THAT(cable.heard(), ElementsAre(std::pair{10ms, "ended: injected"}));
  cable.connect();
  EXPECT_TRUE(cable.driver().alive(cable.driver().last()));
}

TEST(AnOutage, LooksLikeAResetToWhoMustNotKnow) {
  Cable cable{{{.kind = FaultKind::outage}}, FaultyLinks::Blame::hidden};
  cable.connect().strike(1s).run(0ms);
  EXPECT_THAT(cable.heard(), ElementsAre(std::pair{0ms, "ended: reset"}));
}

TEST(ASlowClose, DelaysTheEndAndNothingElse) {
  Cable cable{{{.kind = FaultKind::slow_close, .delay = Constant{5s}}}};
  cable.connect().strike();
  cable.hear("last words");
  cable.target_closes();
  cable.run(10s);
  EXPECT_THAT(cable.heard(),
              ElementsAre(std::pair{0s, "last words"}, std::pair{5s, "ended: closed_early"}));
}

TEST(ANetworkThatHolds, CountsWhatItHoldsAsNotSent) {
  Cable cable{{{.kind = FaultKind::blackhole}}};
  cable.connect().strike();
  cable.say(std::string(1000, 'x'));
  EXPECT_EQ(cable.links().backlog(cable.link()), 1000);
  cable.run(1s);
  EXPECT_EQ(cable.links().backlog(cable.link()), 1000);
}

// As a full TCP window does.
TEST(ANetworkThatHolds, LetsTheTargetWaitOnceItHoldsAWindow) {
  Cable cable{{{.kind = FaultKind::bandwidth, .per_second = 1024 * 1024}}};
  cable.connect().strike();
  cable.hear(std::string(300 * 1024, 'y'));
  EXPECT_FALSE(cable.below().reading);
  cable.run(100ms);
  EXPECT_TRUE(cable.below().reading);
  cable.run(1s);
  EXPECT_EQ(cable.all_heard().size(), 300 * 1024);
}

TEST(ANetworkThatHolds, ReportsNothingToAClientThatDoesNotRead) {
  Cable cable{{{.kind = FaultKind::latency, .delay = Constant{10ms}}}};
  cable.connect().strike();
  cable.links().read(cable.link(), false);
  cable.hear("word");
  cable.run(1s);
  EXPECT_THAT(cable.heard(), IsEmpty());
  cable.links().read(cable.link(), true);
  cable.run(2s);
  EXPECT_THAT(cable.heard(), ElementsAre(std::pair{1s, "word"}));
}

TEST(SeveralFaults, AddUp) {
  Cable cable{{{.kind = FaultKind::latency, .delay = Constant{100ms}},
               {.kind = FaultKind::slicing, .piece = 2, .pause = 10ms}}};
  cable.connect().strike(1h, 0).strike(1h, 1);
  cable.say("abcd");
  cable.run(1s);
  EXPECT_THAT(cable.arrived(), ElementsAre(std::pair{100ms, "ab"}, std::pair{110ms, "cd"}));
}

TEST(SeveralFaults, OfOneKindAreTheLatestOfThem) {
  Cable cable{{{.kind = FaultKind::latency, .delay = Constant{100ms}},
               {.kind = FaultKind::latency, .delay = Constant{10ms}}}};
  cable.connect().strike(1h, 0).strike(1s, 1);
  cable.say("quick");
  cable.run(2s);
  cable.say("slow");
  cable.run(3s);
  EXPECT_THAT(cable.arrived(), ElementsAre(std::pair{10ms, "quick"}, std::pair{2100ms, "slow"}));
}

// Whatever comes and goes, TCP keeps its promise: every byte, once, in order.
TEST(AnyWeatherThatClears, LosesNothingAndReordersNothing) {
  const std::vector<FaultAction> kWeather{
      {.kind = FaultKind::latency, .delay = Exponential{20ms}},
      {.kind = FaultKind::bandwidth, .per_second = 700},
      {.kind = FaultKind::slicing, .piece = 5, .pause = 3ms},
      {.kind = FaultKind::slow_close, .delay = Uniform{0ms, 90ms}},
      {.kind = FaultKind::blackhole, .direction = Direction::to_target},
      {.kind = FaultKind::partition},
  };
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Stream random{seed};
    Cable cable{kWeather};
    cable.connect();
    std::string said;
    std::string answered;
    for (Duration now{}; now < 1s; now += Duration{random.below(20'000'000)}) {
      cable.run(now);
      const std::string word(random.below(40), static_cast<char>('a' + random.below(26)));
      if (random.chance(0.3))
        cable.strike(Duration{random.below(200'000'000)},
                     static_cast<std::uint32_t>(random.below(kWeather.size())));
      if (random.chance(0.1)) cable.links().read(cable.link(), random.chance(0.5));
      if (random.chance(0.5)) {
        cable.say(word);
        said += word;
      } else {
        cable.hear(word);
        answered += word;
      }
    }
    cable.links().read(cable.link(), true);
    cable.run(10s);
    cable.target_closes();
    cable.run(20s);
    EXPECT_EQ(cable.all_arrived(), said);
    EXPECT_EQ(cable.all_heard(), answered + "ended: closed_early");
    EXPECT_EQ(cable.links().next_deadline(), std::nullopt) << "nothing is left behind";
  }
}

}  // namespace
}  // namespace gauntlet::sim
