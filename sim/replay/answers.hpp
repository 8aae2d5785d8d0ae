// What an answer tells an actor that nobody else may know.
#pragma once

#include <string_view>

#include "scenarios/terms/secret.hpp"

namespace gauntlet::sim::replay {

/// @param key  "token" or "pin".
/// @return     a string's content or a number's digits; empty when the body has none.
Secret secret_in(std::string_view body, std::string_view key);

}  // namespace gauntlet::sim::replay
