#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <system_error>

#include "sim/orchestrator/preflight.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint64_t kPlenty = std::numeric_limits<std::uint64_t>::max() / 2;

std::uint64_t open_files() {
  std::error_code unreadable;
  std::uint64_t count = 0;
  for (auto file = std::filesystem::directory_iterator{"/proc/self/fd", unreadable};
       !unreadable && file != std::filesystem::directory_iterator{}; file.increment(unreadable))
    ++count;
  return count;
}

// proc(5): "MemAvailable:   23456789 kB"
std::uint64_t available_bytes() {
  std::ifstream meminfo{"/proc/meminfo"};
  std::string line;
  constexpr std::string_view kKey = "MemAvailable:";
  while (std::getline(meminfo, line))
    if (line.starts_with(kKey)) return std::stoull(line.substr(kKey.size())) * 1024;
  return kPlenty;
}

}  // namespace

MachineLimits machine_limits() {
  MachineLimits limits{.files_max = kPlenty,
                       .files_open = open_files(),
                       .ports = kPlenty,
                       .memory_bytes = available_bytes(),
                       .accept_queue_max = kPlenty};
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY)
    limits.files_max = files.rlim_cur;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (std::ifstream range{"/proc/sys/net/ipv4/ip_local_port_range"}; range >> first >> last)
    limits.ports = last - first + 1;
  if (std::ifstream queue{"/proc/sys/net/core/somaxconn"}; queue >> first)
    limits.accept_queue_max = first;
  return limits;
}

}  // namespace gauntlet::sim
