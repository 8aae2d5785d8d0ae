#include "sim/cli/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "scenarios/parse/parse.hpp"
#include "scenarios/terms/invariant.hpp"
#include "sim/cli/files.hpp"
#include "sim/conformance/beside_load.hpp"
#include "sim/conformance/cases/catalogue.hpp"
#include "sim/conformance/selection.hpp"

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

std::optional<scenarios::CaseProblem> check_cases(std::string_view pattern,
                                                  const scenarios::Targets& targets) {
  using conformance::Case;
  const auto fitting = [&](const std::vector<const Case*>& all) {
    return conformance::Selection{.only = {std::string{pattern}}}.of(all);
  };
  const std::vector<const Case*> of_relay = fitting(conformance::relay_cases());
  const std::vector<const Case*> of_arena = fitting(conformance::arena_cases());
  if (of_relay.empty() && of_arena.empty()) {
    std::vector<const Case*> all = conformance::relay_cases();
    const std::vector<const Case*> more = conformance::arena_cases();
    all.insert(all.end(), more.begin(), more.end());
    const std::string meant = conformance::meant_by(pattern, all);
    return scenarios::CaseProblem{
        "there is no such case",
        meant.empty() ? "look at the ids: gauntlet conform relay --list" : "write `" + meant + '`'};
  }
  const bool asks_relay = targets.relay && !of_relay.empty();
  const bool asks_arena = targets.arena && !of_arena.empty();
  if (!asks_relay && !asks_arena) {
    const std::string kind = of_relay.empty() ? "arena" : "relay";
    return scenarios::CaseProblem{
        fmt::format("that is a case of {} {}, and targets.{} is not given",
                    of_relay.empty() ? "an" : "a", kind, kind),
        fmt::format("add `{}: embedded` to targets, or remove it", kind)};
  }
  std::optional<std::string_view> why_not;
  for (const auto* asked : {asks_relay ? &of_relay : nullptr, asks_arena ? &of_arena : nullptr}) {
    if (asked == nullptr) continue;
    for (const Case* row : *asked) {
      why_not = conformance::why_not_beside_load(*row);
      if (!why_not) return std::nullopt;
    }
  }
  return scenarios::CaseProblem{
      "no such case can be played beside a load: " + std::string{*why_not},
      fmt::format("play it alone: gauntlet conform {} --only '{}'", asks_relay ? "relay" : "arena",
                  pattern)};
}

// An invariant's name as a claim about its counter; a claim as it is.
std::string claim_of(const std::string& text) {
  if (text == scenarios::kAllInvariants) return "invariant.broken == 0";
  if (invariant_named(text)) return fmt::format("invariant.broken{{invariant={}}} == 0", text);
  return text;
}

// The name of a scenario instead of its file: one beside it, or one of the library.
std::optional<std::filesystem::path> file_meant_by(const std::filesystem::path& name) {
  std::error_code error;
  if (std::filesystem::exists(name, error)) return std::nullopt;
  std::filesystem::path file = name;
  file += ".yaml";
  for (const auto& candidate : {file, "scenarios/library" / file})
    if (std::filesystem::is_regular_file(candidate, error)) return candidate;
  return std::nullopt;
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
    if (const auto meant = file_meant_by(flags.file))
      fmt::print(stderr, "  fix: write {}\n", meant->string());
    return std::nullopt;
  }
  scenarios::ParseOptions options = parse_options();
  options.file = flags.file.string();
  options.overrides = flags.overrides;
  options.seed = flags.seed;
  return parse(text.value(), options);
}

std::optional<scenarios::Scenario> load_kept(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (!text) {
    fmt::print(stderr, "gauntlet: {}\n", text.error());
    return std::nullopt;
  }
  scenarios::ParseOptions options = parse_options();
  options.file = file.string();
  options.environment = [](std::string_view name) {
    return environment(name).value_or("not kept");
  };
  return parse(text.value(), options);
}

scenarios::ParseOptions parse_options() {
  return {.file = {},
          .environment = environment,
          .read_file = [](const auto& name) { return read_file(name); },
          .overrides = {},
          .seed = {},
          .check_threshold = check_threshold,
          .check_cases = check_cases};
}

std::vector<metrics::ThresholdRule> claims_of(const scenarios::Scenario& scenario) {
  std::vector<metrics::ThresholdRule> rules;
  for (const scenarios::Threshold& invariant : scenario.invariants)
    if (auto rule = metrics::parse_threshold(invariant.text)) {
      rules.push_back(std::move(rule).value());
      rules.back().throughout = true;
    }
  return rules;
}

std::optional<scenarios::Scenario> load_text(const std::string& text, const std::string& what,
                                             const std::vector<std::string>& overrides) {
  return parse(text, {.file = what,
                      .environment = environment,
                      .read_file = [](const auto& name) { return read_file(name); },
                      .overrides = overrides,
                      .seed = {},
                      .check_threshold = check_threshold,
                      .check_cases = check_cases});
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

std::optional<scenarios::ProxyFaults> load_proxy_faults(const std::filesystem::path& file,
                                                        std::optional<std::uint64_t> seed) {
  const auto text = read_file(file);
  if (!text) {
    fmt::print(stderr, "gauntlet: {}\n", text.error());
    return std::nullopt;
  }
  auto parsed = scenarios::parse_proxy_faults(text.value(), {.file = file.string(),
                                                             .environment = environment,
                                                             .read_file = {},
                                                             .overrides = {},
                                                             .seed = seed,
                                                             .check_threshold = {}});
  for (const Diagnostic& problem : parsed.problems) fmt::print(stderr, "{}", to_string(problem));
  return std::move(parsed.content);
}

std::string name_in_reports(const std::string& claim) {
  if (claim == scenarios::kAllInvariants) return "all invariants";
  return invariant_named(claim) ? "invariant " + claim : claim;
}

std::vector<metrics::ThresholdRule> threshold_rules(const scenarios::Scenario& scenario) {
  std::vector<metrics::ThresholdRule> rules;
  const auto add = [&](const scenarios::Threshold& claim, bool throughout) {
    if (auto rule = metrics::parse_threshold(claim_of(claim.text))) {
      rules.push_back(std::move(rule).value());
      rules.back().text = name_in_reports(claim.text);
      rules.back().throughout = throughout;
    }
  };
  for (const scenarios::Threshold& threshold : scenario.thresholds) add(threshold, false);
  for (const scenarios::Threshold& invariant : scenario.invariants) add(invariant, true);
  if (scenario.expect &&
      std::ranges::find(scenario.invariants, *scenario.expect) == scenario.invariants.end())
    add(*scenario.expect, true);
  return rules;
}

}  // namespace gauntlet::sim
