#include "metrics/record/recorder.hpp"

#include <atomic>
#include <thread>

#include "metrics/record/rows.hpp"
#include "metrics/record/snapshot.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

TEST(Recorder, KeepsWarmUpApartFromWhatIsMeasured) {
  Recorder recorder;
  recorder.observe(Series::relay_answer, 1ms, Window::warm_up);
  EXPECT_EQ(recorder.histogram(Series::relay_answer, Window::measured), nullptr);
  recorder.observe(Series::relay_answer, 2ms, Window::measured);
  EXPECT_EQ(recorder.histogram(Series::relay_answer, Window::warm_up)->max(), 1ms);
  EXPECT_EQ(recorder.histogram(Series::relay_answer, Window::measured)->max(), 2ms);
}

TEST(Recorder, SkipsAndCountsNegativeSamples) {
  Recorder recorder;
  recorder.observe(Series::relay_answer, -1ns, Window::measured);
  EXPECT_EQ(recorder.histogram(Series::relay_answer, Window::measured), nullptr);
  EXPECT_EQ(recorder.value(Counter::generator_negative), 1U);
}

TEST(Recorder, AddsCountsReplacesTotalsAndMovesGauges) {
  Recorder recorder;
  recorder.count(Counter::relay_asked);
  recorder.count(Counter::relay_asked, 4);
  EXPECT_EQ(recorder.value(Counter::relay_asked), 5U);
  recorder.set(Counter::relay_lost, 7);
  recorder.set(Counter::relay_lost, 3);
  EXPECT_EQ(recorder.value(Counter::relay_lost), 3U);
  recorder.shift(Gauge::relay_agents, 2);
  recorder.shift(Gauge::relay_agents, -3);
  EXPECT_EQ(recorder.value(Gauge::relay_agents), -1);
}

TEST(Snapshot, IsTheSumOfItsRecorders) {
  Recorder one;
  Recorder two;
  one.observe(Series::relay_delivery_direct, 1ms, Window::measured);
  two.observe(Series::relay_delivery_direct, 3ms, Window::measured);
  two.observe(Series::relay_fanout, 9ms, Window::warm_up);
  one.count(Counter::relay_received, 10);
  two.count(Counter::relay_received, 5);
  one.shift(Gauge::relay_agents, 2);
  two.shift(Gauge::relay_agents, 4);

  Snapshot snapshot;
  snapshot.add(one);
  snapshot.add(two);
  const auto& direct = snapshot.measured[static_cast<std::size_t>(Series::relay_delivery_direct)];
  ASSERT_NE(direct, nullptr);
  EXPECT_EQ(direct->count(), 2U);
  EXPECT_EQ(direct->min(), 1ms);
  EXPECT_EQ(direct->max(), 3ms);
  EXPECT_EQ(snapshot.warm_up[static_cast<std::size_t>(Series::relay_fanout)]->count(), 1U);
  EXPECT_EQ(snapshot.counter(Counter::relay_received), 15U);
  EXPECT_EQ(snapshot.gauges[static_cast<std::size_t>(Gauge::relay_agents)], 6);
}

TEST(Snapshot, MergesTheRowsOfANameIntoOne) {
  Recorder recorder;
  recorder.observe(Series::relay_delivery_direct, 1ms, Window::measured);
  recorder.observe(Series::relay_delivery_broadcast, 5ms, Window::measured);
  recorder.count(Counter::relay_sent_direct, 2);
  recorder.count(Counter::relay_sent_broadcast, 3);
  Snapshot snapshot;
  snapshot.add(recorder);
  EXPECT_EQ(snapshot.series("relay.delivery")->count(), 2U);
  EXPECT_EQ(snapshot.counter("relay.sent"), 5U);
  EXPECT_EQ(snapshot.series("relay.fanout"), nullptr);
  EXPECT_EQ(snapshot.series("no.such"), nullptr);
  EXPECT_EQ(snapshot.counter("no.such"), 0U);
}

TEST(Snapshot, MayBeTakenWhileRecordersAreWrittenTo) {
  constexpr std::uint64_t kSamples = 50'000;
  std::array<Recorder, 2> recorders;
  std::atomic<int> working{2};
  std::vector<std::thread> writers;
  for (Recorder& recorder : recorders)
    writers.emplace_back([&] {
      for (std::uint64_t i = 0; i < kSamples; ++i) {
        recorder.observe(Series::relay_answer, 1us, Window::measured);
        recorder.count(Counter::relay_answered);
      }
      --working;
    });
  std::uint64_t before = 0;
  do {
    Snapshot snapshot;
    for (const Recorder& recorder : recorders) snapshot.add(recorder);
    EXPECT_GE(snapshot.counter(Counter::relay_answered), before);
    before = snapshot.counter(Counter::relay_answered);
  } while (working > 0);
  for (std::thread& writer : writers) writer.join();

  Snapshot whole;
  for (const Recorder& recorder : recorders) whole.add(recorder);
  EXPECT_EQ(whole.counter(Counter::relay_answered), 2 * kSamples);
  EXPECT_EQ(whole.series("relay.answer")->count(), 2 * kSamples);
}

template <class Def>
std::size_t names_seen_twice(std::span<const Def> table) {
  std::map<std::string_view, std::size_t> seen;
  for_each_name(table, [&](std::span<const Def> rows) { ++seen[rows.front().name]; });
  return static_cast<std::size_t>(
      std::ranges::count_if(seen, [](const auto& entry) { return entry.second > 1; }));
}

TEST(Rows, OfANameAreNeighboursInTheTables) {
  EXPECT_EQ(names_seen_twice(series_table()), 0U);
  EXPECT_EQ(names_seen_twice(counter_table()), 0U);
}

TEST(Rows, OfANameAreFoundTogether) {
  EXPECT_EQ(rows_of(series_table(), "relay.delivery").size(), 4U);
  EXPECT_EQ(rows_of(counter_table(), "relay.failures").size(), kOutcomeCount);
  EXPECT_TRUE(rows_of(counter_table(), "relay.nothing").empty());
}

TEST(Rows, AreNamedByTheirLabel) {
  EXPECT_EQ(row_name("relay.lost", {}), "relay.lost");
  EXPECT_EQ(row_name("relay.delivery", {"kind", "direct"}), "relay.delivery{kind=direct}");
}

}  // namespace
}  // namespace gauntlet::metrics
