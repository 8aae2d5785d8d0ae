// A proxy's bytes, ends and faults. The test plays its clients and their target.
#include "sim/fault/proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/fault/faulty_links.hpp"
#include "tests/support/fake_links.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using scenarios::Fault;
using scenarios::Selection;

class ProxyTest : public testing::Test {
 protected:
  void with(std::vector<Fault> faults, std::uint64_t seed = 1) {
    scenario_ = scenario_of_connections(seed, std::move(faults));
    far_.emplace(far_driver_, scenario_, recorder_, FaultyLinks::Blame::hidden);
    proxy_.emplace(near_, *far_, scenario_, Instant::max());
  }
  /// A client comes. Its link; the target's has the same number.
  LinkId come() {
    const LinkId client = near_.add(*proxy_);
    proxy_->accepted(client, 0, "10.0.0.1", now_);
    run(now_.time_since_epoch());
    return client;
  }
  /// One that the target takes.
  LinkId connect() {
    const LinkId client = come();
    far_driver_.open(far_driver_.last());
    return client;
  }
  void run(Duration until) {
    now_ = near_.now = far_driver_.now = at(until);
    proxy_->tick(now_);
    far_->tick(now_);
  }

  scenarios::Scenario scenario_;
  metrics::Recorder recorder_;
  FakeLinks near_;
  FakeLinks far_driver_;
  std::optional<FaultyLinks> far_;
  std::optional<Proxy> proxy_;
  Instant now_{};
};

TEST_F(ProxyTest, PassesBytesOnBothWays) {
  with({});
  const LinkId client = connect();
  near_.feed(client, "ping");
  far_driver_.feed(client, "pong!");
  EXPECT_EQ(far_driver_.take(client), "ping");
  EXPECT_EQ(near_.take(client), "pong!");
  EXPECT_EQ(proxy_->tally().bytes_to_target, 4);
  EXPECT_EQ(proxy_->tally().bytes_from_target, 5);
}

TEST_F(ProxyTest, EndsTheOtherSideAsTheOneEnded) {
  with({});
  const LinkId polite = connect();
  near_.finish(polite, Outcome::closed_early);
  EXPECT_EQ(far_driver_.line(polite).ended, Ending::close);
  const LinkId rude = connect();
  far_driver_.finish(rude, Outcome::reset);
  EXPECT_EQ(near_.line(rude).ended, Ending::reset);
}

TEST_F(ProxyTest, ReadsNobodyBeforeTheTargetIsThere) {
  with({});
  const LinkId client = come();
  EXPECT_FALSE(near_.line(client).reading);
  far_driver_.open(client);
  EXPECT_TRUE(near_.line(client).reading);
}

TEST_F(ProxyTest, TurnsAwayWhomTheTargetDoesNotTake) {
  with({});
  const LinkId client = come();
  far_driver_.refuse(client, Outcome::refused);
  EXPECT_EQ(near_.line(client).ended, Ending::reset);
  EXPECT_EQ(proxy_->tally().unreachable, 1);
}

TEST_F(ProxyTest, DoesNotReadForAReceiverThatIsSlow) {
  with({});
  const LinkId client = connect();
  near_.line(client).unread = Proxy::kBacklogMax + 1;
  far_driver_.feed(client, "more");
  EXPECT_FALSE(far_driver_.line(client).reading);
  near_.line(client).unread = 0;
  run(10ms);
  EXPECT_TRUE(far_driver_.line(client).reading);
}

TEST_F(ProxyTest, KnowsItsConnectionsByTheirNumbers) {
  with({{.at = 1s,
         .to = {.among = Selection::Among::agents, .which = Selection::One{1}, .round = {}},
         .action = {.kind = FaultKind::outage}}});
  const LinkId first = connect();
  const LinkId second = connect();
  run(1s);
  EXPECT_TRUE(near_.alive(first));
  EXPECT_EQ(near_.line(second).ended, Ending::reset);
  EXPECT_EQ(proxy_->tally().faults[static_cast<std::size_t>(FaultKind::outage)], 1);
}

TEST_F(ProxyTest, LetsLaterConnectionsMeetWhatGoesOn) {
  with({{.at = 1s, .lasts = 2s, .action = {.kind = FaultKind::partition}},
        {.at = 1s, .lasts = 500ms, .action = {.kind = FaultKind::latency}}});
  run(2s);
  come();
  EXPECT_EQ(far_driver_.last(), 0) << "the target hears nothing of it";
  EXPECT_EQ(proxy_->tally().faults[static_cast<std::size_t>(FaultKind::latency)], 0)
      << "it is over";
  run(3s);
  EXPECT_EQ(far_driver_.last(), 1);
}

TEST_F(ProxyTest, KeepsNothingOfAConnectionThatIsOver) {
  with({{.at = 1s, .lasts = 2s, .action = {.kind = FaultKind::latency}},
        {.at = 10s, .action = {.kind = FaultKind::outage}}});
  near_.finish(connect(), Outcome::closed_early);
  EXPECT_EQ(far_->clients(), 0) << "ended by the client";
  far_driver_.finish(connect(), Outcome::reset);
  EXPECT_EQ(far_->clients(), 0) << "ended by the target";
  far_driver_.refuse(come(), Outcome::refused);
  EXPECT_EQ(far_->clients(), 0) << "never taken";
  const LinkId late = connect();
  run(1s);
  near_.feed(late, "farewell");
  near_.finish(late, Outcome::closed_early);
  EXPECT_EQ(far_->clients(), 1) << "its last words are on their way";
  run(3s);
  EXPECT_EQ(far_->clients(), 0);
  EXPECT_EQ(far_driver_.take(late), "farewell");
  connect();
  EXPECT_EQ(far_->clients(), 1);
  run(10s);
  EXPECT_EQ(far_->clients(), 0) << "ended by a fault";
}

TEST_F(ProxyTest, TakesAShareForEachConnectionsChance) {
  const auto struck = [&](std::uint64_t seed) {
    with({{.to = {.among = Selection::Among::everyone, .which = Selection::Share{0.3}, .round = {}},
           .action = {.kind = FaultKind::slow_close}}},
         seed);
    for (int i = 0; i < 1000; ++i) come();
    return proxy_->tally().faults[static_cast<std::size_t>(FaultKind::slow_close)];
  };
  EXPECT_NEAR(static_cast<double>(struck(1)), 300, 60);  // four sigma
  EXPECT_EQ(struck(1), struck(1)) << "one seed, the same connections";
}

}  // namespace
}  // namespace gauntlet::sim
