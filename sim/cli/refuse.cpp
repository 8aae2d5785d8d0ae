#include "sim/cli/refuse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace gauntlet::sim {

ExitCode refuse(const Obstacle& obstacle) {
  fmt::print(stderr, "gauntlet: {}\n", obstacle.sentence);
  if (!obstacle.fix.empty()) fmt::print(stderr, "  fix: {}\n", obstacle.fix);
  return obstacle.whose == Obstacle::Whose::target ? ExitCode::unreachable : ExitCode::usage;
}

ExitCode refuse(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings)
    fmt::print(stderr, "gauntlet: {}{}\n  fix: {}\n", finding.refuses ? "" : "mind: ", finding.what,
               finding.fix);
  return std::ranges::any_of(findings, &Finding::refuses) ? ExitCode::usage : ExitCode::met;
}

}  // namespace gauntlet::sim
