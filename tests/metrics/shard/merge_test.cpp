#include "metrics/shard/merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/metrics/shard/made_part.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr MeasuredWindow kWindow{at(10s), at(30s)};

std::vector<FoundPart> two() {
  std::vector<FoundPart> parts;
  parts.push_back({"a", made_part(0, 2, 1)});
  parts.push_back({"b", made_part(1, 2, 2)});
  return parts;
}

TEST(Shards, OfOneRunFit) {
  EXPECT_TRUE(misfits(two()).empty());
  EXPECT_TRUE(missing_shards(two()).empty());
}

TEST(Shards, OfDifferentRunsDoNotFitAndItIsSaidWhy) {
  struct Row {
    void (*spoil)(ShardIdentity&);
    const char* what;
    const char* fix;
  };
  for (const Row& row :
       {Row{[](ShardIdentity& who) { who.plan_hash = 1; },
            "b is of another plan: `crowd` with plan 0x0000000000000001, and a of `crowd` with "
            "plan "
            "0x0000000000abcdef",
            "the same file"},
        Row{[](ShardIdentity& who) { who.scenario = "evening"; },
            "b is of another plan: `evening` with plan 0x0000000000abcdef, and a of `crowd` with "
            "plan 0x0000000000abcdef",
            "the same file"},
        Row{[](ShardIdentity& who) { who.count = 3; }, "b is shard 2 of 3, and a shard 1 of 2",
            "the same N"},
        Row{[](ShardIdentity& who) { who.run = "deadbeef"; }, "b is of another run than a",
            "the same --start-at"},
        Row{[](ShardIdentity& who) { who.number = 0; }, "b and a are both shard 1 of 2",
            "leave one of them out"}}) {
    auto parts = two();
    row.spoil(parts[1].part.who);
    const auto found = misfits(parts);
    ASSERT_EQ(found.size(), 1U) << row.what;
    EXPECT_EQ(found[0].what, row.what);
    EXPECT_THAT(found[0].fix, HasSubstr(row.fix));
  }
}

TEST(Shards, ThatAreMissingAreNamed) {
  std::vector<FoundPart> parts;
  parts.push_back({"a", made_part(1, 4)});
  parts.push_back({"b", made_part(3, 4)});
  EXPECT_TRUE(misfits(parts).empty());
  EXPECT_THAT(missing_shards(parts), ElementsAre(0U, 2U));
}

TEST(Shards, AreAddedAndOfTheirMachinesTheWorstCounts) {
  auto parts = two();
  parts[1].part.interrupted = true;
  parts[0].part.generator.losses = {"Worker 1 of 2 died."};
  const ShardPart whole = put_together(parts, kWindow);
  EXPECT_EQ(whole.snapshot.counter(Counter::relay_sent_direct), 75U);
  EXPECT_EQ(whole.snapshot.series("relay.connect")->count(), 50U);
  EXPECT_EQ(whole.snapshot.series("relay.connect")->max(), 2ms + 24us);
  EXPECT_EQ(whole.snapshot.gauges[static_cast<std::size_t>(Gauge::relay_agents)], 10);
  EXPECT_EQ(whole.closed, at(35s + 2ms));
  EXPECT_EQ(whole.measured, 20s + 2ms);
  EXPECT_EQ(whole.started_unix_ns, parts[0].part.started_unix_ns);
  EXPECT_THAT(whole.never_started, ElementsAre(0U, 2U))
      << "those of an interrupted shard do not count";
  EXPECT_EQ(whole.host, "2 shards on Linux, 2 cores");
  EXPECT_THAT(whole.warnings,
              ElementsAre("Shard 1 of 2: the disk was full.", "Shard 2 of 2: the disk was full."));
  EXPECT_THAT(whole.generator.losses, ElementsAre("Shard 1 of 2: Worker 1 of 2 died.",
                                                  HasSubstr("Shard 2 of 2 was interrupted")));
  EXPECT_THAT(whole.generator.loop_busy, ElementsAre(0.1, 0.2));
  EXPECT_EQ(whole.generator.longest_pause_at, at(22s));
  EXPECT_DOUBLE_EQ(whole.generator.cpu_seconds, 3);
  EXPECT_DOUBLE_EQ(*whole.generator.host.stolen, 0.002);
  EXPECT_DOUBLE_EQ(whole.generator.host.throttled->share, 0.004);
  EXPECT_EQ(whole.generator.host.packets->dropped, 2U);
  EXPECT_EQ(whole.generator.host.packets->refused, 6U) << "of the other one";
}

std::int64_t sent(const Interval& interval) { return interval.of(Counter::relay_sent_direct); }

TEST(MergedIntervals, AreThoseOfAllTimelines) {
  const auto parts = two();
  const Intervals whole = put_together(parts, kWindow).intervals;
  ASSERT_EQ(whole.measured.size(), 20U);
  EXPECT_EQ(sent(whole.before), 3 * 2);
  for (const Interval& each : whole.measured) EXPECT_EQ(sent(each), 3);
  EXPECT_EQ(whole.measured[4].begin, at(14s));
  EXPECT_EQ(whole.measured[4].end, at(15s));
  EXPECT_EQ(sent(whole.after), 3 * 3);
}

TEST(MergedIntervals, SpanTheCutThatOneTimelineLacks) {
  auto parts = two();
  Intervals& late = parts[1].part.intervals;
  late.measured[5].add(late.measured[6]);
  late.measured[5].end = late.measured[6].end;
  late.measured.erase(late.measured.begin() + 6);
  const Intervals whole = put_together(parts, kWindow).intervals;
  ASSERT_EQ(whole.measured.size(), 19U);
  EXPECT_EQ(sent(whole.measured[5]), 6);
  EXPECT_EQ(whole.measured[5].end, at(17s));
  EXPECT_EQ(sent(whole.measured[6]), 3);
}

TEST(MergedIntervals, AreOneWhereATimelineEndedBeforeMeasuringBegan) {
  auto parts = two();
  Intervals& cut_short = parts[1].part.intervals;
  cut_short.before = {};
  cut_short.measured.clear();
  const Intervals whole = put_together(parts, kWindow).intervals;
  EXPECT_TRUE(whole.measured.empty());
  EXPECT_EQ(sent(whole.before), 0);
  EXPECT_EQ(sent(whole.after), 25 + 2 * 3);
}

}  // namespace
}  // namespace gauntlet::metrics
