// The shell command that starts a target again which has died.
#pragma once

#include <string>

namespace gauntlet::sim {

/// Says on standard error when it failed. @return False when Ctrl-C ended it.
bool run_restart_command(const std::string& command);

}  // namespace gauntlet::sim
