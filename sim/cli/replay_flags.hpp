// The flags of `gauntlet replay`.
#pragma once

#include <CLI/CLI.hpp>

#include "sim/cli/exit_code.hpp"

namespace gauntlet::sim {

/// @param code  set by the command once it is done.
void add_replay(CLI::App& app, ExitCode& code);

}  // namespace gauntlet::sim
