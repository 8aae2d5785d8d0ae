// From CLI11's definitions to data: the only place that knows how CLI11 keeps them.
#pragma once

#include <CLI/CLI.hpp>

#include "sim/cli/command_tree.hpp"

namespace gauntlet::sim {

// The type names by which a definition says that a value is a path; CLI::ExistingFile and
// CLI::ExistingDirectory say it with the same words.
inline constexpr const char* kFile = "FILE";
inline constexpr const char* kScenarioFile = "YAML";
inline constexpr const char* kFolder = "DIR";

/// All that --help shows, of a command and of those below it.
Command read_app(const CLI::App& app);

}  // namespace gauntlet::sim
