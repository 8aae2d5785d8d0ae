// `gauntlet check`: is this file right, and what would it do?
#include <fmt/format.h>

#include "scenarios/parse/parse.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/load.hpp"

namespace gauntlet::sim {
namespace {

void print_plan(const scenarios::Scenario& scenario) {
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  const scenarios::PlanSummary sum = scenarios::summarise(scenario, plan);
  const auto s = [](Instant t) { return seconds(t.time_since_epoch()); };
  fmt::print("# plan {:#018x}\n", scenarios::plan_hash(scenario, plan));
  fmt::print(
      "#   phases      connect to {:.1f} s, measure {:.1f} s to {:.1f} s, drain to {:.1f} s\n",
      s(plan.phases.connect), s(plan.phases.warm_up), s(plan.phases.measure), s(plan.phases.drain));
  fmt::print("#   actors      {} ({} agents, {} participants, {} observers, {} voters{})\n",
             sum.actors, plan.agents.size(), plan.participants.size(), plan.observers.size(),
             plan.voters.size(), scenarios::has_operator(scenario) ? ", the operator" : "");
  fmt::print("#   operations  {} sends and questions, about {} answers\n", sum.operations,
             sum.answers_expected);
  fmt::print("#   deliveries  about {} if everybody stays in; tokens about {}\n",
             sum.deliveries_expected, sum.tokens_expected);
  fmt::print("#   sockets     {} in this process; memory about {} MiB\n", sum.sockets,
             sum.memory_bytes / (1024 * 1024));
}

}  // namespace

ExitCode check_command(const ScenarioFlags& flags) {
  const auto scenario = load_scenario(flags);
  if (!scenario) return ExitCode::usage;
  fmt::print("{}\n", scenarios::to_yaml(*scenario));
  print_plan(*scenario);
  return ExitCode::met;
}

}  // namespace gauntlet::sim
