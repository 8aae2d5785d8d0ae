// Scenarios for tests: YAML as a user writes it, and runs of it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "metrics/verdict/conservation.hpp"
#include "scenarios/parse/parse.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/orchestrator/run.hpp"

namespace gauntlet::sim {

inline scenarios::Scenario scenario_of(const std::string& yaml) {
  scenarios::Parsed parsed = scenarios::parse_scenario(yaml, {.file = "test.yaml"});
  for (const Diagnostic& problem : parsed.problems) ADD_FAILURE() << to_string(problem);
  return parsed.scenario.value_or(scenarios::Scenario{});
}

/// A run in virtual time, in which the conservation law must hold.
inline RunResult simulate(const scenarios::Scenario& scenario) {
  auto result = run_virtual(scenario, scenarios::make_plan(scenario));
  if (!result) {
    ADD_FAILURE() << result.error().sentence;
    return {};
  }
  RunResult run = std::move(result).value();
  EXPECT_EQ(metrics::broken_conservation(run.snapshot), std::nullopt);
  return run;
}
inline RunResult simulate(const std::string& yaml) { return simulate(scenario_of(yaml)); }

}  // namespace gauntlet::sim
