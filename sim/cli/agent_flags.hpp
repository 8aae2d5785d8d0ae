// The flags of `gauntlet agent`.
#pragma once

#include <CLI/CLI.hpp>
#include <vector>

#include "sim/cli/exit_code.hpp"

namespace gauntlet::sim {

/// @param code  set by the errand that is parsed, once it is done.
void add_agent(CLI::App& app, ExitCode& code);

/// The command line, where `gauntlet agent` with nothing or options only behind it is
/// `gauntlet agent talk`.
std::vector<const char*> with_default_errand(std::vector<const char*> words);

}  // namespace gauntlet::sim
