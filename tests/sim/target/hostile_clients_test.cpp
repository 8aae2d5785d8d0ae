// Clients that send anything in any order: whatever comes, the contract with the driver holds (the
// script checks it), every request is answered, and the servers' own books balance.
#include "tests/sim/target/arena_script.hpp"
#include "tests/sim/target/relay_script.hpp"

namespace gauntlet::sim {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

class Chaos {
 public:
  explicit Chaos(std::uint64_t seed) : random_{seed} {}

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_.below(bound)); }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

  std::string bytes() {
    std::string text(below(40), ' ');
    for (char& c : text) c = static_cast<char>(random_.below(256));
    return text;
  }
  json value(int depth = 3) {
    switch (below(depth > 0 ? 9 : 7)) {
      case 0:
        return nullptr;
      case 1:
        return random_.chance(0.5);
      case 2:
        return static_cast<std::int64_t>(random_.next());
      case 3:
        return random_.unit() * 1e300;
      case 4:
        return below(4);
      case 5:
        return pick(words_);
      case 6:
        return json::array({pick(words_)});
      case 7:
        return json::array({value(depth - 1), value(depth - 1)});
      default:
        return object(depth - 1);
    }
  }
  json object(int depth = 3) {
    auto fields = json::object();
    for (std::size_t n = below(8); n > 0; --n) fields[pick(words_)] = value(depth);
    return fields;
  }
  const std::string& word() { return pick(words_); }
  /// JSON, cut JSON, or no JSON at all.
  std::string text() {
    if (below(5) == 0) return bytes();
    std::string whole = object().dump(-1, ' ', false, json::error_handler_t::replace);
    return below(5) == 0 ? whole.substr(0, below(whole.size() + 1)) : whole;
  }
  void learn(const std::vector<std::string>& words) {
    words_.insert(words_.end(), words.begin(), words.end());
  }

 private:
  Stream random_;
  std::vector<std::string> words_{"",        "*",     "relay",   "type",    "to",      "payload",
                                  "agents",  "ref",   "id",      "from",    "ts",      "agent_id",
                                  "round",   "seq",   "content", "tokens",  "score",   "prompt",
                                  "roundId", "token", "pin",     "message", "ü\u2028", "\x01"};
};

class HostileClients : public testing::TestWithParam<std::uint64_t> {};

TEST_P(HostileClients, CannotConfuseTheRelay) {
  Chaos chaos{GetParam()};
  RelayScript relay{{.double_delivery = true,
                     .messages_per_minute = 300,
                     .service_time = Exponential{2ms},
                     .queue_max = 5,
                     .stall = scenarios::Stall{.every = 1s, .lasting = 100ms},
                     .heartbeat = 1s,
                     .silence_max = 3s,
                     .drop_every = 11,
                     .duplicate_every = 7,
                     .reorder_every = 5}};
  const std::vector<std::string> names{"alice", "bob", "carol"};
  chaos.learn(names);
  chaos.learn({"subscribe", "unsubscribe", "list_subscriptions", "ping"});
  for (const auto& name : names) relay.enroll(name);
  const std::vector<std::string> paths{"/register", "/stats", "/health", "/arc", "/", ""};
  std::map<std::string, bool> here;
  for (int step = 0; step < 3000; ++step) {
    const std::string& name = chaos.pick(names);
    const auto text = chaos.text();
    switch (chaos.below(10)) {
      case 0:
        relay.ask({.method = chaos.pick<std::string>({"GET", "POST", "PUT"}),
                   .path = chaos.pick(paths),
                   .query = text,
                   .body = text});
        break;
      case 1:
        if (here[name]) relay.leave(name);
        here[name] = false;
        break;
      case 2:
        relay.connect(name, {.path = "/arc", .bearer = relay.tokens[name]});
        here[name] = true;
        break;
      case 3:
        if (here[name]) chaos.below(2) == 0 ? relay.ping(name) : relay.pong(name);
        relay.connect("mallory", {.path = chaos.pick(paths), .query = text, .bearer = text});
        break;
      case 4:
        relay.advance(std::chrono::milliseconds{chaos.below(100)});
        break;
      case 5:
      case 6:
        if (here[name]) relay.send(name, {chaos.pick(names), "*"}, chaos.value());
        break;
      case 7:
        if (here[name])
          relay.command(name, chaos.pick<std::string>({"subscribe", "unsubscribe", "ping"}),
                        {{"agents", {chaos.pick(names)}}});
        break;
      default:
        if (here[name]) relay.say_text(name, text);
    }
  }
  relay.advance(10min);
  EXPECT_EQ(relay.unanswered(), 0U);
  EXPECT_EQ(relay.relay.agents_online(), 0U) << "nobody answered pings for ten minutes";
  EXPECT_FALSE(relay.relay.next_deadline()) << "nothing is left to wait for";
  const auto& seen = relay.relay.seen();
  EXPECT_EQ(seen.messages, seen.routed + seen.commands + seen.errors + seen.rate_limited);
  EXPECT_GT(seen.deliveries, 100U);
  EXPECT_GT(seen.errors, 100U);
  for (const auto& name : names)
    if (here[name]) {
      for (const auto& message : relay.heard(name)) EXPECT_TRUE(message.is_object());
    }
}

TEST_P(HostileClients, CannotConfuseTheArena) {
  Chaos chaos{GetParam()};
  ArenaScript arena{{.pin_hash_rounds = 1,
                     .heartbeat = 1s,
                     .silence_max = 3s,
                     .requests_per_minute = 1000,
                     .stall = scenarios::Stall{.every = 1s, .lasting = 100ms},
                     .drop_token_every = 50}};
  const std::vector<std::string> names{"ana", "bea", "caio"};
  chaos.learn(names);
  const std::vector<std::string> types{"register",       "token",     "complete", "error",
                                       "telao_register", "heartbeat", "dance"};
  chaos.learn(types);
  const std::vector<std::string> paths{
      "/rounds",  "/rounds/start",   "/rounds/stop", "/votes",      "/presence", "/scoreboard",
      "/metrics", "/rounds/current", "/health",      "/export.csv", "/ws",       "/nowhere"};
  std::map<std::string, bool> here;
  std::map<std::pair<std::string, std::int64_t>, std::int64_t> next_seq;
  std::int64_t round = 0;
  arena.open_session();
  for (int step = 0; step < 3000; ++step) {
    const std::string& name = chaos.pick(names);
    const auto text = chaos.text();
    switch (chaos.below(12)) {
      case 0:
        arena.ask({.method = chaos.pick<std::string>({"GET", "POST", "PUT"}),
                   .path = chaos.pick(paths),
                   .query = text,
                   .body = text,
                   .peer = name});
        break;
      case 1:
        if (here[name]) arena.leave(name);
        here[name] = false;
        break;
      case 2:
        arena.TargetScript::connect(name, {.path = "/ws"});
        here[name] = true;
        arena.say(name, arena.registration(chaos.pick(names)));
        break;
      case 3:
        arena.advance(std::chrono::milliseconds{chaos.below(300)});
        break;
      case 4: {
        const auto made = arena.post("/rounds", {{"prompt", "p"}}).json();
        arena.round_id = made.is_object() ? made.value("id", "") : "";
        if (made.is_object()) round = made.value("index", round);
        arena.post("/rounds/start", {{"roundId", arena.round_id}});
        break;
      }
      case 5: {
        if (chaos.below(20) != 0) break;
        const auto session = arena.post("/session", {{"pinLength", chaos.below(9)}}).json();
        if (session.is_object()) arena.pin = session.value("pin", arena.pin);
        next_seq.clear();
        break;
      }
      case 6:
        arena.post("/votes", {{"roundId", arena.round_id},
                              {"participantId", name},
                              {"score", chaos.below(7)},
                              {"voterId", chaos.value()}});
        break;
      case 7:
        if (here[name]) arena.pong(name);
        break;
      case 8:
      case 9:
        if (here[name]) arena.token(name, round, next_seq[{name, round}]++, chaos.word());
        break;
      default: {
        if (!here[name]) break;
        auto message = chaos.object();
        message["type"] = chaos.pick(types);
        if (chaos.below(2) == 0) message["round"] = round;
        arena.say_text(name, chaos.below(4) == 0
                                 ? text
                                 : message.dump(-1, ' ', false, json::error_handler_t::replace));
      }
    }
  }
  arena.advance(10min);
  EXPECT_EQ(arena.unanswered(), 0U);
  EXPECT_EQ(arena.arena.participants_online(), 0U) << "nobody answered pings for ten minutes";
  EXPECT_EQ(arena.arena.observers_online(), 0U);
  EXPECT_FALSE(arena.arena.next_deadline()) << "nothing is left to wait for";
  EXPECT_GT(arena.arena.seen().malformed, 100U);
  EXPECT_GT(arena.arena.seen().tokens_accepted, 10U);
}

INSTANTIATE_TEST_SUITE_P(Seed, HostileClients, testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace gauntlet::sim
