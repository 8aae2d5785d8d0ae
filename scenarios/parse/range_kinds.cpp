#include "scenarios/parse/range_kinds.hpp"

namespace gauntlet::scenarios {

std::optional<Range> range_in(const Value& value) {
  if (value.is_scalar()) return range_in(value.text);
  if (value.items.size() != 2) return std::nullopt;
  if (value.is_list()) return range_between(value.items[0].text, value.items[1].text);
  const Value* min = value.find("min");
  const Value* max = value.find("max");
  if (min == nullptr || max == nullptr) return std::nullopt;
  return range_between(min->text, max->text);
}

}  // namespace gauntlet::scenarios
