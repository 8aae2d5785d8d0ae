// The manual page, as a pure function of the command line's definition.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sim/cli/command_tree.hpp"
#include "sim/cli/exit_code.hpp"

namespace gauntlet::sim {

/// Section 1 of the manual, in roff with the macros of man(7).
std::string man_page(const Command& root, std::span<const ExitSentence> exit_codes,
                     std::string_view version);

/// A text as roff prints it, whatever it begins with; `words` in backquotes become bold.
std::string roff(std::string_view text);

}  // namespace gauntlet::sim
