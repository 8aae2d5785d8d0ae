#include "scenarios/parse/kind.hpp"

#include <algorithm>

#include "scenarios/terms/nearest.hpp"

namespace gauntlet::scenarios {

Json in_place(Json schema, bool scalar) {
  if (!scalar) return schema;
  Json either = schema.contains("anyOf") ? std::move(schema)
                                         : Json{{"anyOf", Json::array({std::move(schema)})}};
  either["anyOf"].push_back({{"$ref", "#/$defs/variable"}});
  return either;
}

void merge(Definitions& into, const Definitions& from) {
  for (const auto& definition : from) {
    const auto same = [&](const auto& known) { return known->name == definition->name; };
    if (std::ranges::none_of(into, same)) into.push_back(definition);
  }
}

void complain_of_tag(const Value& map, const std::vector<std::string>& tags, Reader& reader) {
  for (const Value& key : map.keys) {
    const std::string meant = nearest(key.text, tags);
    if (meant.empty()) continue;
    reader.complain(key.place,
                    reader.path(key.text) + " is not a known key; did you mean `" + meant + "`?",
                    "write `" + meant + "`");
    return;
  }
  reader.complain(map.place, reader.path() + " lacks the key that says what it is",
                  "add the key " + any_of(tags));
}

}  // namespace gauntlet::scenarios
