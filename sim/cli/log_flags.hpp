// The flags of every command that keeps a log.
#pragma once

#include <CLI/CLI.hpp>

#include "sim/cli/log_file.hpp"

namespace gauntlet::sim {

void add_log_flags(CLI::App& command, LogFlags& log);

}  // namespace gauntlet::sim
