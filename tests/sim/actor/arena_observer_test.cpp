#include "sim/actor/arena_observer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/sim/actor/stage.hpp"
#include "tests/support/machine_script.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::Gauge;
using metrics::LedgerEvent;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using namespace std::chrono_literals;

scenarios::Scenario with_observers() {
  auto scenario = arena_scenario(participants(3), {});
  scenario.population.emplace_back(scenarios::Observers{.count = 1});
  return scenario;
}

struct Play {
  Stage stage{with_observers()};
  ArenaObserver observer{stage.crew, stage.plan.observers.at(0)};
  MachineScript script{observer};

  Play& connect() {
    script.feed(Start{}).feed(Connected{});
    return *this;
  }
};

TEST(ArenaObserver, AsksForTheScreenWithoutAPin) {
  Play play;
  play.connect();
  EXPECT_THAT(play.script.take(), ElementsAre(StartsWith("connect arena_socket"),
                                              R"(send {"type":"telao_register","view":"arena"})"));
}

TEST(ArenaObserver, IsInWithAnyOfTheAcknowledgements) {
  for (const std::string_view ack :
       {R"({"type":"registered_telao"})", R"({"type":"telao_registered"})",
        R"({"type":"state_snapshot","participants":[]})"}) {
    Play play;
    play.connect().script.feed(Received{ack}).feed(Received{ack});
    EXPECT_THAT(play.script.tracked(), SizeIs(1)) << ack;
    EXPECT_EQ(play.script.tracked().at(0).what, LedgerEvent::What::entered);
    EXPECT_EQ(play.script.gauge(Gauge::arena_observers), 1);
  }
}

TEST(ArenaObserver, TracksTheTokensOfOurParticipantsOnly) {
  Play play;
  play.connect().script.feed(Received{R"({"type":"registered_telao"})"});
  play.script.until(2s)
      .feed(Received{R"({"type":"token_update","participant_id":"gauntlet-0badcafe-p2",)"
                     R"("round":3,"seq":8,"content":"x","total_tokens":9})"})
      .feed(Received{R"({"type":"token_update","participant_id":"gauntlet-0badcafe-p3",)"
                     R"("round":3,"seq":8,"content":"x"})"})
      .feed(Received{R"({"type":"token_update","participant_id":"gauntlet-0badcafe-p02",)"
                     R"("round":3,"seq":8,"content":"x"})"})
      .feed(
          Received{R"({"type":"token_update","participant_id":"gauntlet-0badcafe-p2","round":3})"});
  const auto arrived = play.script.tracked(LedgerEvent::What::arrived);
  ASSERT_THAT(arrived, SizeIs(1));
  EXPECT_EQ(arrived[0].message, (metrics::MessageKey{2, 3, 8}));
  EXPECT_EQ(arrived[0].at, at(2s));
  EXPECT_EQ(play.script.count(Counter::arena_malformed), 1) << "no seq";
}

TEST(ArenaObserver, CountsCompletionsAndStrangeMessagesAndIgnoresTheRest) {
  Play play;
  play.connect().script.feed(Received{R"({"type":"registered_telao"})"});
  play.script.take();
  for (const std::string_view text :
       {R"({"type":"completion","participant_id":"x","round":1,"tokens":3})",
        R"({"type":"round_started","round":1})", R"({"type":"round_state","round":{}})",
        R"({"type":"participant_registered"})", R"({"type":"participant_disconnected","ts":1})",
        R"({"type":"heartbeat"})", R"({"type":"perception"})", "null"})
    play.script.feed(Received{text});
  EXPECT_EQ(play.script.count(Counter::arena_completions_seen), 1);
  EXPECT_EQ(play.script.count(Counter::arena_unknown), 1);
  EXPECT_EQ(play.script.count(Counter::arena_malformed), 1);
  EXPECT_THAT(play.script.take(), IsEmpty());
}

TEST(ArenaObserver, IsOwedNothingWhileItIsAway) {
  Play play;
  play.connect().script.feed(Received{R"({"type":"registered_telao"})"});
  play.script.feed(Closed{1006, "", Outcome::closed_early}).until(1s);
  EXPECT_THAT(play.script.tracked(LedgerEvent::What::left), SizeIs(1));
  EXPECT_EQ(play.script.gauge(Gauge::arena_observers), 0);
  play.script.feed(Connected{}).feed(Received{R"({"type":"state_snapshot"})"});
  EXPECT_THAT(play.script.tracked(LedgerEvent::What::entered), SizeIs(2));
  play.script.feed(Leave{}).feed(Closed{1000, "", Outcome::closed_by_peer});
  EXPECT_TRUE(play.observer.done());
  EXPECT_THAT(play.script.tracked(LedgerEvent::What::left), SizeIs(2));
  EXPECT_EQ(play.script.failures(), 1);
}

}  // namespace
}  // namespace gauntlet::sim
