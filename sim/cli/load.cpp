#include "sim/cli/load.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "scenarios/parse/parse.hpp"
#include "sim/cli/files.hpp"

namespace gauntlet::sim {
namespace {

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string{name}.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

std::optional<scenarios::ThresholdProblem> check_threshold(std::string_view text) {
  const auto rule = metrics::parse_threshold(text);
  if (rule) return std::nullopt;
  return scenarios::ThresholdProblem{rule.error().offset, rule.error().what, rule.error().fix};
}

std::optional<scenarios::Scenario> parse(std::string_view text,
                                         const scenarios::ParseOptions& options) {
  scenarios::Parsed parsed = scenarios::parse_scenario(text, options);
  for (const Diagnostic& problem : parsed.problems) fmt::print(stderr, "{}", to_string(problem));
  return std::move(parsed.scenario);
}

}  // namespace

std::optional<scenarios::Scenario> load_scenario(const ScenarioFlags& flags) {
  const auto text = read_file(flags.file);
  if (!text) {
    fmt::print(stderr, "gauntlet: {}\n", text.error());
    return std::nullopt;
  }
  return parse(text.value(), {.file = flags.file.string(),
                              .environment = environment,
                              .read_file = [](const auto& name) { return read_file(name); },
                              .overrides = flags.overrides,
                              .seed = flags.seed,
                              .check_threshold = check_threshold});
}

std::optional<scenarios::Scenario> load_server_options(const std::string& target,
                                                       const std::vector<std::string>& options,
                                                       std::uint64_t seed) {
  std::vector<std::string> overrides;
  for (const std::string& option : options)
    overrides.push_back(fmt::format("targets.{}.embedded.{}", target, option));
  const std::string crowd = target == "relay" ? "agents" : "participants";
  return parse(fmt::format("name: serve-{0}\ntargets: {{{0}: {{embedded: {{}}}}}}\n"
                           "population: [{{{1}: 1}}]\n",
                           target, crowd),
               {.file = "serve " + target,
                .environment = environment,
                .read_file = {},
                .overrides = overrides,
                .seed = seed,
                .check_threshold = {}});
}

std::vector<metrics::ThresholdRule> threshold_rules(const scenarios::Scenario& scenario) {
  std::vector<metrics::ThresholdRule> rules;
  for (const scenarios::Threshold& threshold : scenario.thresholds)
    if (auto rule = metrics::parse_threshold(threshold.text))
      rules.push_back(std::move(rule).value());
  return rules;
}

}  // namespace gauntlet::sim
