#include "scenarios/parse/scalar.hpp"

namespace gauntlet::scenarios {

std::optional<Misread> wrong_type(const Value& value, YamlType type) {
  if (type == YamlType::text && !value.is_text())
    return Misread{"is not text to YAML without quotes", '"' + value.text + '"'};
  const bool bare = type == YamlType::number || type == YamlType::boolean ||
                    (type == YamlType::number_or_unit && looks_typed(value.text));
  if (bare && !value.is_bare())
    return Misread{"is text in its quotes", value.text};
  return std::nullopt;
}

}  // namespace gauntlet::scenarios
