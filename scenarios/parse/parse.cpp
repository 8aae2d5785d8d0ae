#include "scenarios/parse/parse.hpp"

#include <cstddef>
#include <functional>
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

// Our own writers' words, read again.
std::optional<Scenario> read_back(const Value& written, const ParseOptions& options) {
  Reader reader{options};
  Scenario scenario;
  read_as(scenario_kind(), written, reader, scenario);
  check(scenario, written, reader);
  if (!std::move(reader).take_problems().empty()) return std::nullopt;
  return scenario;
}

// Leaves out of `part` whatever `means_the_same` without it, the innermost first; and writes a word
// instead of {word: {}}.
void shorten(Value& part, const std::function<bool()>& means_the_same) {
  const auto attempt = [&](auto&& change) {
    Value before = part;
    change();
    if (!means_the_same()) part = std::move(before);
  };
  for (std::size_t i = part.items.size(); i-- > 0;) {
    shorten(part.items[i], means_the_same);
    const auto place = static_cast<std::ptrdiff_t>(i);
    if (part.is_map())
      attempt([&] {
        part.keys.erase(part.keys.begin() + place);
        part.items.erase(part.items.begin() + place);
      });
  }
  const bool tags_nothing = part.is_map() && part.items.size() == 1 && part.items[0].is_map() &&
                            part.items[0].items.empty();
  if (tags_nothing) attempt([&] { part = Value::plain(std::string{part.keys[0].text}); });
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

std::string to_brief_yaml(const Scenario& scenario, const ParseOptions& options) {
  Value root = write_as(scenario_kind(), scenario);
  shorten(root, [&] { return read_back(root, options) == scenario; });
  return print(root);
}

bool is_sound(const Scenario& scenario, const ParseOptions& options) {
  return read_back(write_as(scenario_kind(), scenario), options) == scenario;
}

}  // namespace gauntlet::scenarios
