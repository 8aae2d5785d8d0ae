#include "sim/orchestrator/pause_log.hpp"

#include <gtest/gtest.h>

#include "metrics/record/snapshot.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

TEST(PauseLog, MeasuresWhatWasOversleptAndRemembersWhenTheLongestPauseBegan) {
  metrics::Recorder recorder;
  PauseLog log{recorder};
  log.woke(at(1ms), at(1'050us));
  log.woke(at(3ms), at(303ms));
  log.woke(at(304ms), at(304'100us));
  EXPECT_EQ(log.longest_at(), at(3ms));
  metrics::Snapshot snapshot;
  snapshot.add(log.recorder());
  const auto pauses = snapshot.series("generator.pause");
  ASSERT_NE(pauses, nullptr);
  EXPECT_EQ(pauses->count(), 3U);
  EXPECT_EQ(pauses->min(), 50us);
  EXPECT_EQ(pauses->max(), 300ms);
}

}  // namespace
}  // namespace gauntlet::sim
