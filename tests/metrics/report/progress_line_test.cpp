#include "metrics/report/lines.hpp"
#include "tests/metrics/report/example_run.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

TEST(ProgressLine, SaysTimeLeftWhoIsInRatesTailAndFailures) {
  EXPECT_EQ(progress_line(example_run().snapshot, Snapshot{},
                          {.elapsed = 3s, .total = 70s, .since_before = 2s}),
            "-1:07  agents 500  arena 40  sent 2.9k/s  got 600/s  p99 188 ms  failed 15");
}

TEST(ProgressLine, KnowsNoRateWithoutTimeAndNoTailWithoutSamples) {
  EXPECT_EQ(progress_line(Snapshot{}, Snapshot{}, {.elapsed = 2s, .total = 1s, .since_before = 0s}),
            "-0:00  agents 0  arena 0  sent 0/s  got 0/s  p99 -  failed 0");
}

TEST(ProgressLine, FitsATerminalAtFullLoad) {
  Recorder recorder;
  record_example(recorder);
  recorder.shift(Gauge::relay_agents, 100'000);
  recorder.count(Counter::relay_sent_direct, 999'000);
  recorder.set(Counter::relay_received, 999'000);
  recorder.count(relay_failure(Outcome::reset), 99'000);
  Snapshot snapshot;
  snapshot.add(recorder);
  EXPECT_LE(width_of(progress_line(snapshot, Snapshot{},
                                   {.elapsed = 0s, .total = 10min, .since_before = 1s})),
            kColumns);
}

}  // namespace
}  // namespace gauntlet::metrics
