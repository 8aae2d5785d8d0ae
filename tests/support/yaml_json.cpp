#include "tests/support/yaml_json.hpp"

#include <yaml-cpp/yaml.h>

#include <regex>

namespace gauntlet::tests {
namespace {

using nlohmann::json;

// https://yaml.org/spec/1.2.2/#1032-tag-resolution, without octal and hexadecimal.
json scalar(const std::string& text) {
  static const std::regex kNull{"~|null|Null|NULL|"};
  static const std::regex kTrue{"true|True|TRUE"};
  static const std::regex kFalse{"false|False|FALSE"};
  static const std::regex kInteger{"[-+]?[0-9]{1,18}"};
  static const std::regex kFloat{"[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"};
  if (std::regex_match(text, kNull)) return nullptr;
  if (std::regex_match(text, kTrue)) return true;
  if (std::regex_match(text, kFalse)) return false;
  if (std::regex_match(text, kInteger)) return std::stoll(text);
  if (std::regex_match(text, kFloat)) return std::stod(text);
  return text;
}

json convert(const YAML::Node& node) {
  if (node.IsScalar()) return node.Tag() == "!" ? json(node.Scalar()) : scalar(node.Scalar());
  if (node.IsSequence()) {
    json list = json::array();
    for (const YAML::Node& item : node) list.push_back(convert(item));
    return list;
  }
  if (!node.IsMap()) return nullptr;
  json map = json::object();
  for (const auto& entry : node) map[entry.first.Scalar()] = convert(entry.second);
  return map;
}

}  // namespace

json json_of_yaml(const std::string& text) { return convert(YAML::Load(text)); }

}  // namespace gauntlet::tests
