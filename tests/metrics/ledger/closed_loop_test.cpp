#include "metrics/ledger/closed_loop.hpp"

#include <gtest/gtest.h>

#include "metrics/record/snapshot.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;
using What = LedgerEvent::What;

class ClosedLoopTest : public testing::Test {
 protected:
  void sent(ActorId sender, std::uint32_t n, Duration when, ActorId receiver = 9,
            MessageKind kind = MessageKind::direct, std::uint32_t lane = 0) {
    loop.add({.what = What::sent_to,
              .kind = kind,
              .actor = receiver,
              .message = {sender, lane, n},
              .at = at(when),
              .intended = at(when)});
  }
  void arrived(ActorId sender, std::uint32_t n, Duration when, ActorId receiver = 9,
               std::uint32_t lane = 0) {
    loop.add(
        {.what = What::arrived, .actor = receiver, .message = {sender, lane, n}, .at = at(when)});
  }
  const Histogram* times(Window window = Window::measured) const {
    return recorder.histogram(Series::relay_delivery_closed_loop, window);
  }

  Recorder recorder;
  ClosedLoop loop{{.warm_up_begins = at(0s), .warm_up_ends = at(1s)}, recorder};
};

TEST_F(ClosedLoopTest, LeavesOutWhatWasSentWhileAnEarlierMessageWasUnderWay) {
  sent(0, 0, 10s);
  sent(0, 1, 10'100ms);  // such a tool would still wait
  sent(0, 2, 10'200ms);
  arrived(0, 0, 10'500ms);
  arrived(0, 1, 10'500ms);
  arrived(0, 2, 10'500ms);
  sent(0, 3, 10'600ms);
  arrived(0, 3, 10'601ms);
  ASSERT_NE(times(), nullptr);
  EXPECT_EQ(times()->count(), 2U);
  EXPECT_EQ(times()->max(), 500ms);
  EXPECT_EQ(times()->min(), 1ms);
}

TEST_F(ClosedLoopTest, KeepsAgentsApart) {
  sent(0, 0, 10s);
  sent(1, 0, 10s);
  arrived(1, 0, 10'002ms);
  arrived(0, 0, 10'004ms);
  EXPECT_EQ(times()->count(), 2U);
}

TEST_F(ClosedLoopTest, TakesTheFirstArrivalForTheReply) {
  sent(0, 0, 10s, 8);
  sent(0, 0, 10s, 9);
  arrived(0, 0, 10'003ms, 9);
  arrived(0, 0, 10'007ms, 8);
  EXPECT_EQ(times()->count(), 1U);
  EXPECT_EQ(times()->max(), 3ms);
}

TEST_F(ClosedLoopTest, DoesNotMistakeAnAnswerForTheMessage) {
  sent(0, 0, 10s);
  sent(0, 0, 10s, 9, MessageKind::answer, 1);
  arrived(0, 0, 10'002ms, 9, 1);
  EXPECT_EQ(times(), nullptr);
  arrived(0, 0, 10'005ms);
  EXPECT_EQ(times()->max(), 5ms);
}

TEST_F(ClosedLoopTest, GivesUpAfterAWhileAndMeasuresNothing) {
  sent(0, 0, 10s);
  sent(0, 1, 10s + ClosedLoop::kPatience);
  arrived(0, 0, 21s);
  EXPECT_EQ(times(), nullptr);
  arrived(0, 1, 10s + ClosedLoop::kPatience + 2ms);
  EXPECT_EQ(times()->count(), 1U);
}

TEST_F(ClosedLoopTest, WaitsNoLongerOnAConnectionThatIsLost) {
  sent(0, 0, 10s);
  loop.add({.what = What::left, .actor = 0, .at = at(11s)});
  sent(0, 1, 12s);
  arrived(0, 1, 12'001ms);
  EXPECT_EQ(times()->count(), 1U);
  EXPECT_EQ(times()->max(), 1ms);
}

TEST_F(ClosedLoopTest, KeepsTheWarmUpApart) {
  sent(0, 0, 500ms);
  arrived(0, 0, 502ms);
  EXPECT_EQ(times(), nullptr);
  EXPECT_EQ(times(Window::warm_up)->count(), 1U);
}

TEST_F(ClosedLoopTest, IgnoresArrivalsOfWhatItKnowsNothingOf) {
  arrived(7, 0, 10s);
  EXPECT_EQ(times(), nullptr);
}

}  // namespace
}  // namespace gauntlet::metrics
