#include "scenarios/parse/scalar.hpp"

namespace gauntlet::scenarios {

std::optional<Misread> wrong_type(const Value& value, YamlType type) {
  if (type == YamlType::text && !value.is_text())
    return Misread{"must be text, which takes quotes here", '"' + value.text + '"'};
  const bool bare = type == YamlType::number || type == YamlType::boolean ||
                    (type == YamlType::number_or_unit && looks_typed(value.text));
  if (bare && !value.is_bare()) return Misread{"must be a value without quotes", value.text};
  return std::nullopt;
}

}  // namespace gauntlet::scenarios
