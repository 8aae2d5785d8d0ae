#include "sim/cli/probe_run.hpp"

#include <chrono>
#include <utility>

#include "metrics/verdict/conservation.hpp"
#include "scenarios/plan/plan.hpp"
#include "scenarios/terms/random.hpp"
#include "sim/cli/load.hpp"
#include "sim/orchestrator/run.hpp"

namespace gauntlet::sim {

std::uint64_t probe_seed(std::uint64_t seed, std::uint32_t repeat) {
  return repeat == 0 ? seed : key_of(seed, repeat);
}

Result<metrics::Step, NoStep> run_probe(const scenarios::Scenario& scenario,
                                        const metrics::Probe& probe,
                                        const ProbeSettings& settings) {
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  const auto started = std::chrono::system_clock::now();
  auto result =
      settings.virtual_time
          ? run_virtual(scenario, plan, {.interrupted = settings.interrupted})
          : run_live(scenario, plan,
                     LiveSettings{.threads = settings.threads, .processes = settings.processes});
  if (!result) return fail(NoStep{result.error()});
  if (result.value().interrupted) return fail(NoStep{Interrupted{}});
  const metrics::RunReport report =
      make_report({.scenario = scenario,
                   .plan = plan,
                   .driver = settings.virtual_time ? "virtual" : "live",
                   .started = started,
                   .lasted = std::chrono::system_clock::now() - started,
                   .out = {}},
                  std::move(result).value());
  if (const auto bug = metrics::broken_conservation(report.snapshot))
    return fail(NoStep{OurBug{*bug}});
  return metrics::make_step(probe, report, threshold_rules(scenario));
}

}  // namespace gauntlet::sim
