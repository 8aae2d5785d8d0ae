// What the completion scripts have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/cli/command_tree.hpp"

namespace gauntlet::sim {

std::string with_all_replaced(std::string text, std::string_view what, std::string_view with);

/// The first line of a text: as much as fits beside a completion.
std::string first_line(std::string_view text);

/// 'text', as bash and zsh read it: no character has a meaning.
std::string single_quoted(std::string_view text);

std::vector<std::string> names_of(const std::vector<Command>& commands);
std::vector<std::string> names_of(const std::vector<Option>& options);

/// The names of the options that take a value.
std::vector<std::string> names_with_value(const std::vector<Option>& options);

}  // namespace gauntlet::sim
