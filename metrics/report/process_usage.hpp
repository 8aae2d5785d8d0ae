// What this process has used so far, as the kernel counts it.
#pragma once

#include <cstdint>

namespace gauntlet::metrics {

struct ProcessUsage {
  double cpu_seconds;            // user and system, all threads
  std::uint64_t resident_bytes;  // now; 0 where /proc is not there to ask
};

ProcessUsage process_usage();

}  // namespace gauntlet::metrics
