// The embedded relay against the rules of ARC, as clients see them.
#include <malloc.h>

#include "tests/sim/target/relay_script.hpp"

namespace gauntlet::sim {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Options = scenarios::RelayOptions;

// ---- Registration.

TEST(Registration, GivesTheChosenIdAndAToken) {
  RelayScript relay;
  const auto answer = relay.enroll("alice");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json().at("agent_id"), "alice");
  EXPECT_TRUE(answer.json().at("token").get<std::string>().starts_with("tok_"));
  EXPECT_EQ(relay.relay.seen().registered, 1U);
}

TEST(Registration, AssignsAnIdWhenNoneIsChosen) {
  RelayScript relay;
  const auto first = relay.post("/register", json::object()).json();
  const auto second = relay.post("/register", {{"agent_id", nullptr}}).json();
  EXPECT_TRUE(Roster::well_formed(first.at("agent_id").get<std::string>()));
  EXPECT_NE(first.at("agent_id"), second.at("agent_id"));
  EXPECT_NE(first.at("token"), second.at("token"));
}

TEST(Registration, RefusesATakenIdEvenAfterItsAgentLeft) {
  RelayScript relay;
  relay.enter({"alice"});
  relay.leave("alice");
  const auto answer = relay.enroll("alice");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.error(), "agent_id_taken");
}

TEST(Registration, RefusesIdsThatArcDoesNotAllow) {
  RelayScript relay;
  for (const json& id :
       {json("ab"), json(std::string(65, 'a')), json("-ab"), json("ab-"), json("Alice"),
        json("a b"), json("äöü"), json(""), json("relay"), json(7), json::array()}) {
    const auto answer = relay.post("/register", {{"agent_id", id}});
    EXPECT_EQ(answer.status, 400) << id;
    EXPECT_EQ(answer.error(), "invalid_agent_id") << id;
  }
  EXPECT_EQ(relay.enroll(std::string(64, 'a')).status, 200);
  EXPECT_EQ(relay.enroll("a-1").status, 200);
}

TEST(Registration, RefusesABodyThatIsNotAJsonObject) {
  RelayScript relay;
  for (const std::string_view body :
       {"", "{", "[]", "\"alice\"", "null", "{\"agent_id\":\"\xff\"}"}) {
    const auto answer = relay.ask({.method = "POST", .path = "/register", .body = body});
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.error(), "invalid_json") << body;
  }
}

TEST(Registration, IsLimitedPerMinute) {
  RelayScript relay{{.registrations_per_minute = 2}};
  EXPECT_EQ(relay.enroll("alice").status, 200);
  EXPECT_EQ(relay.enroll("bob").status, 200);
  const auto answer = relay.enroll("carol");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.error(), "rate_limited");
  relay.advance(60s);
  EXPECT_EQ(relay.enroll("carol").status, 200);
}

TEST(RelayHttp, AnswersWrongMethodsAndPaths) {
  RelayScript relay;
  EXPECT_EQ(relay.get("/register").status, 405);
  EXPECT_EQ(relay.post("/stats", {}).status, 405);
  EXPECT_EQ(relay.get("/nowhere").status, 404);
  EXPECT_EQ(relay.get("/arc").status, 426);
  EXPECT_EQ(relay.get("/health").status, 200);
}

TEST(RelayHttp, IsOnTheSecondPortWhenSetApart) {
  RelayScript relay{{.register_port_apart = true}};
  EXPECT_EQ(relay.ask({.method = "POST", .path = "/register", .body = "{}"}).status, 404);
  const auto answer = relay.ask({.method = "POST", .path = "/register", .body = "{}", .port = 1});
  ASSERT_EQ(answer.status, 200);
  const auto token = answer.json().at("token").get<std::string>();
  EXPECT_EQ(relay.connect("a", {.path = "/arc", .bearer = token, .port = 1}).status, 404);
  EXPECT_EQ(relay.connect("a", {.path = "/arc", .bearer = token}).status, 101);
}

TEST(RelayHttp, StatsCountAgentsAndMessages) {
  RelayScript relay;
  relay.enter({"alice", "bob"});
  relay.enroll("carol");
  relay.send("alice", {"*"}, 1);
  const auto stats = relay.get("/stats").json();
  EXPECT_EQ(stats.at("registered_agents"), 3);
  EXPECT_EQ(stats.at("connected_agents"), 2);
  EXPECT_EQ(stats.at("agents").at(2), (json{{"agent_id", "carol"}, {"connected", false}}));
  EXPECT_EQ(stats.at("messages").at("received"), 1);
  EXPECT_EQ(stats.at("messages").at("delivered"), 1);
  EXPECT_EQ(relay.get("/stats").body.find("tok_"), std::string::npos);
}

// ---- Getting in.

TEST(Connection, IsWelcomedWithFieldsInBothPlaces) {
  RelayScript relay;
  relay.enroll("alice");
  relay.advance(1500ms);
  relay.connect("alice", {.path = "/arc", .bearer = relay.tokens["alice"]});
  const auto welcome = relay.heard_one("alice");
  EXPECT_EQ(welcome.at("type"), "welcome");
  EXPECT_EQ(welcome.at("from"), "relay");
  EXPECT_EQ(welcome.at("to"), json::array({"alice"}));
  EXPECT_EQ(welcome.at("ts"), kEpochMs + 1500);
  EXPECT_TRUE(welcome.contains("id"));
  for (const char* field : {"relay", "version", "capabilities", "extensions", "limits"}) {
    EXPECT_TRUE(welcome.contains(field)) << field;
    EXPECT_EQ(welcome.at("payload").at(field), welcome.at(field));
  }
  EXPECT_EQ(welcome.at("limits").at("message_bytes_max"), 65536);
}

TEST(Connection, IsNotWelcomedByARelayThatSendsNone) {
  RelayScript relay{{.welcome = false}};
  relay.enroll("alice");
  relay.connect("alice", {.path = "/arc", .bearer = relay.tokens["alice"]});
  EXPECT_THAT(relay.heard("alice"), IsEmpty());
}

TEST(Connection, TakesThePercentDecodedTokenOfTheQuery) {
  RelayScript relay;
  relay.enroll("alice");
  std::string query = "x=1&token=" + relay.tokens["alice"];
  query.replace(query.find("tok_"), 4, "%74ok%5F");
  EXPECT_EQ(relay.connect("alice", {.path = "/arc", .query = query}).status, 101);
}

TEST(Connection, IsRefusedWithABadTokenOrPath) {
  RelayScript relay;
  relay.enroll("alice");
  const std::string token = relay.tokens["alice"];
  const std::string other = token.substr(0, token.size() - 1) + (token.back() == '0' ? '1' : '0');
  for (const std::string& bad : {std::string{}, std::string{"tok_"}, std::string{"nonsense"}, other,
                                 token + "0", "tok_ffffffff" + token.substr(12)}) {
    const auto answer = relay.connect("alice", {.path = "/arc", .bearer = bad});
    EXPECT_EQ(answer.status, 401) << bad;
    EXPECT_EQ(answer.error(), "unauthorized");
  }
  EXPECT_EQ(relay.connect("alice", {.path = "/other", .bearer = token}).status, 404);
  EXPECT_EQ(relay.relay.seen().connected, 0U);
}

TEST(Connection, IsClosedWith4001ByARelayThatAcceptsFirst) {
  RelayScript relay{{.bad_token = Options::BadToken::close_4001}};
  EXPECT_EQ(relay.connect("mallory", {.path = "/arc", .bearer = "tok_bad"}).status, 101);
  EXPECT_EQ(relay.hung_up("mallory"), 4001);
  relay.send("mallory", {"*"}, 1);
  EXPECT_EQ(relay.relay.seen().messages, 0U);
}

TEST(Connection, ReplacesTheAgentsEarlierOne) {
  RelayScript relay;
  relay.enter({"alice", "bob"});
  relay.connect("alice again", {.path = "/arc", .bearer = relay.tokens["alice"]});
  relay.heard("alice again");
  EXPECT_EQ(relay.hung_up("alice"), 4000);
  relay.send("bob", {"alice"}, "to the new one");
  EXPECT_EQ(relay.heard_one("alice again").at("payload"), "to the new one");
  relay.leave("alice");  // the old connection's end ends nothing else
  relay.send("bob", {"alice"}, "still there");
  EXPECT_EQ(relay.heard_one("alice again").at("payload"), "still there");
  EXPECT_EQ(relay.relay.agents_online(), 2U);
}

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

TEST(Subscription, EndsWithTheConnection) {
  RelayScript relay;
  relay.enter({"alice"});
  relay.command("alice", "subscribe", {{"agents", {"bob"}}});
  relay.leave("alice");
  relay.join("alice");
  relay.command("alice", "list_subscriptions");
  EXPECT_EQ(relay.heard_one("alice").at("payload").at("agents"), json::array());
}

// ---- Limits and load.

TEST(MessageLimit, ClosesWith4029AndLetsTheAgentBackLater) {
  RelayScript relay{{.messages_per_minute = 2, .silence_max = 0s}};
  relay.enter({"alice", "bob"});
  for (int n = 0; n < 3; ++n) relay.send("alice", {"bob"}, n);
  EXPECT_EQ(relay.hung_up("alice"), 4029);
  EXPECT_FALSE(relay.hung_up("bob"));
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(0, 1));
  EXPECT_EQ(relay.relay.seen().rate_limited, 1U);
  relay.advance(60s);
  relay.join("alice");
  relay.send("alice", {"bob"}, 3);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(3));
}

TEST(MessageLimit, AnswersWithAnErrorWhereItIsToldTo) {
  RelayScript relay{{.messages_per_minute = 2,
                     .rate_limit = scenarios::RelayOptions::RateLimit::error,
                     .silence_max = 0s}};
  relay.enter({"alice", "bob"});
  for (int n = 0; n < 4; ++n) relay.send("alice", {"bob"}, n);
  EXPECT_FALSE(relay.hung_up("alice"));
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(0, 1));
  const auto errors = relay.payloads("alice");
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[0].at("code"), "rate_limited");
  relay.advance(60s);
  relay.send("alice", {"bob"}, 4);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(4));
}

TEST(ServiceTime, IsSpentOnOneMessageAfterAnother) {
  RelayScript relay{{.service_time = Constant{10ms}}};
  relay.enter({"alice", "bob"});
  for (int n = 0; n < 3; ++n) relay.send("alice", {"bob"}, n);
  EXPECT_THAT(relay.heard("bob"), IsEmpty());
  relay.advance(10ms);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(0));
  relay.advance(19ms);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(1));
  relay.advance(1ms);
  const auto last = relay.heard_one("bob");
  EXPECT_EQ(last.at("payload"), 2);
  EXPECT_EQ(last.at("ts"), kEpochMs + 30);
}

TEST(ServiceTime, DeliversWhatAnAgentSentBeforeItLeft) {
  RelayScript relay{{.service_time = Constant{10ms}}};
  relay.enter({"alice", "bob"});
  relay.send("alice", {"bob"}, "last words");
  relay.leave("alice");
  relay.advance(10ms);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre("last words"));
  EXPECT_EQ(relay.relay.agents_online(), 1U);
}

TEST(FullQueue, RefusesWithAnErrorAndKeepsTheRest) {
  RelayScript relay{{.service_time = Constant{10ms}, .queue_max = 2}};
  relay.enter({"alice", "bob"});
  for (int n = 0; n < 5; ++n) relay.send("alice", {"bob"}, n);  // one in service, two wait
  const auto errors = relay.heard("alice");
  ASSERT_THAT(errors, SizeIs(2));
  EXPECT_EQ(errors[0].at("payload").at("code"), "overloaded");
  relay.advance(1s);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(0, 1, 2));
}

TEST(RelayStall, HoldsEverythingUntilItEnds) {
  RelayScript relay{{.stall = scenarios::Stall{.every = 1s, .lasting = 300ms}}};
  relay.enter({"alice", "bob"});
  relay.advance(1100ms);
  relay.send("alice", {"bob"}, 1);
  EXPECT_EQ(relay.get("/health").status, 0) << "answered during the stall";
  relay.advance(199ms);
  EXPECT_THAT(relay.heard("bob"), IsEmpty());
  relay.advance(1ms);
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(1));
  EXPECT_EQ(relay.get("/health").status, 200);
}

TEST(IdleAgent, CostsTheRelayLessThan400Bytes) {
  constexpr std::size_t kAgents = 10'000;
  const std::size_t before = mallinfo2().uordblks;
  if (before == 0) GTEST_SKIP() << "this allocator does not count";
  EmbeddedRelay relay{{}, Stream{1}, kEpochMs};
  TargetOutbox out;
  for (std::size_t n = 0; n < kAgents; ++n) {
    const std::string body = json{{"agent_id", "gauntlet-0123abcd-" + std::to_string(n)}}.dump();
    relay.handle(at(0s), 2 * n, Asked{.method = "POST", .path = "/register", .body = body}, out);
    const auto& respond = std::get<Respond>(out.effects().front().effect);
    const auto token = json::parse(out.text(respond.body)).at("token").get<std::string>();
    out.clear();
    relay.handle(at(0s), 2 * n + 1, Asked{.upgrade = true, .path = "/arc", .bearer = token}, out);
    out.clear();
  }
  ASSERT_EQ(relay.agents_online(), kAgents);
  EXPECT_LT((mallinfo2().uordblks - before) / kAgents, 400U);
}

// ---- Being alive.

TEST(SilentAgent, IsAskedForASignOfLifeAndThenDropped) {
  RelayScript relay;  // asked after 30 s, dropped after 60 s
  relay.enter({"alive", "dead"});
  relay.advance(30s - 1ns);
  EXPECT_EQ(relay.probes("alive") + relay.probes("dead"), 0U);
  relay.advance(1ns);
  EXPECT_EQ(relay.probes("alive"), 1U);
  EXPECT_EQ(relay.probes("dead"), 1U);
  relay.pong("alive");
  relay.advance(30s - 1ns);
  EXPECT_TRUE(relay.open("dead"));
  relay.advance(1ns);
  EXPECT_EQ(relay.hung_up("dead"), 4008);
  EXPECT_TRUE(relay.open("alive"));
  EXPECT_EQ(relay.relay.seen().silent, 1U);
  EXPECT_EQ(relay.relay.agents_online(), 1U);

  relay.leave("dead");  // its socket's end ends nothing else
  relay.join("dead");
  relay.advance(60s - 1ns);
  EXPECT_TRUE(relay.open("dead")) << "a new connection begins anew";
}

TEST(SilentAgent, IsNobodyFromWhomAnythingCame) {
  RelayScript relay;
  relay.enter({"talker", "pinger", "ponger", "babbler"});
  for (int n = 0; n < 10; ++n) {
    relay.advance(29s);
    relay.send("talker", {"nobody"}, n);
    relay.ping("pinger");
    relay.pong("ponger");
    relay.say_text("babbler", "{");
  }
  for (const char* name : {"talker", "pinger", "ponger", "babbler"}) {
    EXPECT_TRUE(relay.open(name)) << name;
    EXPECT_EQ(relay.probes(name), 0U) << name;
  }
  relay.advance(60s);
  EXPECT_EQ(relay.relay.seen().silent, 4U);
  EXPECT_FALSE(relay.relay.next_deadline()) << "nobody is left to wait for";
}

TEST(SilentAgent, IsNotOneWhoseMessagesWaitForService) {
  RelayScript relay{{.service_time = Constant{70s}}};
  relay.enter({"alice", "bob"});
  for (int n = 0; n < 5; ++n) {
    relay.send("alice", {"bob"}, n);
    relay.pong("bob");
    relay.advance(50s);
  }
  EXPECT_TRUE(relay.open("alice"));
  EXPECT_THAT(relay.payloads("bob"), ElementsAre(0, 1, 2));
}

TEST(SilentAgent, IsAskedAgainAtEachHeartbeat) {
  RelayScript relay{{.heartbeat = 10s, .silence_max = 35s}};
  relay.enter({"alice"});
  relay.advance(34s);
  EXPECT_EQ(relay.probes("alice"), 3U);
  EXPECT_TRUE(relay.open("alice"));
  relay.advance(1s);
  EXPECT_EQ(relay.hung_up("alice"), 4008);
}

TEST(SilentAgent, IsOnlyAskedOrOnlyDroppedWhereTheRelayIsToldSo) {
  RelayScript patient{{.silence_max = 0s}};
  patient.enter({"alice"});
  patient.advance(10min);
  EXPECT_EQ(patient.probes("alice"), 20U);
  EXPECT_TRUE(patient.open("alice"));

  RelayScript curt{{.heartbeat = 0s}};
  curt.enter({"alice"});
  curt.advance(60s);
  EXPECT_EQ(curt.probes("alice"), 0U);
  EXPECT_EQ(curt.hung_up("alice"), 4008);

  RelayScript indifferent{{.heartbeat = 0s, .silence_max = 0s}};
  indifferent.enter({"alice"});
  EXPECT_FALSE(indifferent.relay.next_deadline());
}

TEST(SilentAgent, IsLookedForRarelyHoweverMuchIsSaid) {
  EmbeddedRelay relay{{}, Stream{1}, kEpochMs};
  TargetOutbox out;
  relay.handle(at(0s), 1,
               Asked{.method = "POST", .path = "/register", .body = R"({"agent_id":"alice"})"},
               out);
  const auto token = json::parse(out.text(std::get<Respond>(out.effects().front().effect).body))
                         .at("token")
                         .get<std::string>();
  relay.handle(at(0s), 2, Asked{.upgrade = true, .path = "/arc", .bearer = token}, out);
  int looks = 0;
  for (Instant now = at(0s); now < at(5min); now += 10ms) {
    if (*relay.next_deadline() <= now) {
      ++looks;
      relay.handle(now, 0, TimeCame{}, out);
    }
    relay.handle(now, 2, PeerPonged{}, out);
  }
  EXPECT_LE(looks, 10);
}

// ---- Flaws: the numbers are known beforehand.

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
