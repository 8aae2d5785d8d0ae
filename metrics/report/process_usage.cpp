#include "metrics/report/process_usage.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace gauntlet::metrics {

namespace {

double in_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

std::uint64_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};  // proc(5): size and resident, in pages
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

ProcessUsage process_usage() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime), resident_bytes()};
}

}  // namespace gauntlet::metrics
