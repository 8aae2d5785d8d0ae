// What the kernel says of itself in its text files, as numbers. Pure: the text is an argument.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

struct CpuTicks {
  std::uint64_t stolen{0};  // the hypervisor ran something else
  std::uint64_t all{0};     // of all cores, idle ones included
};
/// The first line of /proc/stat, proc(5).
std::optional<CpuTicks> parse_cpu_ticks(std::string_view proc_stat);

struct Throttling {
  std::uint64_t times{0};
  Duration lasting{};  // all cores of the group together
};
/// A control group's cpu.stat, of version 1 (throttled_time, in ns) or 2 (throttled_usec).
/// Nothing when it has no limit to speak of.
std::optional<Throttling> parse_throttling(std::string_view cpu_stat);

/// The cpu.stat of every group that limits this process: its own and those above it, since a limit
/// on any of them holds. Some may not exist.
/// @param proc_cgroup  /proc/self/cgroup  @param mountinfo  /proc/self/mountinfo; cgroups(7)
std::vector<std::string> cpu_stat_files(std::string_view proc_cgroup, std::string_view mountinfo);

/// How long a thread was ready to run while others had its core: the second number of
/// /proc/[pid]/task/[tid]/schedstat.
std::optional<Duration> parse_run_queue_wait(std::string_view schedstat);

/// One counter of /proc/net/snmp or /proc/net/netstat, where a line of names stands above a line of
/// numbers: ("Tcp", "InSegs").
std::optional<std::uint64_t> parse_net_counter(std::string_view text, std::string_view group,
                                               std::string_view name);

/// The packets that all cores dropped because their queue of arrivals was full: the second column,
/// hexadecimal, of /proc/net/softnet_stat.
std::uint64_t parse_softnet_drops(std::string_view softnet_stat);

}  // namespace gauntlet::metrics
