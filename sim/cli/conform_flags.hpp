// The flags of `gauntlet conform`.
#pragma once

#include <CLI/CLI.hpp>

#include "sim/cli/exit_code.hpp"

namespace gauntlet::sim {

void add_conform(CLI::App& app, ExitCode& code);

}  // namespace gauntlet::sim
