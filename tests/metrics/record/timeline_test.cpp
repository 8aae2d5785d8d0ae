#include "metrics/record/timeline.hpp"

#include <gtest/gtest.h>

#include <array>

#include "metrics/record/snapshot.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

/// Two threads' recorders, and a measured window from 10 s to 30 s.
struct TimelineTest : testing::Test {
  void observe(Recorder& by, Duration value) {
    by.observe(Series::relay_delivery_direct, value, Window::measured);
    by.count(Counter::relay_sent_direct);
  }
  void cut(Duration now) { timeline.cut(at(now), recorders); }
  Intervals finish(Duration now) { return std::move(timeline).finish(at(now), recorders); }

  Recorder first;
  Recorder second;
  std::array<const Recorder*, 2> recorders{&first, &second};
  Timeline timeline{at(10s), at(30s)};
};

TEST_F(TimelineTest, PutsWhatCameIntoTheIntervalInWhichItCame) {
  observe(first, 1ns);
  cut(10s);
  observe(first, 2ns);
  observe(second, 3ns);
  cut(11s);
  cut(12s);
  observe(second, 4ns);
  const Intervals intervals = finish(32s);

  EXPECT_EQ(intervals.before.of(Counter::relay_sent_direct), 1);
  EXPECT_EQ(intervals.before.merged("relay.delivery").max(), 1ns);
  ASSERT_EQ(intervals.measured.size(), 2U);
  EXPECT_EQ(intervals.measured[0].begin, at(10s));
  EXPECT_EQ(intervals.measured[0].end, at(11s));
  EXPECT_EQ(intervals.measured[0].total("relay.sent"), 2);
  EXPECT_EQ(intervals.measured[0].merged("relay.delivery").quantile(0.5), 2ns);
  EXPECT_TRUE(intervals.measured[1].merged("relay.delivery").empty());
  EXPECT_EQ(intervals.after.end, at(32s));
  EXPECT_EQ(intervals.after.merged("relay.delivery").max(), 4ns);
}

TEST_F(TimelineTest, LosesAndRepeatsNothing) {
  for (int step = 0; step <= 40; ++step) {
    observe(step % 2 == 0 ? first : second, std::chrono::nanoseconds{step});
    cut(8s + step * 600ms);
  }
  BucketCounts whole;
  std::int64_t sent = 0;
  for_each_interval(finish(40s), [&](const Interval& interval) {
    whole.merge(interval.merged("relay.delivery"));
    sent += interval.total("relay.sent");
  });
  Snapshot snapshot;
  for (const Recorder* recorder : recorders) snapshot.add(*recorder);
  EXPECT_EQ(whole, BucketCounts{*snapshot.series("relay.delivery")});
  EXPECT_EQ(sent, 41);
}

TEST_F(TimelineTest, CutsTheMeasuredWindowIntoAFixedNumberOfIntervals) {
  int cuts = 0;
  for (; timeline.next_cut(); ++cuts) cut(timeline.next_cut()->time_since_epoch());
  EXPECT_EQ(cuts, Timeline::kIntervals + 1);
  const Intervals intervals = finish(31s);
  ASSERT_EQ(intervals.measured.size(), static_cast<std::size_t>(Timeline::kIntervals));
  EXPECT_EQ(intervals.measured.front().begin, at(10s));
  for (const Interval& interval : intervals.measured) EXPECT_EQ(interval.end - interval.begin, 1s);
}

TEST_F(TimelineTest, DoesNotCutBeforeItIsTime) {
  cut(9s);
  cut(10s);
  cut(10'900ms);
  EXPECT_TRUE(finish(11s).measured.empty());
}

TEST_F(TimelineTest, LeavesOutTheCutsThatItIsTooLateFor) {
  cut(10s);
  cut(13'500ms);
  EXPECT_EQ(timeline.next_cut(), at(14s));
  EXPECT_EQ(finish(14s).measured.front().end, at(13'500ms));
}

}  // namespace
}  // namespace gauntlet::metrics
