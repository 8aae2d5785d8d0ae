// YAML text -> Values: the one place that sees the YAML library.
#pragma once

#include <optional>
#include <string_view>

#include "scenarios/parse/reader.hpp"
#include "scenarios/parse/value.hpp"

namespace gauntlet::scenarios {

/// One YAML document: duplicate keys complained of, aliases and merge keys resolved, environment
/// variables put in. Nothing when it cannot be read at all; the reader then knows why.
/// @param origin  Where the text begins.
std::optional<Value> load(std::string_view text, const SourcePos& origin, Reader& reader);

}  // namespace gauntlet::scenarios
