// What the machine did to this process for a while, as the kernel counts it.
#pragma once

#include <cstdint>
#include <optional>

#include "metrics/host/kernel_text.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// Totals since the machine started, or the group was made. What this kernel does not tell is
/// nothing.
struct HostCounters {
  struct Packets {
    std::uint64_t segments{0};  // TCP segments that arrived
    std::uint64_t dropped{0};   // for want of room in a queue of this machine
    std::uint64_t refused{0};   // connections that found no room in a server's accept queue
  };
  std::optional<CpuTicks> cpu{};
  std::optional<Throttling> throttling{};
  std::optional<Packets> packets{};
};

/// Reads /proc and the control groups' files. @threads Any.
HostCounters read_host_counters();

/// How long the thread `tid` of this process was ready to run while others had its core, since it
/// began; zero where the kernel does not count. @threads Any.
Duration run_queue_wait(int tid);

/// What happened between two looks.
struct HostFacts {
  struct Throttled {
    std::uint64_t times{0};
    Duration lasting{};  // all cores together
    double share{0};     // of the time between the looks; above 1 when several cores were stopped
  };
  std::optional<double> stolen{};  // share of all cores' time, 0 to 1
  std::optional<Throttled> throttled{};
  std::optional<HostCounters::Packets> packets{};
};

HostFacts between(const HostCounters& before, const HostCounters& after, Duration apart);

}  // namespace gauntlet::metrics
