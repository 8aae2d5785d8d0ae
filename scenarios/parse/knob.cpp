#include "scenarios/parse/knob.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "scenarios/parse/overrides.hpp"
#include "scenarios/parse/quantity.hpp"
#include "scenarios/parse/scenario_kind.hpp"
#include "scenarios/terms/nearest.hpp"

namespace gauntlet::scenarios {
namespace {

/// A step of a path, and how else it may be said.
struct Step {
  std::string key;
  std::string alias;     // what an entry of `population` is of: "agents"
  bool may_lack{false};  // an entry's number, or `population`
};
using Path = std::vector<Step>;

struct Leaf {
  Path path;
  std::string text;  // as the effective scenario has it
};

bool is_population(const Path& path) { return path.size() == 1 && path[0].key == "population"; }

void collect(const Value& value, Path& path, std::vector<Leaf>& leaves) {
  if (value.is_scalar()) leaves.push_back({path, value.text});
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    Step step{.key = std::to_string(i), .may_lack = true};
    if (value.is_map())
      step = {.key = value.keys[i].text,
              .may_lack = path.empty() && value.keys[i].text == "population"};
    else if (is_population(path) && !value.items[i].keys.empty())
      step.alias = value.items[i].keys.front().text;
    path.push_back(step);
    collect(value.items[i], path, leaves);
    path.pop_back();
  }
}

std::string joined(const Path& path) {
  std::string text;
  for (const Step& step : path) text += (text.empty() ? "" : ".") + step.key;
  return text;
}

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> steps;
  for (;;) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    steps.emplace_back(path.substr(0, dot));
    if (dot == path.size()) return steps;
    path.remove_prefix(dot + 1);
  }
}

using Words = std::vector<std::string>;

// Whether the words say this path, from these places on.
bool says(const Words& words, std::size_t word, const Path& path, std::size_t step) {
  if (step == path.size()) return word == words.size();
  const bool named =
      word < words.size() && (words[word] == path[step].key ||
                              (!path[step].alias.empty() && words[word] == path[step].alias));
  if (named && says(words, word + 1, path, step + 1)) return true;
  return path[step].may_lack && says(words, word, path, step + 1);
}

std::optional<Knob> knob_of(const Leaf& leaf) {
  Knob knob{.path = joined(leaf.path)};
  const std::string& text = leaf.text;
  if (const auto number = parse_number(text)) {
    knob.value = *number;
  } else if (const auto rate = parse_rate(text)) {
    knob.value = rate.value().per_second;
    knob.unit = "/s";
  } else if (const auto size = parse_size(text)) {
    knob.value = size.value();
    knob.unit = " bytes";
    knob.whole = true;
  } else if (const auto percentage = parse_percentage(text)) {
    knob.value = percentage.value() * 100;
    knob.unit = "%";
  } else if (const auto duration = parse_duration(text)) {
    knob.value = seconds(duration.value());
    knob.unit = "s";
  } else {
    return std::nullopt;
  }
  return knob;
}

std::vector<Leaf> leaves_of(const Scenario& scenario) {
  std::vector<Leaf> leaves;
  Path path;
  collect(write_as(scenario_kind(), scenario), path, leaves);
  std::erase_if(leaves, [](const Leaf& leaf) {
    // More of a seed is not more load.
    return leaf.path.back().key == "seed" || leaf.path.front().key == "name" || !knob_of(leaf);
  });
  return leaves;
}

std::vector<const Leaf*> meant(const std::vector<Leaf>& leaves, std::string_view path) {
  const Words words = split(path);
  std::vector<const Leaf*> found;
  for (const Leaf& leaf : leaves)
    if (says(words, 0, leaf.path, 0)) found.push_back(&leaf);
  return found;
}

// The path as a user would say it, if that is plain; else in full.
std::string spoken(const Leaf& leaf, const std::vector<Leaf>& leaves) {
  std::string text;
  for (std::size_t i = 0; i < leaf.path.size(); ++i) {
    const Step& step = leaf.path[i];
    const bool number = step.may_lack && step.key != "population";
    const bool told_by_next = i + 1 < leaf.path.size() && leaf.path[i + 1].key == step.alias;
    if (number && (step.alias.empty() || told_by_next)) continue;
    text += (text.empty() ? "" : ".") + (number ? step.alias : step.key);
  }
  return meant(leaves, text).size() == 1 ? text : joined(leaf.path);
}

// What makes a load, before times and limits.
bool is_load(const Leaf& leaf) {
  if (leaf.path.front().key != "population") return false;
  const std::string unit = knob_of(leaf)->unit;
  const bool how_many = leaf.path.size() == 3 && leaf.path[2].key == leaf.path[1].alias;
  return how_many || unit == "/s" || unit == " bytes";
}

// Every way to say a path that is not longer than it needs to be: its ends, as far as they are
// plain.
void add_short_forms(const Leaf& leaf, const std::vector<Leaf>& leaves, Words& forms) {
  std::string text = spoken(leaf, leaves);
  for (;;) {
    forms.push_back(text);
    const std::size_t dot = text.find('.');
    if (dot == std::string::npos) return;
    text.erase(0, dot + 1);
    if (meant(leaves, text).size() != 1) return;
  }
}

KnobProblem unknown(std::string_view path, const std::vector<Leaf>& leaves) {
  Words known;
  Words loads;
  for (const Leaf& leaf : leaves) {
    add_short_forms(leaf, leaves, known);
    if (is_load(leaf)) loads.push_back(spoken(leaf, leaves));
  }
  const std::string near = nearest(path, known);
  return {"the scenario has no number at `" + std::string{path} + "` that could be varied",
          near.empty() ? "loads of this scenario are " + any_of(loads)
                       : "did you mean `" + near + "`?"};
}

KnobProblem ambiguous(std::string_view path, const std::vector<const Leaf*>& found) {
  std::vector<std::string> paths;
  for (const Leaf* leaf : found) paths.push_back(joined(leaf->path));
  return {"`" + std::string{path} + "` can mean more than one number", "say " + any_of(paths)};
}

std::optional<double> read_in(const std::string& unit, std::string_view text) {
  if (unit == "/s") {
    if (const auto rate = parse_rate(text)) return rate.value().per_second;
  } else if (unit == " bytes") {
    if (const auto size = parse_size(text)) return size.value();
  } else if (unit == "%") {
    if (const auto percentage = parse_percentage(text)) return percentage.value() * 100;
  } else if (unit == "s") {
    if (const auto duration = parse_duration(text)) return seconds(duration.value());
  }
  return parse_number(text);
}

// Whether the number may have a fraction: whoever reads it knows.
bool takes_fractions(const Scenario& scenario, const Knob& knob) {
  const ParseOptions options;
  const auto takes = [&](double number) {
    Value root = write_as(scenario_kind(), scenario);
    Reader reader{options};
    apply_override(assignment(knob, number), root, reader);
    Scenario changed;
    read_as(scenario_kind(), root, reader, changed);
    return reader.sound(knob.path);
  };
  const double whole = std::floor(knob.value);
  return takes(whole + 0.5) || takes(whole - 0.5);  // it may be at the edge of what it can be
}

}  // namespace

Result<Knob, KnobProblem> find_knob(const Scenario& scenario, std::string_view path) {
  const std::vector<Leaf> leaves = leaves_of(scenario);
  const auto found = meant(leaves, path);
  if (found.empty()) return fail(unknown(path, leaves));
  if (found.size() > 1) return fail(ambiguous(path, found));
  Knob knob = *knob_of(*found.front());
  if (knob.unit.empty()) knob.whole = !takes_fractions(scenario, knob);
  return knob;
}

Result<double, KnobProblem> knob_value(const Knob& knob, std::string_view text) {
  const std::string example = number_text(knob.value) + knob.unit;
  const auto value = read_in(knob.unit, text);
  if (!value)
    return fail(KnobProblem{"`" + std::string{text} + "` is no value of " + knob.path,
                            "write a number, as in `" + example + "`"});
  if (!(*value > 0))
    return fail(KnobProblem{"`" + std::string{text} + "` is no load: it must be above 0",
                            "write a number above 0, as in `" + example + "`"});
  if (knob.whole && *value != std::floor(*value))
    return fail(KnobProblem{
        "`" + std::string{text} + "` is no value of " + knob.path + ", which is a whole number",
        "write `" + number_text(std::ceil(*value)) + knob.unit + "`"});
  return *value;
}

std::string assignment(const Knob& knob, double value) {
  return knob.path + '=' + number_text(value) + knob.unit;
}

}  // namespace gauntlet::scenarios
