#include "metrics/report/timeline_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

using Json = nlohmann::json;

Interval interval(Duration begin, Duration end, std::int64_t sent, std::int64_t in_flight) {
  Interval one{.begin = at(begin), .end = at(end)};
  one.counters[static_cast<std::size_t>(Counter::relay_sent_direct)] = sent;
  one.counters[static_cast<std::size_t>(Counter::relay_in_flight)] = in_flight;
  return one;
}

TEST(TimelineJson, HasARowForEachTotalThatMoved) {
  Intervals intervals;
  intervals.before = interval(0s, 3s, 99, 0);
  intervals.measured = {interval(3s, 3500ms, 10, 2), interval(3500ms, 4s, 12, -2)};
  const Json json = Json::parse(timeline_json(intervals));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["begin_s"], Json({3.0, 3.5}));
  EXPECT_EQ(json["end_s"], Json({3.5, 4.0}));
  EXPECT_EQ(json["counters"], Json({{"relay.sent", {10, 12}},
                                    {"relay.sent{kind=direct}", {10, 12}},
                                    {"relay.in_flight", {2, -2}}}));
}

TEST(TimelineJson, OfARunThatWasNotMeasuredIsJsonAllTheSame) {
  const Json json = Json::parse(timeline_json({}));
  EXPECT_TRUE(json["begin_s"].empty());
  EXPECT_TRUE(json["counters"].empty());
}

}  // namespace
}  // namespace gauntlet::metrics
