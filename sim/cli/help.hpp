// --help within the columns of a terminal.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "sim/cli/command_tree.hpp"
#include "sim/cli/exit_code.hpp"

namespace gauntlet::sim {

/// One option, positional or command: what is typed, and beside or below it what it does.
std::string help_of(const Option& option);
std::string help_of(const Command& command);
std::string help_of(const ExitSentence& row);

/// CLI11's help, with the options and commands as above.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_subcommand(const CLI::App* command) const override;
};

}  // namespace gauntlet::sim
