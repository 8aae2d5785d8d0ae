// A scenario file on disk -> a Scenario, or everything that is wrong with it on standard error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metrics/verdict/threshold.hpp"
#include "scenarios/model/scenario.hpp"
#include "sim/cli/commands.hpp"

namespace gauntlet::sim {

/// Nothing when the file cannot be read or has mistakes; they have been printed then.
std::optional<scenarios::Scenario> load_scenario(const ScenarioFlags& flags);

/// A scenario that only has an embedded target, "relay" or "arena", with options "key=value".
std::optional<scenarios::Scenario> load_server_options(const std::string& target,
                                                       const std::vector<std::string>& options,
                                                       std::uint64_t seed);

/// The rules of a scenario that load_scenario() accepted.
std::vector<metrics::ThresholdRule> threshold_rules(const scenarios::Scenario& scenario);

}  // namespace gauntlet::sim
