// The shell commands that start a target again which has died, or reset one between two runs.
#pragma once

#include <string>

#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

struct TargetCommandEnd {
  bool interrupted{false};
  std::string trouble{};  // what went wrong, after the command: "ended with 7"; empty: nothing
  std::string fix{};      // what to write instead, where that is known
};

/// How long such a command may take: one that is to leave a server behind returns at once.
inline constexpr Duration kTargetCommandMax = std::chrono::seconds{30};

/// Runs it in a process group of its own, without input, and with standard error for its output.
/// What is not over after `limit`, or when SIGINT, SIGTERM or SIGHUP comes, is killed with its
/// group; the signal is then delivered to whoever handled it before. What it leaves in the
/// background stays.
/// @threads One.
TargetCommandEnd run_target_command(const std::string& command, Duration limit = kTargetCommandMax);

/// Says on standard error when it failed. @return False when it was interrupted.
bool run_restart_command(const std::string& command);

}  // namespace gauntlet::sim
