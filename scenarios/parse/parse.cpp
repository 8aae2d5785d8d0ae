#include "scenarios/parse/parse.hpp"

#include <utility>

#include "scenarios/parse/checks.hpp"
#include "scenarios/parse/load.hpp"
#include "scenarios/parse/overrides.hpp"
#include "scenarios/parse/print.hpp"
#include "scenarios/parse/reader.hpp"
#include "scenarios/parse/scenario_kind.hpp"

namespace gauntlet::scenarios {
namespace {

void complain_of_flaws(const Value& value, Reader& reader) {
  if (value.flaw) reader.complain(value.flaw->where, value.flaw->what, value.flaw->fix);
  for (const Value& item : value.items) complain_of_flaws(item, reader);
}

std::optional<Scenario> read(std::string_view text, const ParseOptions& options, Reader& reader) {
  std::optional<Value> root = load(text, {.file = options.file, .line = 1, .column = 1}, reader);
  if (!root) return std::nullopt;
  if (root->is_map())
    for (const std::string& assignment : options.overrides)
      apply_override(assignment, *root, reader);
  complain_of_flaws(*root, reader);
  Scenario scenario;
  read_as(scenario_kind(), *root, reader, scenario);
  if (options.seed) scenario.seed = *options.seed;
  if (root->is_map()) check(scenario, *root, reader);
  return scenario;
}

}  // namespace

Parsed parse_scenario(std::string_view text, const ParseOptions& options) {
  Reader reader{options};
  Parsed parsed;
  parsed.scenario = read(text, options, reader);
  parsed.problems = std::move(reader).take_problems();
  if (!parsed.problems.empty()) parsed.scenario.reset();
  return parsed;
}

std::string to_yaml(const Scenario& scenario) { return print(write_as(scenario_kind(), scenario)); }

}  // namespace gauntlet::scenarios
