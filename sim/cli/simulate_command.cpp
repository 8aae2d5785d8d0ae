// `gauntlet simulate`: a scenario in virtual time.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "sim/cli/commands.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/results.hpp"

namespace gauntlet::sim {
namespace {

// The code that says most about a series of runs: a bug before anything else, then what is worse.
ExitCode worse(ExitCode a, ExitCode b) {
  const auto rank = [](ExitCode code) {
    switch (code) {
      case ExitCode::met:
        return 0;
      case ExitCode::not_met:
        return 1;
      case ExitCode::invalid:
        return 2;
      case ExitCode::interrupted:
        return 3;
      case ExitCode::unreachable:
        return 4;
      case ExitCode::usage:
        return 5;
      case ExitCode::bug:
        return 6;
    }
    return 6;
  };
  return rank(a) >= rank(b) ? a : b;
}

ExitCode simulate_once(const scenarios::Scenario& scenario, const SimulateFlags& flags) {
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  const auto started = std::chrono::system_clock::now();
  auto result = run_virtual(scenario, plan);
  if (!result) {
    fmt::print(stderr,
               "gauntlet: {}\n  fix: write `relay: embedded` and `arena: embedded`, or "
               "--set targets.relay=embedded\n",
               result.error().sentence);
    return ExitCode::usage;
  }
  if (flags.check_determinism) {
    const auto again = run_virtual(scenario, plan);
    if (again.value().trace_hash != result.value().trace_hash) {
      fmt::print(stderr, "gauntlet: a bug: two runs of seed {} differ: {:#018x} and {:#018x}\n",
                 scenario.seed, *result.value().trace_hash, *again.value().trace_hash);
      return ExitCode::bug;
    }
  }
  auto folder = flags.out;
  if (folder && flags.runs > 1) *folder /= fmt::format("seed-{}", scenario.seed);
  return conclude({.scenario = scenario,
                   .plan = plan,
                   .driver = "virtual",
                   .started = started,
                   .lasted = scenario.duration,
                   .out = folder},
                  std::move(result).value());
}

}  // namespace

ExitCode simulate_command(const SimulateFlags& flags) {
  auto scenario = load_scenario(flags.scenario);
  if (!scenario) return ExitCode::usage;
  ExitCode code = ExitCode::met;
  for (std::uint32_t run = 0; run < flags.runs; ++run, ++scenario->seed)
    code = worse(code, simulate_once(*scenario, flags));
  return code;
}

}  // namespace gauntlet::sim
