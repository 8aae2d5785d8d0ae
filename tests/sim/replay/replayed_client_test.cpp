// One actor of a recording, with a target that behaves otherwise than the recorded one did.
#include "sim/replay/replayed_client.hpp"

#include <gtest/gtest.h>

#include "tests/sim/recording/entries.hpp"
#include "tests/support/machine_script.hpp"

namespace gauntlet::sim::replay {
namespace {

using namespace std::chrono_literals;
using metrics::Counter;
using recording::Entry;
using recording::Hidden;
using recording::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kRelayHttp = 2;
constexpr std::uint64_t kRelaySocket = 3;

/// A recording of one agent, entry by entry, and that agent played once more.
class Played {
 public:
  explicit Played(const std::vector<Entry>& entries, Secret pin = {}) {
    std::vector<recording::OwnedEntry> all;
    all.emplace_back(Entry{.kind = Kind::starts, .actor = 0, .at = {}, .text = {"agent"}});
    for (const Entry& entry : entries) all.emplace_back(entry);
    bytes_ = recording::file_of(all, 100);
    script_.emplace(Script::read(bytes_).value());
    stage_.emplace(Stage{.script = *script_, .pin = std::move(pin)});
    client_.emplace(*stage_, script_->parts().front());
    play.emplace(*client_);
    play->feed(Start{});
  }
  bool done() const { return client_->done(); }

 private:
  std::string bytes_;
  std::optional<Script> script_;
  std::optional<Stage> stage_;
  std::optional<ReplayedClient> client_;

 public:
  std::optional<MachineScript> play;
};

Entry entry(Kind kind, Duration when) { return {.kind = kind, .actor = 0, .at = at(when)}; }
Entry dials(Duration when, bool with_token = false) {
  Entry dial = entry(Kind::connects, when);
  dial.place = kRelaySocket;
  dial.number = with_token ? 1 : 0;
  return dial;
}
Entry says(Duration when, std::string_view text) {
  Entry say = entry(Kind::says, when);
  say.text.words = text;
  return say;
}
Entry registers(Duration when) {
  Entry ask = entry(Kind::asks, when);
  ask.place = kRelayHttp;
  ask.number = 1;
  ask.text.words = "/register";
  ask.body.words = R"({"agent_id":"old"})";
  return ask;
}
Entry answered(Duration when) {
  Entry answer = entry(Kind::answered, when);
  answer.number = 200;
  answer.text.words = R"({"agent_id":"old","token":""})";
  return answer;
}

TEST(ReplayedClient, WaitsForItsConnectionAndSaysInWhichMeasureItIsLate) {
  Played agent{{dials(0ms), entry(Kind::connected, 1ms), says(10ms, "a"), says(20ms, "b")}};
  EXPECT_THAT(agent.play->take(), ElementsAre("connect relay_socket "));
  agent.play->until(100ms);
  EXPECT_THAT(agent.play->take(), IsEmpty());
  agent.play->feed(Connected{});
  EXPECT_THAT(agent.play->take(), ElementsAre("send a", "send b"));
  EXPECT_THAT(agent.play->samples(metrics::Series::replay_lateness), ElementsAre(90ms, 80ms));
  EXPECT_THAT(agent.play->intended(), ElementsAre(at(100ms), at(100ms)))
      << "that is the target's doing, not the generator's";
}

TEST(ReplayedClient, ConnectsWithTheTokenThatItGotAndUsesTheNamesThatWereGiven) {
  Played agent{{registers(0ms), answered(1ms), dials(2ms, true), says(5ms, R"({"to":["old"]})")}};
  EXPECT_THAT(agent.play->take(), ElementsAre(R"(post relay_http /register {"agent_id":"old"})"));
  agent.play->until(3ms).feed(HttpReply{200, R"({"agent_id":"new","token":"tok_1"})"});
  EXPECT_THAT(agent.play->take(), ElementsAre("connect relay_socket tok_1"));
  agent.play->feed(Connected{}).until(5ms);
  EXPECT_THAT(agent.play->take(), ElementsAre(R"(send {"to":["new"]})"));
}

TEST(ReplayedClient, TakesAnyIdWhenItsOwnIsTaken) {
  Played agent{{registers(0ms), answered(1ms), dials(2ms, true)}};
  agent.play->take();
  agent.play->feed(HttpReply{400, R"({"error":"agent_id_taken"})"});
  EXPECT_THAT(agent.play->take(), ElementsAre("post relay_http /register {}"));
  agent.play->feed(HttpReply{200, R"({"agent_id":"new","token":"tok_2"})"}).until(2ms);
  EXPECT_THAT(agent.play->take(), ElementsAre("connect relay_socket tok_2"));
  EXPECT_EQ(agent.play->failures(), 0U);
}

TEST(ReplayedClient, TakesAnyIdEachTimeThatItsOwnIsTaken) {
  Played agent{{registers(0ms), answered(1ms), registers(5ms), answered(6ms)}};
  for (const auto* granted :
       {R"({"agent_id":"new","token":"t"})", R"({"agent_id":"newer","token":"t"})"}) {
    agent.play->take();
    agent.play->feed(HttpReply{400, R"({"error":"agent_id_taken"})"});
    EXPECT_THAT(agent.play->take(), ElementsAre("post relay_http /register {}"));
    agent.play->feed(HttpReply{200, granted}).until(5ms);
  }
  EXPECT_EQ(agent.play->failures(), 0U);
}

TEST(ReplayedClient, RegistersWhereItsTokenCameFromElsewhere) {
  Played agent{{dials(0ms, true)}};
  EXPECT_THAT(agent.play->take(), ElementsAre("post relay_http /register {}"));
  agent.play->feed(HttpReply{200, R"({"agent_id":"new","token":"tok_3"})"});
  EXPECT_THAT(agent.play->take(), ElementsAre("connect relay_socket tok_3"));
}

TEST(ReplayedClient, WaitsForTheGreetingWhereThereWasOneAndNotForever) {
  Entry welcome = entry(Kind::hears, 2ms);
  welcome.text.words = "welcome";
  const std::vector<Entry> entries{dials(0ms), welcome, says(2ms, "a"), says(9ms, "b")};
  Played greeted{entries};
  greeted.play->feed(Connected{}).until(5ms);
  EXPECT_THAT(greeted.play->take(), ElementsAre("connect relay_socket "));
  greeted.play->feed(Received{"hello"});
  EXPECT_THAT(greeted.play->take(), ElementsAre("send a"));
  Played ignored{entries};
  ignored.play->feed(Connected{}).until(1min);
  EXPECT_THAT(ignored.play->take(), ElementsAre("connect relay_socket ", "send a", "send b"));
}

TEST(ReplayedClient, IsNotDoneBeforeItsLastQuestionIsAnsweredOrGivenUp) {
  const std::vector<Entry> entries{registers(0ms), answered(1ms), entry(Kind::is_done, 2ms)};
  Played heard{entries};
  heard.play->until(5ms);
  EXPECT_FALSE(heard.done());
  heard.play->feed(HttpReply{200, R"({"agent_id":"old","token":"tok_4"})"});
  EXPECT_TRUE(heard.done());
  Played ignored{entries};
  ignored.play->until(1min);
  EXPECT_TRUE(ignored.done());
}

TEST(ReplayedClient, SaysNothingOnAConnectionThatItLost) {
  Played agent{{dials(0ms), says(10ms, "a"), says(20ms, "b"), dials(30ms), says(40ms, "c")}};
  agent.play->feed(Connected{}).until(10ms).feed(Closed{1006, {}, Outcome::reset});
  agent.play->until(30ms).feed(Connected{}).until(40ms);
  EXPECT_THAT(agent.play->take(),
              ElementsAre("connect relay_socket ", "send a", "connect relay_socket ", "send c"));
  EXPECT_EQ(agent.play->count(Counter::replay_offered), 3U);
  EXPECT_EQ(agent.play->count(Counter::replay_sent), 2U);
  EXPECT_EQ(agent.play->count(Counter::replay_unsent), 1U);
  EXPECT_EQ(agent.play->count(Counter::replay_cuts), 1U);
  EXPECT_EQ(agent.play->gauge(metrics::Gauge::relay_agents), 1);
}

TEST(ReplayedClient, WaitsForThePinBeforeItSaysIt) {
  const std::vector<recording::Blank> pin{{8, Hidden::pin}};
  Entry join = says(10ms, R"({"pin":""})");
  join.text.blanks = pin;
  Played agent{{dials(0ms), join}};
  agent.play->feed(Connected{}).until(50ms);
  agent.play->take();
  agent.play->feed(Announced{"4711"});
  EXPECT_THAT(agent.play->take(), ElementsAre(R"(send {"pin":"4711"})"));
}

TEST(ReplayedClient, GivesUpAConnectionThatNobodyAnswers) {
  Played agent{{dials(0ms), says(10ms, "a")}};
  agent.play->take();
  agent.play->until(ReplayedClient::kPatience);
  EXPECT_THAT(agent.play->take(), ElementsAre("abort"));
  EXPECT_EQ(agent.play->count(metrics::relay_failure(Outcome::timed_out)), 1U);
  EXPECT_EQ(agent.play->count(Counter::replay_unsent), 1U);
}

TEST(ReplayedClient, AccountsForWhatItHasNotSaidWhenItHasToLeave) {
  Played agent{{dials(0ms), says(10ms, "a"), says(1h, "b"), entry(Kind::is_done, 2h)}};
  agent.play->feed(Connected{}).until(20ms).feed(Leave{});
  EXPECT_THAT(agent.play->take(), ElementsAre("connect relay_socket ", "send a", "close 1000"));
  EXPECT_EQ(agent.play->count(Counter::replay_unsent), 1U);
  EXPECT_FALSE(agent.done());
  agent.play->feed(Closed{1000, {}, Outcome::closed_by_peer});
  EXPECT_TRUE(agent.done());
  EXPECT_EQ(agent.play->count(Counter::replay_cuts), 0U);
}

}  // namespace
}  // namespace gauntlet::sim::replay
