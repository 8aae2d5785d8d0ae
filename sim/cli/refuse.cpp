#include "sim/cli/refuse.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace gauntlet::sim {

ExitCode refuse(const Obstacle& obstacle) {
  fmt::print(stderr, "gauntlet: {}\n", obstacle.sentence);
  if (!obstacle.fix.empty()) fmt::print(stderr, "  fix: {}\n", obstacle.fix);
  return obstacle.whose == Obstacle::Whose::target ? ExitCode::unreachable : ExitCode::usage;
}

}  // namespace gauntlet::sim
