#include "metrics/host/kernel_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(CpuTicks, AreTheFirstLineOfStatWithoutGuests) {
  const auto ticks = parse_cpu_ticks("cpu  100 20 30 400 5 6 7 8 90 1\ncpu0 1 2 3 4 5 6 7 8 9 0\n");
  ASSERT_TRUE(ticks);
  EXPECT_EQ(ticks->stolen, 8U);
  EXPECT_EQ(ticks->all, 576U) << "guests are in `user` already";
}

TEST(CpuTicks, AreUnknownToAKernelThatCountsNoSteal) {
  EXPECT_FALSE(parse_cpu_ticks("cpu  100 20 30 400\n"));
  EXPECT_FALSE(parse_cpu_ticks(""));
}

TEST(CpuThrottling, IsReadFromEitherVersionOfControlGroups) {
  const auto v1 = parse_throttling("nr_periods 90\nnr_throttled 3\nthrottled_time 45000000\n");
  ASSERT_TRUE(v1);
  EXPECT_EQ(v1->times, 3U);
  EXPECT_EQ(v1->lasting, 45ms);
  const auto v2 = parse_throttling(
      "usage_usec 100\nuser_usec 70\nnr_periods 9\nnr_throttled 2\nthrottled_usec 45000\n");
  ASSERT_TRUE(v2);
  EXPECT_EQ(v2->times, 2U);
  EXPECT_EQ(v2->lasting, 45ms);
}

TEST(CpuThrottling, IsUnknownWhereAGroupHasNoLimit) {
  EXPECT_FALSE(parse_throttling("usage_usec 100\nuser_usec 70\nsystem_usec 30\n"));
  EXPECT_FALSE(parse_throttling(""));
}

TEST(CpuStatFiles, AreThoseOfTheGroupAndOfAllAboveIt) {
  EXPECT_THAT(cpu_stat_files("0::/system.slice/load.service\n",
                             "25 20 0:22 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"),
              ElementsAre("/sys/fs/cgroup/cpu.stat", "/sys/fs/cgroup/system.slice/cpu.stat",
                          "/sys/fs/cgroup/system.slice/load.service/cpu.stat"));
}

TEST(CpuStatFiles, AreFoundUnderTheControllerOfTheOldKind) {
  EXPECT_THAT(
      cpu_stat_files("4:memory:/elsewhere\n3:cpu,cpuacct:/docker/ab\n1:cpuset:/x\n",
                     "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
                     "33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"),
      ElementsAre("/sys/fs/cgroup/cpu,cpuacct/cpu.stat",
                  "/sys/fs/cgroup/cpu,cpuacct/docker/cpu.stat",
                  "/sys/fs/cgroup/cpu,cpuacct/docker/ab/cpu.stat"));
}

TEST(CpuStatFiles, OfAContainerBeginAtWhatIsMountedInIt) {
  EXPECT_THAT(
      cpu_stat_files("3:cpu:/docker/ab\n",
                     "32 31 0:29 /docker/ab /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n"),
      ElementsAre("/sys/fs/cgroup/cpu/cpu.stat"));
}

TEST(CpuStatFiles, AreNoneWithoutControlGroups) {
  EXPECT_THAT(cpu_stat_files("", "22 1 0:1 / /proc rw - proc proc rw\n"), IsEmpty());
}

TEST(RunQueueWait, IsTheSecondNumberOfSchedstat) {
  EXPECT_EQ(parse_run_queue_wait("123456 7000000 42\n"), 7ms);
  EXPECT_EQ(parse_run_queue_wait(""), std::nullopt);
}

TEST(NetCounters, StandBelowTheirNames) {
  constexpr std::string_view text =
      "TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 3 4\n"
      "IpExt: InNoRoutes ListenDrops\nIpExt: 1 99\n";
  EXPECT_EQ(parse_net_counter(text, "TcpExt", "ListenDrops"), 4U);
  EXPECT_EQ(parse_net_counter(text, "IpExt", "ListenDrops"), 99U);
  EXPECT_EQ(parse_net_counter(text, "TcpExt", "TCPBacklogDrop"), std::nullopt);
  EXPECT_EQ(parse_net_counter(text, "Tcp", "InSegs"), std::nullopt);
}

TEST(SoftnetDrops, AreTheSumOverCoresInHexadecimal) {
  EXPECT_EQ(parse_softnet_drops("00000011 0000000a 00000000\n00000581 00000010 00000000\n"), 26U);
  EXPECT_EQ(parse_softnet_drops(""), 0U);
}

}  // namespace
}  // namespace gauntlet::metrics
