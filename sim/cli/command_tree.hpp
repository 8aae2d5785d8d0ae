// The command line as data: what --help says, for whoever writes it in another form.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gauntlet::sim {

/// Which paths a value can be.
enum class Paths : std::uint8_t { none, files, scenarios, folders };

/// An option ("-h", "--help"), or a positional, which has one name without dashes ("FILE").
struct Option {
  std::vector<std::string> names;
  std::string about;
  std::string value;                 // what stands for its value: "TEXT"; empty: it takes none
  std::vector<std::string> choices;  // every value there is; empty: these cannot be listed
  Paths paths{Paths::none};
  std::string fallback;            // empty: none
  std::string environment;         // the variable that may say it instead; empty: none
  std::vector<std::string> needs;  // the options it cannot do without
  bool required{false};
  bool repeatable{false};

  bool operator==(const Option&) const = default;
};

/// A command, with the commands below it.
struct Command {
  std::string name;
  std::string about;  // the first line says what it is; there may be more
  std::vector<Option> options;
  std::vector<Option> positionals;
  std::vector<Command> commands;
};

/// A command and the words that lead to it: "gauntlet serve relay".
struct PlacedCommand {
  std::string path;
  const Command* command;
};

/// A command and all below it, each before what is below it. They point into `root`.
std::vector<PlacedCommand> all_commands(const Command& root);

}  // namespace gauntlet::sim
