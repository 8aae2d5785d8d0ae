// YAML -> JSON by YAML 1.2's core schema, the way an editor's validator sees a file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace gauntlet::tests {

/// @throws YAML::Exception  When the text is not YAML.
nlohmann::json json_of_yaml(const std::string& text);

}  // namespace gauntlet::tests
