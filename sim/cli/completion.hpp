// Completion scripts for shells, as pure functions of the command line's definition.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "sim/cli/command_tree.hpp"

namespace gauntlet::sim {

/// For bash 4.3 and later, with or without the package bash-completion.
std::string bash_completion(const Command& root);

/// For zsh's compsys: to be sourced, or to be a file of $fpath.
std::string zsh_completion(const Command& root);

/// For fish 3.4 and later.
std::string fish_completion(const Command& root);

struct Shell {
  std::string_view name;
  std::string (*completion)(const Command& root);
};
inline constexpr std::array kShells{
    Shell{"bash", bash_completion},
    Shell{"zsh", zsh_completion},
    Shell{"fish", fish_completion},
};

}  // namespace gauntlet::sim
