#include "metrics/comparison/recorded_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "metrics/report/hlog.hpp"
#include "metrics/report/run_report.hpp"
#include "metrics/report/timeline_json.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

using testing::HasSubstr;

/// The files of a run in which each measured interval has one delivery more than the one before it.
struct RecordedRunTest : testing::Test {
  RecordedRunTest() {
    const std::array<const Recorder*, 1> recorders{&recorder};
    Timeline timeline{at(1s), at(11s)};
    recorder.observe(Series::relay_delivery_direct, 1ms, Window::warm_up);
    recorder.observe(Series::relay_register, 1ms, Window::measured);
    timeline.cut(at(1s), recorders);
    for (int i = 0; i < Timeline::kIntervals; ++i) {
      for (int n = 0; n <= i; ++n)
        deliver(n % 2 == 0 ? Series::relay_delivery_direct : Series::relay_delivery_broadcast);
      timeline.cut(*timeline.next_cut(), recorders);
    }
    deliver(Series::relay_delivery_direct);  // after the measured window
    RunReport report{.scenario_name = "steady",
                     .seed = 7,
                     .effective_yaml = "name: steady\n",
                     .target = "embedded relay",
                     .driver = "live",
                     .intervals = std::move(timeline).finish(at(12s), recorders)};
    report.snapshot.add(recorder);
    report.judged.push_back({"relay.lost == 0", true, "0", 0.0, true});
    files.summary = summary_json(report);
    files.timeline = timeline_json(report.intervals);
    for (const HlogFile& file : hlog_files(report.snapshot, report.intervals,
                                           {.epoch_s = 0,
                                           .warm_up_begin = at(0s),
                                           .measured_begin = at(1s),
                                           .measured_end = at(11s)}))
      files.hlogs[file.name.substr(0, file.name.size() - 5)] = file.text;
  }
  void deliver(Series kind) {
    recorder.observe(kind, 3ms, Window::measured);
    recorder.count(Counter::relay_sent_direct);
  }

  std::string error() const {
    const auto run = read_run(files);
    return run ? "none" : run.error();
  }

  Recorder recorder;
  ResultFiles files;
};

TEST_F(RecordedRunTest, IsReadBackAsItWas) {
  const auto read = read_run(files);
  ASSERT_TRUE(read) << read.error();
  const RecordedRun& run = read.value();
  EXPECT_EQ(run.scenario_name, "steady");
  EXPECT_EQ(run.seed, 7U);
  EXPECT_EQ(run.driver, "live");
  EXPECT_EQ(run.verdict, "met");
  EXPECT_EQ(run.thresholds.front().text, "relay.lost == 0");
  ASSERT_EQ(run.begins_s.size(), static_cast<std::size_t>(Timeline::kIntervals));
  EXPECT_EQ(run.begins_s.front(), 1);
  EXPECT_DOUBLE_EQ(run.lengths_s.front(), 0.5);
  EXPECT_EQ(run.counters.at("relay.sent").at(4), 5);
  EXPECT_EQ(run.series.at("relay.delivery").at(4).count(), 5U);
}

TEST_F(RecordedRunTest, CountsWhatCameLateToTheLastIntervalAndLeavesTheWarmUpOut) {
  const RecordedRun run = read_run(files).value();
  EXPECT_EQ(run.series.at("relay.delivery").back().count(), 21U);
  EXPECT_EQ(run.series.at("relay.delivery").front().count(), 1U);
  for (const BucketCounts& interval : run.series.at("relay.register"))
    EXPECT_TRUE(interval.empty()) << "it was before measuring began";
}

TEST_F(RecordedRunTest, SaysWhichFileIsWrong) {
  const ResultFiles good = files;
  files.summary = "{";
  EXPECT_THAT(error(), HasSubstr("summary.json is not as Gauntlet writes it"));
  files = good;
  files.summary = "{\"schema\": 2}";
  EXPECT_THAT(error(), HasSubstr("summary.json is not of schema 1"));
  files = good;
  files.timeline = "[]";
  EXPECT_THAT(error(), HasSubstr("timeline.json"));
  files = good;
  files.timeline = R"({"schema": 1, "begin_s": [1, 2], "end_s": [2], "counters": {}})";
  EXPECT_THAT(error(), HasSubstr("timeline.json"));
  files = good;
  files.hlogs["relay.delivery"] += "nonsense\n";
  EXPECT_THAT(error(), HasSubstr("relay.delivery.hlog, line "));
  files.hlogs.erase("relay.delivery");
  EXPECT_EQ(error(), "relay.delivery.hlog is missing: copy the whole folder");
}

}  // namespace
}  // namespace gauntlet::metrics
