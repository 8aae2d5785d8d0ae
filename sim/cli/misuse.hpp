// What is wrong with a command line, and what was probably meant.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <span>
#include <string>

namespace gauntlet::sim {

/// The problem with the first words when they should name a command, and then its kind.
/// @param words  without the program's name.
std::optional<std::string> misspelt_command(const CLI::App& app,
                                            std::span<const char* const> words);

/// Why an app that has parsed its words refuses them: "gauntlet run: there is no option `--sed`",
/// and a line with the remedy.
std::string misuse(const CLI::App& app, const CLI::ParseError& error);

}  // namespace gauntlet::sim
