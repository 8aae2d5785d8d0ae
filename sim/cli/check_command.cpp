// `gauntlet check`: is this file right, and what would it do?
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "metrics/summary/words.hpp"
#include "scenarios/parse/parse.hpp"
#include "scenarios/plan/plan.hpp"
#include "scenarios/plan/plan_summary.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/sentences.hpp"

namespace gauntlet::sim {
namespace {

// "500 agents, 1 observer, the operator"
std::string who_acts(const scenarios::Scenario& scenario, const scenarios::Plan& plan) {
  std::vector<std::string> parts;
  for (const auto& [count, noun] : {std::pair{plan.agents.size(), "agent"},
                                    {plan.participants.size(), "participant"},
                                    {plan.observers.size(), "observer"},
                                    {plan.voters.size(), "voter"}})
    if (count > 0) parts.push_back(counted(count, noun));
  if (scenarios::has_operator(scenario)) parts.emplace_back("the operator");
  return fmt::format("{}", fmt::join(parts, ", "));
}

void print_plan(const scenarios::Scenario& scenario, const scenarios::Plan& plan) {
  const scenarios::PlanSummary sum = scenarios::summarise(scenario, plan);
  const auto s = [](Instant t) { return seconds(t.time_since_epoch()); };
  fmt::print("# plan {:#018x}\n", plan.hash);
  fmt::print(
      "#   phases      connect to {:.1f} s, measure {:.1f} s to {:.1f} s, drain to {:.1f} s\n",
      s(plan.phases.connect), s(plan.phases.warm_up), s(plan.phases.measure), s(plan.phases.drain));
  fmt::print("#   actors      {}\n", who_acts(scenario, plan));
  if (!plan.agents.empty()) {
    fmt::print("#   operations  about {} sends and questions, and {}{}\n",
               metrics::in_words(sum.operations), counted(sum.answers_expected, "answer"),
               sum.closed_loops ? "; closed loops come on top" : "");
    fmt::print("#   deliveries  about {}, if everybody stays in\n",
               metrics::in_words(sum.deliveries_expected));
  }
  if (!plan.participants.empty())
    fmt::print("#   tokens      about {}\n", metrics::in_words(sum.tokens_expected));
}

}  // namespace

ExitCode check_command(const CheckFlags& flags) {
  const auto scenario = load_scenario(flags.scenario);
  if (!scenario) return ExitCode::usage;
  const scenarios::Plan plan = scenarios::make_plan(*scenario);
  fmt::print("{}\n", scenarios::to_yaml(*scenario));
  print_plan(*scenario, plan);
  const MachineLimits limits = machine_limits();
  const Needs needs = needs_of(*scenario, plan, flags.processes);
  for (const std::string& line : in_words(*scenario, needs, limits)) fmt::print("#   {}\n", line);
  return refuse(preflight(*scenario, plan, needs, limits));
}

}  // namespace gauntlet::sim
