#include "metrics/verdict/conservation.hpp"

#include "metrics/record/recorder.hpp"

namespace gauntlet::metrics {
namespace {

using testing::HasSubstr;

Snapshot snapshot_of(const Recorder& recorder) {
  Snapshot snapshot;
  snapshot.add(recorder);
  return snapshot;
}

TEST(Conservation, HoldsWhenEverythingOwedIsAccountedFor) {
  Recorder recorder;
  recorder.set(Counter::relay_expected, 10);
  recorder.set(Counter::relay_received, 7);
  recorder.set(Counter::relay_lost, 2);
  recorder.set(Counter::relay_in_flight, 1);
  EXPECT_EQ(broken_conservation(snapshot_of(recorder)), std::nullopt);
  recorder.set(Counter::relay_in_flight, 2);
  EXPECT_THAT(*broken_conservation(snapshot_of(recorder)),
              HasSubstr("10 expected, but 7 received + 2 lost + 2 in flight = 11"));
}

TEST(Conservation, IsAskedOfTheArenaToo) {
  Recorder recorder;
  recorder.set(Counter::arena_tokens_expected, 1);
  EXPECT_THAT(*broken_conservation(snapshot_of(recorder)), HasSubstr("arena token updates"));
}

}  // namespace
}  // namespace gauntlet::metrics
