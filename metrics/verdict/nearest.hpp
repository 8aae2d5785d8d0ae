// What somebody who mistyped a word may have meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gauntlet::metrics {

/// The candidate that the fewest insertions, deletions and replacements of a byte turn `word` into;
/// the first of equals, empty when there is none.
std::string_view nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace gauntlet::metrics
