// How agents register with the embedded relay and get in, by ARC's rules.
#include "tests/sim/target/relay_script.hpp"

namespace gauntlet::sim {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using testing::IsEmpty;
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

TEST(Connection, IsClosedWith4001WhenTheTokenHasExpired) {
  RelayScript relay{{.token_lifetime = 1h}};
  relay.enroll("alice");
  relay.enroll("bob");
  relay.advance(59min);
  relay.join("alice");
  relay.advance(1min);
  EXPECT_EQ(relay.connect("bob", {.path = "/arc", .bearer = relay.tokens["bob"]}).status, 101);
  EXPECT_EQ(relay.hung_up("bob"), 4001);
  EXPECT_EQ(relay.relay.seen().connections_refused, 1U);
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

}  // namespace
}  // namespace gauntlet::sim
