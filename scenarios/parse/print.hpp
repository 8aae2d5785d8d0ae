// Values -> YAML text, as a person would write it: one line where it fits, else one entry a line.
#pragma once

#include <string>

#include "scenarios/parse/value.hpp"

namespace gauntlet::scenarios {

/// A whole document; reading it gives the same value.
std::string print(const Value& root);

/// On one line: "{min: 10ms, max: 20ms}".
std::string print_inline(const Value& value);

}  // namespace gauntlet::scenarios
