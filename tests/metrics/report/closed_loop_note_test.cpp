#include "metrics/report/closed_loop_note.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/record/recorder.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

// Of a thousand deliveries `slow` took 800 ms, of a thousand such samples of a closed loop
// `slow_closed`; the others 2 ms.
std::optional<std::string> note(int slow, int slow_closed, Duration slow_time = 800ms) {
  Recorder recorder;
  for (int i = 0; i < 1000; ++i) {
    recorder.observe(Series::relay_delivery_direct, i < slow ? slow_time : 2ms, Window::measured);
    recorder.observe(Series::relay_delivery_closed_loop, i < slow_closed ? slow_time : 2ms,
                     Window::measured);
  }
  Snapshot snapshot;
  snapshot.add(recorder);
  return closed_loop_note(snapshot);
}

TEST(ClosedLoopNote, SaysWhatSuchAToolWouldHaveHidden) {
  EXPECT_THAT(note(200, 5).value_or(""),
              AllOf(HasSubstr("reported a p99 of 2.00 ms; it was 800 ms"),
                    HasSubstr("200 deliveries (20.0 %)")));
}

TEST(ClosedLoopNote, IsSilentWhereBothAgree) {
  EXPECT_EQ(note(200, 200), std::nullopt);
  EXPECT_EQ(note(5, 5), std::nullopt);
}

TEST(ClosedLoopNote, IsSilentAboutWhatNobodyFeels) {
  EXPECT_EQ(note(200, 5, 2'900us), std::nullopt);
}

TEST(ClosedLoopNote, IsSilentWithoutEnoughSamples) {
  EXPECT_EQ(closed_loop_note(Snapshot{}), std::nullopt);
}

}  // namespace
}  // namespace gauntlet::metrics
