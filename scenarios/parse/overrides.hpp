// "key.path=value", as given to --set, applied to a scenario before it is read.
#pragma once

#include <string_view>

#include "scenarios/parse/reader.hpp"
#include "scenarios/parse/value.hpp"

namespace gauntlet::scenarios {

/// Puts the value at its path; what is missing on the way is made. Whether the keys are known is
/// for the reader of the whole to say.
void apply_override(std::string_view assignment, Value& root, Reader& reader);

}  // namespace gauntlet::scenarios
