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
// The others are for readers alone.
inline constexpr const char* kAddress = "ADDRESS";
inline constexpr const char* kAssignment = "KEY=VALUE";
inline constexpr const char* kCommand = "COMMAND";
inline constexpr const char* kDuration = "DURATION";
inline constexpr const char* kKey = "KEY";
inline constexpr const char* kName = "NAME";
inline constexpr const char* kNumber = "NUMBER";
inline constexpr const char* kPercent = "PERCENT";
inline constexpr const char* kSecret = "SECRET";
inline constexpr const char* kUrl = "URL";

/// All that --help shows of an option.
Option read_option(const CLI::Option& option);
/// All that --help shows, of a command and of those below it.
Command read_app(const CLI::App& app);

}  // namespace gauntlet::sim
