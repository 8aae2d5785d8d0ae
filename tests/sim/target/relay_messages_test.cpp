// What the embedded relay does with messages and commands, as clients see it.
#include "scenarios/terms/defect.hpp"
#include "tests/sim/target/relay_script.hpp"

namespace gauntlet::sim {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// ---- Routing.

TEST(Broadcast, ReachesEveryoneButTheSender) {
  RelayScript relay;
  relay.enter({"alice", "bob", "carol"});
  relay.enroll("offline");
  relay.say("alice",
            json{{"to", {"*"}}, {"payload", {{"x", 1}}}, {"type", "data"}, {"ref", "r-1"}});
  EXPECT_THAT(relay.heard("alice"), IsEmpty());
  for (const char* name : {"bob", "carol"}) {
    const auto message = relay.heard_one(name);
    EXPECT_EQ(message.at("from"), "alice");
    EXPECT_EQ(message.at("to"), json::array({"*"}));
    EXPECT_EQ(message.at("payload"), (json{{"x", 1}}));
    EXPECT_EQ(message.at("type"), "data");
    EXPECT_EQ(message.at("ref"), "r-1");
    EXPECT_EQ(message.at("ts"), kEpochMs);
  }
  EXPECT_EQ(relay.relay.seen().deliveries, 2U);
}

TEST(Broadcast, IsEncodedOnceForAllReceivers) {
  RelayScript relay;
  relay.enter({"alice", "bob", "carol"});
  TargetOutbox out;
  relay.relay.handle(relay.now(), 2, Heard{R"({"to":["*"],"payload":1})"}, out);
  std::vector<std::uint32_t> begins;
  for (const auto& addressed : out.effects())
    if (const auto* say = std::get_if<Say>(&addressed.effect)) begins.push_back(say->text.begin);
  EXPECT_THAT(begins, ElementsAre(0U, 0U));
}

TEST(Direct, ReachesEachListedAgentOnce) {
  RelayScript relay;
  relay.enter({"alice", "bob", "carol", "dave"});
  relay.enroll("offline");
  relay.send("alice", {"bob", "carol", "bob", "nobody", "offline", "Not An Id"}, 5);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(5));
  EXPECT_THAT(relay.payloads("carol"), ElementsAre(5));
  EXPECT_THAT(relay.heard("dave"), IsEmpty());
  EXPECT_THAT(relay.heard("alice"), IsEmpty());
}

TEST(Direct, ReachesTheSenderWhoListsItself) {
  RelayScript relay;
  relay.enter({"alice", "bob"});
  relay.send("alice", {"alice"}, 1);
  EXPECT_THAT(relay.payloads("alice"), ElementsAre(1));
  relay.send("alice", {"*", "alice", "bob"}, 2);
  EXPECT_THAT(relay.payloads("alice"), ElementsAre(2));
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(2));
}

TEST(Delivery, CarriesTheRelaysIdFromAndTime) {
  RelayScript relay;
  relay.enter({"alice", "bob"});
  relay.say("alice",
            json{{"to", {"bob"}}, {"payload", 1}, {"id", "mine"}, {"from", "bob"}, {"ts", 1}});
  relay.send("alice", {"bob"}, 2);
  const auto messages = relay.heard("bob");
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[0].at("from"), "alice");
  EXPECT_EQ(messages[0].at("ts"), kEpochMs);
  EXPECT_NE(messages[0].at("id"), "mine");
  EXPECT_NE(messages[0].at("id"), messages[1].at("id"));
}

TEST(Delivery, PassesAnyPayloadAndUnknownFields) {
  RelayScript relay;
  relay.enter({"alice", "bob"});
  relay.say_text("alice", R"({"to":["bob"],"payload":null,"priority":[1,{"x":"ü"}],"hop":2})");
  const auto message = relay.heard_one("bob");
  EXPECT_TRUE(message.at("payload").is_null());
  EXPECT_EQ(message.at("priority"), json::parse(R"([1,{"x":"ü"}])"));
  EXPECT_EQ(message.at("hop"), 2);
  EXPECT_EQ(message.at("from"), "alice");
}

TEST(Delivery, KeepsTheOrderOfMessages) {
  RelayScript relay;
  relay.enter({"alice", "bob"});
  for (int n = 0; n < 3; ++n) relay.send("alice", {"bob"}, n);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(0, 1, 2));
}

TEST(BadMessage, IsAnsweredByAnErrorAndTheSocketStaysOpen) {
  RelayScript relay;
  relay.enter({"alice", "bob"});
  for (const std::string_view text :
       {"", "{", "[]", "7", R"({"payload":1})", R"({"to":[],"payload":1})",
        R"({"to":"*","payload":1})", R"({"to":["bob",7],"payload":1})", R"({"to":["bob"]})"}) {
    relay.say_text("alice", text);
    const auto error = relay.heard_one("alice");
    EXPECT_EQ(error.at("type"), "error") << text;
    EXPECT_EQ(error.at("from"), "relay");
    EXPECT_EQ(error.at("payload").at("code"), "invalid_message") << text;
    EXPECT_TRUE(error.at("payload").at("message").is_string());
    EXPECT_TRUE(error.contains("id") && error.contains("ts"));
  }
  EXPECT_THAT(relay.heard("bob"), IsEmpty());
  EXPECT_TRUE(relay.open("alice"));
  EXPECT_EQ(relay.relay.seen().errors, 9U);
}

TEST(BadMessage, ThatIsTooLongHasItsOwnCode) {
  RelayScript relay{{.message_bytes_max = 100}};
  relay.enter({"alice"});
  relay.send("alice", {"*"}, std::string(100, 'x'));
  EXPECT_EQ(relay.heard_one("alice").at("payload").at("code"), "message_too_large");
}

// ---- Commands.

TEST(Command, SubscribesListsAndUnsubscribes) {
  RelayScript relay;
  relay.enter({"alice"});
  relay.say("alice", json{{"to", {"relay"}},
                          {"type", "subscribe"},
                          {"ref", "q-1"},
                          {"payload", {{"agents", {"carol", "bob"}}}}});
  const auto ack = relay.heard_one("alice");
  EXPECT_EQ(ack.at("type"), "subscribed");
  EXPECT_EQ(ack.at("ref"), "q-1");
  EXPECT_EQ(ack.at("payload"), (json{{"agents", {"carol", "bob"}}, {"count", 2}}));

  relay.command("alice", "list_subscriptions");
  EXPECT_EQ(relay.heard_one("alice").at("payload").at("agents"), json::array({"bob", "carol"}));

  relay.command("alice", "unsubscribe", {{"agents", {"bob", "never"}}});
  EXPECT_EQ(relay.heard_one("alice").at("type"), "unsubscribed");
  relay.command("alice", "list_subscriptions");
  const auto list = relay.heard_one("alice");
  EXPECT_EQ(list.at("type"), "subscriptions");
  EXPECT_EQ(list.at("payload").at("agents"), json::array({"carol"}));
  EXPECT_EQ(relay.relay.seen().commands, 4U);
}

TEST(Command, PingIsAnsweredByPong) {
  RelayScript relay;
  relay.enter({"alice", "bob"});
  relay.command("alice", "ping");
  EXPECT_EQ(relay.heard_one("alice").at("type"), "pong");
  EXPECT_THAT(relay.heard("bob"), IsEmpty());
}

TEST(Command, ThatMakesNoSenseIsAnError) {
  RelayScript relay;
  relay.enter({"alice"});
  relay.command("alice", "dance");
  EXPECT_EQ(relay.heard_one("alice").at("payload").at("code"), "unknown_command");
  for (const json& payload :
       {json::object(), json{{"agents", "bob"}}, json{{"agents", {1}}}, json(1)}) {
    relay.command("alice", "subscribe", payload);
    EXPECT_EQ(relay.heard_one("alice").at("payload").at("code"), "invalid_message") << payload;
  }
}

TEST(Subscription, MakesNoSecondCopyUnlessTheRelayDeliversDouble) {
  for (const bool twice : {false, true}) {
    RelayScript relay{{.double_delivery = twice}};
    relay.enter({"alice", "bob", "carol"});
    relay.command("bob", "subscribe", {{"agents", {"alice"}}});
    relay.heard("bob");
    relay.send("alice", {"*"}, 1);
    relay.send("alice", {"bob"}, 2);  // direct: once in any case
    const auto messages = relay.heard("bob");
    ASSERT_THAT(messages, SizeIs(twice ? 3 : 2));
    if (twice) {
      EXPECT_EQ(messages[0].at("id"), messages[1].at("id"));
    }
    EXPECT_THAT(relay.payloads("carol"), ElementsAre(1));
    EXPECT_EQ(relay.relay.seen().subscription_copies, twice ? 1U : 0U);
  }
}

TEST(Subscription, GoesOnVisiblyWhereARelayForgetsThatItEnded) {
  RelayScript relay{{.defects = {Defect::forget_unsubscribe}}};
  relay.enter({"alice", "bob"});
  relay.command("bob", "subscribe", {{"agents", {"alice"}}});
  relay.command("bob", "unsubscribe", {{"agents", {"alice"}}});
  relay.heard("bob");
  relay.send("alice", {"*"}, 1);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(1, 1));
}

TEST(Subscription, GoesOnVisiblyWhereARelayKeepsItBeyondItsConnection) {
  RelayScript relay{{.defects = {Defect::keep_subscriptions}}};
  relay.enter({"alice", "bob"});
  relay.command("bob", "subscribe", {{"agents", {"alice"}}});
  relay.leave("bob");
  relay.join("bob");
  relay.heard("bob");
  relay.send("alice", {"*"}, 1);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(1, 1));
}

TEST(Subscription, EndsWithTheConnection) {
  RelayScript relay;
  relay.enter({"alice"});
  relay.command("alice", "subscribe", {{"agents", {"bob"}}});
  relay.leave("alice");
  relay.join("alice");
  relay.command("alice", "list_subscriptions");
  EXPECT_EQ(relay.heard_one("alice").at("payload").at("agents"), json::array());
}

}  // namespace
}  // namespace gauntlet::sim
