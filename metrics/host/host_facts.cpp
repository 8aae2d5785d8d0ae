#include "metrics/host/host_facts.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

namespace gauntlet::metrics {

namespace {

// A file of /proc has no size that could be asked for beforehand. Empty when it cannot be read.
std::string contents(const std::string& file) {
  std::ifstream stream{file};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

std::optional<Throttling> read_throttling() {
  std::optional<Throttling> all;
  for (const std::string& file :
       cpu_stat_files(contents("/proc/self/cgroup"), contents("/proc/self/mountinfo"))) {
    const auto one = parse_throttling(contents(file));
    if (!one) continue;
    if (!all) all.emplace();
    all->times += one->times;
    all->lasting += one->lasting;
  }
  return all;
}

std::optional<HostCounters::Packets> read_packets() {
  const auto segments = parse_net_counter(contents("/proc/net/snmp"), "Tcp", "InSegs");
  if (!segments) return std::nullopt;
  const std::string extended = contents("/proc/net/netstat");
  const auto of_tcp = [&](std::string_view name) {
    return parse_net_counter(extended, "TcpExt", name).value_or(0);
  };
  return HostCounters::Packets{
      .segments = *segments,
      .dropped = parse_softnet_drops(contents("/proc/net/softnet_stat")) +
                 of_tcp("TCPBacklogDrop") + of_tcp("TCPRcvQDrop"),
      .refused = of_tcp("ListenDrops"),  // ListenOverflows are among them
  };
}

// A counter that went back (a group was made anew) has nothing to tell.
std::uint64_t grown(std::uint64_t before, std::uint64_t after) {
  return after < before ? 0 : after - before;
}

}  // namespace

HostCounters read_host_counters() {
  return {.cpu = parse_cpu_ticks(contents("/proc/stat")),
          .throttling = read_throttling(),
          .packets = read_packets()};
}

Duration run_queue_wait(int tid) {
  return parse_run_queue_wait(contents("/proc/self/task/" + std::to_string(tid) + "/schedstat"))
      .value_or(Duration{});
}

HostFacts between(const HostCounters& before, const HostCounters& after, Duration apart) {
  HostFacts facts;
  if (before.cpu && after.cpu && after.cpu->all > before.cpu->all)
    facts.stolen = static_cast<double>(grown(before.cpu->stolen, after.cpu->stolen)) /
                   static_cast<double>(after.cpu->all - before.cpu->all);
  if (before.throttling && after.throttling && apart > Duration::zero()) {
    const Duration lasting =
        std::max(Duration{}, after.throttling->lasting - before.throttling->lasting);
    facts.throttled =
        HostFacts::Throttled{.times = grown(before.throttling->times, after.throttling->times),
                             .lasting = lasting,
                             .share = seconds(lasting) / seconds(apart)};
  }
  if (before.packets && after.packets)
    facts.packets =
        HostCounters::Packets{.segments = grown(before.packets->segments, after.packets->segments),
                              .dropped = grown(before.packets->dropped, after.packets->dropped),
                              .refused = grown(before.packets->refused, after.packets->refused)};
  return facts;
}

}  // namespace gauntlet::metrics
