// The definition of the command line: --help, completion and the manual page are read from it.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

#include "sim/cli/exit_code.hpp"

namespace gauntlet::sim {

/// All commands. Parsing a command line carries out the one it names.
/// @param code  set by the command once it is done; must live as long as the app.
std::unique_ptr<CLI::App> make_app(ExitCode& code);

}  // namespace gauntlet::sim
