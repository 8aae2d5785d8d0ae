// The limits of the embedded relay, its patience, and what it costs.
#include <malloc.h>

#include "tests/sim/target/relay_script.hpp"

namespace gauntlet::sim {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

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

}  // namespace
}  // namespace gauntlet::sim
