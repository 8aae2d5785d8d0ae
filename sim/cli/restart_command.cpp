#include "sim/cli/restart_command.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace gauntlet::sim {

bool run_restart_command(const std::string& command) {
  const int status = std::system(command.c_str());
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) return false;
  if (status != 0) fmt::print(stderr, "gauntlet: mind: the restart command `{}` failed\n", command);
  return true;
}

}  // namespace gauntlet::sim
