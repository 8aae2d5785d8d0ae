#include "metrics/host/host_facts.hpp"

#include <gtest/gtest.h>

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

TEST(HostFacts, AreWhatHappenedBetweenTwoLooks) {
  const HostCounters before{.cpu = CpuTicks{.stolen = 100, .all = 10'000},
                            .throttling = Throttling{.times = 5, .lasting = 1s},
                            .packets = HostCounters::Packets{1'000, 2, 3}};
  const HostCounters after{.cpu = CpuTicks{.stolen = 150, .all = 11'000},
                           .throttling = Throttling{.times = 9, .lasting = 1'500ms},
                           .packets = HostCounters::Packets{3'000, 6, 4}};
  const HostFacts facts = between(before, after, 10s);
  EXPECT_DOUBLE_EQ(facts.stolen.value(), 0.05);
  EXPECT_EQ(facts.throttled.value().times, 4U);
  EXPECT_EQ(facts.throttled.value().lasting, 500ms);
  EXPECT_DOUBLE_EQ(facts.throttled.value().share, 0.05);
  EXPECT_EQ(facts.packets.value().segments, 2'000U);
  EXPECT_EQ(facts.packets.value().dropped, 4U);
  EXPECT_EQ(facts.packets.value().refused, 1U);
}

TEST(HostFacts, AreNotMadeUpWhereTheKernelSaysNothing) {
  const HostFacts facts = between({}, {.cpu = CpuTicks{.stolen = 1, .all = 2}}, 10s);
  EXPECT_FALSE(facts.stolen);
  EXPECT_FALSE(facts.throttled);
  EXPECT_FALSE(facts.packets);
}

TEST(HostFacts, TakeACounterThatWentBackForNoNews) {
  const HostFacts facts = between({.throttling = Throttling{.times = 5, .lasting = 1s}},
                                  {.throttling = Throttling{.times = 0, .lasting = 0s}}, 10s);
  EXPECT_EQ(facts.throttled.value().times, 0U);
  EXPECT_EQ(facts.throttled.value().share, 0);
}

// On any Linux that tests run on: what is read is there, and only grows.
TEST(HostCounters, AreReadFromThisMachine) {
  const HostCounters before = read_host_counters();
  const HostCounters after = read_host_counters();
  ASSERT_TRUE(before.cpu);
  ASSERT_TRUE(before.packets);
  EXPECT_GE(after.cpu->all, before.cpu->all);
  EXPECT_GE(after.packets->segments, before.packets->segments);
}

}  // namespace
}  // namespace gauntlet::metrics
