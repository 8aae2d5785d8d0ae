// The JSON Schema of scenario files, made from the kinds that the parser reads with.

#include "scenarios/parse/environment.hpp"
#include "scenarios/parse/parse.hpp"
#include "scenarios/parse/scenario_kind.hpp"

namespace gauntlet::scenarios {
namespace {

Json threshold_schema(std::string_view pattern) {
  return {{"description", "A claim about a metric that the verdict judges."},
          {"anyOf", Json::array({Json{{"type", "string"}, {"pattern", pattern}},
                                 Json{{"$ref", "#/$defs/variable"}}})}};
}

Json variable_schema() {
  return {{"description", "Text with an environment variable: ${NAME} or ${NAME:-default}."},
          {"type", "string"},
          {"pattern", kVariablePattern}};
}

}  // namespace

std::string json_schema(std::string_view threshold_pattern) {
  const Kind<Scenario>& kind = scenario_kind();
  Json definitions = Json::object();
  for (const auto& definition : kind.definitions) {
    Json schema = definition->schema;
    if (!schema.contains("description")) schema["description"] = definition->doc;
    definitions[definition->name] = std::move(schema);
  }
  definitions["threshold"] = threshold_schema(threshold_pattern);
  definitions["variable"] = variable_schema();
  const Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                    {"title", "Gauntlet scenario"},
                    {"$ref", kind.schema.at("$ref")},
                    {"$defs", std::move(definitions)}};
  return schema.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace gauntlet::scenarios
