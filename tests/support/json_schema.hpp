// A JSON Schema validator for the keywords that our schema uses: small enough to be read in full,
// so that a test may rest on it. A keyword that it does not know fails, rather than passing unseen.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace gauntlet::tests {

/// @return  What is wrong with `instance`, each "at/its/place: why"; nothing when it is valid.
std::vector<std::string> validate(const nlohmann::json& schema, const nlohmann::json& instance);

}  // namespace gauntlet::tests
