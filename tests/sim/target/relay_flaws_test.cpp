// The deliberate flaws of the embedded relay, whose numbers are known beforehand.
#include "tests/sim/target/relay_script.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(DropFlaw, LosesEveryNthDelivery) {
  RelayScript relay{{.drop_every = 3}};
  relay.enter({"alice", "bob"});
  for (int n = 0; n < 7; ++n) relay.send("alice", {"bob"}, n);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(0, 1, 3, 4, 6));
  EXPECT_EQ(relay.relay.seen().dropped, 2U);
  EXPECT_EQ(relay.relay.seen().deliveries, 5U);
}

TEST(DuplicateFlaw, SendsEveryNthDeliveryTwiceWithOneId) {
  RelayScript relay{{.duplicate_every = 2}};
  relay.enter({"alice", "bob"});
  for (int n = 0; n < 3; ++n) relay.send("alice", {"bob"}, n);
  const auto messages = relay.heard("bob");
  ASSERT_THAT(messages, SizeIs(4));
  EXPECT_EQ(messages[1], messages[2]);
  EXPECT_EQ(relay.relay.seen().duplicated, 1U);
}

TEST(ReorderFlaw, LetsTheNextDeliveryToTheSameReceiverOvertake) {
  RelayScript relay{{.reorder_every = 3}};
  relay.enter({"alice", "bob", "carol"});
  for (int n = 0; n < 3; ++n) relay.send("alice", {"bob"}, n);  // the last is held back
  relay.send("alice", {"carol"}, "another's");
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(0, 1));
  EXPECT_EQ(relay.relay.seen().reordered, 0U);
  relay.send("alice", {"bob"}, 3);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(3, 2));
  EXPECT_EQ(relay.relay.seen().reordered, 1U);
  EXPECT_EQ(relay.relay.seen().reordered_same_sender, 1U);
}

TEST(ReorderFlaw, LosesNothingWhenNothingOvertakes) {
  RelayScript relay{{.reorder_every = 1}};
  relay.enter({"alice", "bob"});
  relay.send("alice", {"bob"}, "only");
  EXPECT_THAT(relay.heard("bob"), IsEmpty());
  relay.advance(HeldDeliveries::kHeldMax);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre("only"));
  EXPECT_EQ(relay.relay.seen().reordered, 0U);
}

TEST(ReorderFlaw, ReplaysNothingToALaterConnection) {
  RelayScript relay{{.reorder_every = 1}};
  relay.enter({"alice", "bob"});
  relay.send("alice", {"bob"}, "held back");
  relay.leave("bob");
  relay.join("bob");
  relay.advance(HeldDeliveries::kHeldMax);
  EXPECT_THAT(relay.heard("bob"), IsEmpty());
}

TEST(Flaws, KeepTheBooksBalanced) {
  RelayScript relay{{.drop_every = 7, .duplicate_every = 5, .reorder_every = 3}};
  relay.enter({"alice", "bob", "carol"});
  constexpr std::size_t kSent = 200;
  for (std::size_t n = 0; n < kSent; ++n) relay.send("alice", {"*"}, n);
  relay.advance(10s);
  const auto& seen = relay.relay.seen();
  EXPECT_EQ(seen.dropped, 2 * kSent / 7);
  EXPECT_EQ(seen.deliveries, 2 * kSent - seen.dropped + seen.duplicated);
  EXPECT_EQ(relay.heard("bob").size() + relay.heard("carol").size(), seen.deliveries);
  EXPECT_GT(seen.reordered, 0U);
  EXPECT_EQ(seen.reordered, seen.reordered_same_sender);
}

}  // namespace
}  // namespace gauntlet::sim
