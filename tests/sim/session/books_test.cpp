#include "sim/session/books.hpp"

#include <gtest/gtest.h>

#include "metrics/record/snapshot.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using metrics::Counter;
using metrics::LedgerEvent;
using metrics::MessageKind;

// Four agents on two relays, taking turns.
class TwoRelays : public ::testing::Test {
 protected:
  TwoRelays() {
    for (const ActorId agent : plan_.agents)
      tell({.what = LedgerEvent::What::entered, .actor = agent});
  }

  void tell(const LedgerEvent& event) { books_.add(Track::Book::relay, event); }
  void broadcast(ActorId sender) {
    tell({.what = LedgerEvent::What::sent_to_all,
          .kind = MessageKind::broadcast,
          .actor = sender,
          .message = {sender, 0, 0}});
  }
  void arrives(ActorId receiver, ActorId sender) {
    tell({.what = LedgerEvent::What::arrived,
          .actor = receiver,
          .message = {sender, 0, 0},
          .at = at(1ms)});
  }
  std::uint64_t total(Counter counter) const {
    metrics::Snapshot snapshot;
    for (const metrics::Recorder* recorder : books_.recorders()) snapshot.add(*recorder);
    return snapshot.counter(counter);
  }

  static scenarios::Plan plan() {
    scenarios::Scenario scenario;
    scenario.targets.relay = scenarios::RelayAddresses(2);
    scenario.population = {scenarios::Agents{.count = 4}};
    return scenarios::make_plan(scenario);
  }

  const scenarios::Plan plan_{plan()};
  Books books_{plan_, false};
};

TEST_F(TwoRelays, OweABroadcastToThoseOnTheSendersRelayAlone) {
  broadcast(0);
  EXPECT_EQ(books_.open(), 1);
  arrives(2, 0);
  EXPECT_EQ(books_.open(), 0);
}

TEST_F(TwoRelays, HoldItAgainstARelayThatABroadcastReachesAnAgentOfAnother) {
  broadcast(0);
  arrives(1, 0);
  books_.publish();
  EXPECT_EQ(total(Counter::relay_misdelivered), 1);
  EXPECT_EQ(total(Counter::relay_received), 0);
  ASSERT_EQ(books_.breaches().size(), 1);
  EXPECT_EQ(books_.breaches().front().invariant, Invariant::addressed);
}

TEST_F(TwoRelays, AddUpTheirTotals) {
  broadcast(0);
  broadcast(1);
  arrives(2, 0);
  books_.publish();
  EXPECT_EQ(total(Counter::relay_expected), 2);
  EXPECT_EQ(total(Counter::relay_received), 1);
  EXPECT_EQ(total(Counter::relay_in_flight), 1);
}

}  // namespace
}  // namespace gauntlet::sim
