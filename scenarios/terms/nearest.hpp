// The known word that a misspelt one was probably meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gauntlet {

/// The closest of `known` by edit distance (insertions, deletions, replacements and swaps of
/// neighbours), or empty when none is close.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

/// "a", "a or b", "a, b or c".
std::string any_of(const std::vector<std::string>& words);

}  // namespace gauntlet
