#include "sim/explore/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "metrics/verdict/conservation.hpp"

namespace gauntlet::sim {

std::optional<Failure> failure_of(const RunResult& result, const scenarios::Plan& plan,
                                  const Claims& claims) {
  for (const metrics::Breach& breach : result.breaches)
    if (std::ranges::find(claims.ignored, breach.invariant) == claims.ignored.end())
      return Failure{std::string{def(breach.invariant).name}, breach};
  const metrics::Breach at_the_end{.at = plan.phases.drain, .since = plan.phases.drain};
  if (metrics::broken_conservation(result.snapshot)) return Failure{kBookkeeping, at_the_end};
  const Duration traffic = plan.phases.measure - plan.phases.connect;
  for (const metrics::Judged& judged :
       metrics::judge(claims.besides, result.snapshot, traffic, result.intervals))
    if (judged.measured && !judged.met) return Failure{judged.text, at_the_end};
  return std::nullopt;
}

std::optional<Failure> symptom_of(const RunResult& result, const scenarios::Plan& plan,
                                  Claims claims) {
  for (const char* protocol : {"relay", "arena"})
    for (const char* outcome : {"refused", "unreachable", "timed_out", "closed_early", "reset"})
      claims.besides.push_back(
          metrics::parse_threshold(fmt::format("{}.failures{{outcome={}}} == 0", protocol, outcome))
              .value());
  return failure_of(result, plan, claims);
}

std::optional<Failure> try_once(const scenarios::Scenario& scenario, const Claims& claims,
                                Coverage* coverage) {
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  VirtualSettings settings{.samples = !claims.besides.empty(),
                           .until_breach = claims.ignored.empty()};
  if (coverage != nullptr)
    settings.staging.around = [coverage](std::unique_ptr<Machine> machine, ActorId) {
      return watched(std::move(machine), *coverage);
    };
  const auto result = run_virtual(scenario, plan, settings);
  if (!result) return std::nullopt;
  if (coverage != nullptr) coverage->add(result.value().snapshot);
  return failure_of(result.value(), plan, claims);
}

}  // namespace gauntlet::sim
