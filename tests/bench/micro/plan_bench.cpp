// Random numbers, planned operations and deadlines: what it costs to know what comes next. Beside
// them, what the standard library offers for the same.
#include <benchmark/benchmark.h>

#include <random>
#include <set>

#include "scenarios/plan/schedule.hpp"
#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/random.hpp"
#include "sim/session/deadline_queue.hpp"

namespace gauntlet {
namespace {

using namespace std::chrono_literals;

void gauntlet_numbers(benchmark::State& state) {
  Stream stream{1};
  for (auto _ : state) benchmark::DoNotOptimize(stream.next());
}
BENCHMARK(gauntlet_numbers)->Name("a random number/gauntlet");

void standard_numbers(benchmark::State& state) {
  std::mt19937_64 engine{1};
  for (auto _ : state) benchmark::DoNotOptimize(engine());
}
BENCHMARK(standard_numbers)->Name("a random number/std::mt19937_64");

void gauntlet_exponential(benchmark::State& state) {
  Stream stream{1};
  const Distribution gap{Exponential{10ms}};
  for (auto _ : state) benchmark::DoNotOptimize(draw(gap, stream));
}
BENCHMARK(gauntlet_exponential)->Name("an exponential time/gauntlet");

void standard_exponential(benchmark::State& state) {
  std::mt19937_64 engine{1};
  std::exponential_distribution<double> gap{100};
  for (auto _ : state) benchmark::DoNotOptimize(gap(engine));
}
BENCHMARK(standard_exponential)->Name("an exponential time/std");

void gauntlet_lognormal(benchmark::State& state) {
  Stream stream{1};
  const Distribution time{LogNormal{.median = 50ms, .p99 = 400ms}};
  for (auto _ : state) benchmark::DoNotOptimize(draw(time, stream));
}
BENCHMARK(gauntlet_lognormal)->Name("a log-normal time/gauntlet");

void standard_lognormal(benchmark::State& state) {
  std::mt19937_64 engine{1};
  std::lognormal_distribution<double> time{-3, 0.9};
  for (auto _ : state) benchmark::DoNotOptimize(time(engine));
}
BENCHMARK(standard_lognormal)->Name("a log-normal time/std");

void planned_operations(benchmark::State& state) {
  scenarios::Scenario scenario;
  scenario.duration = 10'000h;
  scenario.connect = 1s;
  scenario.targets.relay = scenarios::RelayOptions{};
  scenario.population.push_back(scenarios::Agents{
      .count = 1000,
      .send = {{.to = scenarios::RandomAgents{1}, .load = {.rate = scenarios::Rate{1000}}}}});
  const scenarios::Plan plan = make_plan(scenario);
  scenarios::AgentSchedule schedule{scenario, plan, 7};
  for (auto _ : state) benchmark::DoNotOptimize(schedule.take());
}
BENCHMARK(planned_operations)->Name("an operation planned/gauntlet");

/// The next deadline of 10,000: the earliest comes, and moves to a later moment.
constexpr std::uint32_t kActors = 10'000;
Duration pause(Stream& stream) {
  return Duration{static_cast<std::int64_t>(stream.below(1'000'000'000))};
}

void gauntlet_deadlines(benchmark::State& state) {
  Stream stream{1};
  sim::DeadlineQueue queue{kActors};
  for (std::uint32_t actor = 0; actor < kActors; ++actor)
    queue.set(actor, Instant{} + pause(stream));
  for (auto _ : state) {
    const Instant now = *queue.next();
    queue.set(*queue.take_due(now), now + pause(stream));
  }
}
BENCHMARK(gauntlet_deadlines)->Name("a deadline of 10,000 moved/gauntlet");

void standard_deadlines(benchmark::State& state) {
  Stream stream{1};
  std::set<std::pair<Instant, std::uint32_t>> queue;
  for (std::uint32_t actor = 0; actor < kActors; ++actor)
    queue.emplace(Instant{} + pause(stream), actor);
  for (auto _ : state) {
    const auto [now, actor] = *queue.begin();
    queue.erase(queue.begin());
    queue.emplace(now + pause(stream), actor);
  }
}
BENCHMARK(standard_deadlines)->Name("a deadline of 10,000 moved/std::set");

}  // namespace
}  // namespace gauntlet

BENCHMARK_MAIN();
