#include "sim/cli/open_files.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

namespace gauntlet::sim {
namespace {

// Files that the process needs besides its sockets: loops, timers, logs, a scrape or two.
constexpr std::uint64_t kSpareFiles = 64;

}  // namespace

std::optional<Obstacle> too_few_files(const scenarios::PlanSummary& plan) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= plan.sockets + kSpareFiles)
    return std::nullopt;
  return Obstacle{Obstacle::Whose::user,
                  fmt::format("the scenario needs {} sockets, but this process may open {} files",
                              plan.sockets, limit.rlim_cur),
                  fmt::format("raise the limit (ulimit -n {}), or use fewer clients",
                              plan.sockets + kSpareFiles)};
}

}  // namespace gauntlet::sim
