// Virtual time: what a minute of it costs, with everything on that a run has.
#include <benchmark/benchmark.h>

#include "scenarios/plan/plan.hpp"
#include "sim/orchestrator/run.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration kTraffic = 60s;

scenarios::Scenario a_thousand_agents() {
  scenarios::Agents agents{.count = 1000};
  agents.send = {{.load = {.rate = scenarios::Rate{1}}}};
  scenarios::Scenario scenario;
  scenario.name = "minute";
  scenario.connect = 1s;
  scenario.duration = 1s + kTraffic;
  scenario.network.latency = Uniform{.min = 500us, .max = 2ms};
  scenario.targets.relay = scenarios::RelayOptions{};
  scenario.population = {agents};
  return scenario;
}

void a_minute(benchmark::State& state) {
  const scenarios::Scenario scenario = a_thousand_agents();
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  std::uint64_t events = 0;
  for (auto _ : state) {
    const auto result = run_virtual(scenario, plan);
    if (!result) return state.SkipWithError(result.error().sentence.c_str());
    events += result.value().events;
  }
  const auto runs = static_cast<double>(state.iterations());
  state.counters["times_real_time"] =
      benchmark::Counter(runs * seconds(kTraffic), benchmark::Counter::kIsRate);
  state.counters["events_per_s"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
}
BENCHMARK(a_minute)->Name("a minute of virtual time with 1,000 messages a second/gauntlet");

}  // namespace
}  // namespace gauntlet::sim

BENCHMARK_MAIN();
