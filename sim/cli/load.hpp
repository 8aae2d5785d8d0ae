// A scenario file on disk -> a Scenario, or everything that is wrong with it on standard error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "metrics/verdict/threshold.hpp"
#include "scenarios/model/scenario.hpp"
#include "scenarios/parse/parse.hpp"
#include "scenarios/parse/proxy_faults.hpp"
#include "sim/cli/commands.hpp"

namespace gauntlet::sim {

/// Nothing when the file cannot be read or has mistakes; they have been printed then.
std::optional<scenarios::Scenario> load_scenario(const ScenarioFlags& flags);

/// A scenario that this program wrote itself, with what the command line says over it.
/// @param what  stands for the file in messages: "replay".
std::optional<scenarios::Scenario> load_text(const std::string& text, const std::string& what,
                                             const std::vector<std::string>& overrides);

/// A scenario that was kept among the results of a run, as it was: a secret that the environment
/// does not have any more is any text.
std::optional<scenarios::Scenario> load_kept(const std::filesystem::path& file);

/// A scenario that only has an embedded target, "relay" or "arena", with options "key=value".
std::optional<scenarios::Scenario> load_server_options(const std::string& target,
                                                       const std::vector<std::string>& options,
                                                       std::uint64_t seed);

/// What a command reads scenarios with: the environment, other files, the grammar of thresholds.
scenarios::ParseOptions parse_options();

/// The invariants of a scenario that are claims, and that load_scenario() accepted.
std::vector<metrics::ThresholdRule> claims_of(const scenarios::Scenario& scenario);

/// What a proxy is to do; nothing when the file cannot be read or has mistakes, which have been
/// printed then.
std::optional<scenarios::ProxyFaults> load_proxy_faults(const std::filesystem::path& file,
                                                        std::optional<std::uint64_t> seed);

/// What a report calls a threshold or an invariant of a scenario: "invariant once".
std::string name_in_reports(const std::string& claim);

/// All rules of a scenario that load_scenario() accepted.
std::vector<metrics::ThresholdRule> threshold_rules(const scenarios::Scenario& scenario);

}  // namespace gauntlet::sim
