#include "sim/explore/checkup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "metrics/record/snapshot.hpp"
#include "scenarios/plan/plan.hpp"
#include "scenarios/terms/outcome.hpp"
#include "sim/orchestrator/run.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using metrics::Counter;
using metrics::Gauge;
using metrics::Snapshot;

constexpr scenarios::Reconnect kOnce{.attempts = 0};
constexpr Duration kTimeout = 2s;
// A process on its way out may still serve for a moment.
constexpr Duration kAtLeast = 1s;
constexpr Duration kSettle = 200ms;

// What most attempts to get in failed with.
Outcome main_failure(const Snapshot& snapshot, Counter failures) {
  std::size_t most = 0;
  const auto times = [&](std::size_t outcome) {
    return snapshot.counters[static_cast<std::size_t>(failures) + outcome];
  };
  for (std::size_t outcome = 1; outcome < kOutcomeCount; ++outcome)
    if (times(outcome) > times(most)) most = outcome;
  return static_cast<Outcome>(most);
}

std::string in_words(std::string_view target, Outcome why) {
  const bool gone = why == Outcome::refused || why == Outcome::unreachable;
  return fmt::format("the {} is {}: nobody gets in ({})", target, gone ? "dead" : "hung",
                     name(why));
}

std::int64_t who_is_in(const Snapshot& seen, Gauge gauge) {
  return seen.gauges[static_cast<std::size_t>(gauge)];
}

// Nobody is missing, and as many messages were delivered as there are agents.
bool everything_works(const scenarios::Scenario& checkup, const Snapshot& seen) {
  return std::ranges::all_of(checkup.population, [&](const scenarios::Population& population) {
    if (const auto* agents = std::get_if<scenarios::Agents>(&population))
      return who_is_in(seen, Gauge::relay_agents) == agents->count &&
             seen.counter(Counter::relay_received) >= agents->count;
    return who_is_in(seen, Gauge::arena_observers) > 0;
  });
}

std::optional<std::string> ailment_in(const Snapshot& seen, const scenarios::Targets& targets) {
  if (targets.relay) {
    if (seen.counter(Counter::relay_connected) == 0)
      return in_words("relay", main_failure(seen, Counter::relay_failures));
    if (who_is_in(seen, Gauge::relay_agents) == 0)
      return "the relay is dead: it let agents in, and they lost their connections";
    if (seen.counter(Counter::relay_received) == 0)
      return "the relay is hung: it lets agents in, and delivers nothing";
  }
  if (targets.arena && who_is_in(seen, Gauge::arena_observers) == 0)
    return in_words("arena", main_failure(seen, Counter::arena_failures));
  return std::nullopt;
}

}  // namespace

scenarios::Scenario checkup_of(const scenarios::Scenario& scenario) {
  scenarios::Scenario checkup;
  checkup.name = "checkup";
  checkup.duration = kTimeout + 1s;
  checkup.connect = kSettle;  // whoever is not in by then says its first words later
  checkup.drain = 1s;
  checkup.targets = scenario.targets;
  checkup.source_addresses = scenario.source_addresses;
  if (scenario.targets.relay) {
    scenarios::Agents pair{.count = 2, .timeout = kTimeout, .reconnect = kOnce};
    for (const scenarios::Population& population : scenario.population)
      if (const auto* agents = std::get_if<scenarios::Agents>(&population))
        pair.choose_id = agents->choose_id;
    pair.count *= static_cast<std::uint32_t>(
        std::max<std::size_t>(scenarios::relay_addresses(scenario.targets).size(), 1));
    pair.send = {{.load = {.rate = scenarios::Rate{4}}}};
    checkup.population.emplace_back(pair);
  }
  if (scenario.targets.arena)
    checkup.population.emplace_back(
        scenarios::Observers{.count = 1, .timeout = kTimeout, .reconnect = kOnce});
  return checkup;
}

Health check_up(const scenarios::Scenario& scenario) {
  const scenarios::Scenario checkup = checkup_of(scenario);
  LiveSettings settings;
  settings.threads = 1;
  settings.enough = [&](Instant now, const Snapshot& seen) {
    return now.time_since_epoch() >= kAtLeast && everything_works(checkup, seen);
  };
  const auto result = run_live(checkup, scenarios::make_plan(checkup), settings);
  if (!result) return {.ailment = result.error().sentence};
  if (result.value().interrupted) return {.interrupted = true};
  return {.ailment = ailment_in(result.value().snapshot, scenario.targets)};
}

std::string kind_of_ailment(const std::string& ailment) {
  const std::string clause = ailment.substr(0, ailment.find(": "));
  const std::size_t place = clause.find(" at ");  // "the relay at HOST:PORT cannot be reached"
  return place == std::string::npos ? clause : clause.substr(0, place) + " is dead";
}

}  // namespace gauntlet::sim
