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
using metrics::Snapshot;

constexpr scenarios::Reconnect kOnce{.attempts = 0};
constexpr Duration kTimeout = 2s;

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

}  // namespace

scenarios::Scenario checkup_of(const scenarios::Scenario& scenario) {
  scenarios::Scenario checkup;
  checkup.name = "checkup";
  checkup.duration = kTimeout + 1s;
  checkup.connect = kTimeout;
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

std::optional<std::string> check_up(const scenarios::Scenario& scenario) {
  const scenarios::Scenario checkup = checkup_of(scenario);
  LiveSettings settings;
  settings.threads = 1;
  const auto result = run_live(checkup, scenarios::make_plan(checkup), settings);
  if (!result) return result.error().sentence;
  const Snapshot& seen = result.value().snapshot;
  if (result.value().interrupted) return std::nullopt;
  const auto who_stayed = [&](metrics::Gauge gauge) {
    return seen.gauges[static_cast<std::size_t>(gauge)];
  };
  if (scenario.targets.relay) {
    if (seen.counter(Counter::relay_connected) == 0)
      return in_words("relay", main_failure(seen, Counter::relay_failures));
    if (who_stayed(metrics::Gauge::relay_agents) == 0)
      return "the relay is dead: it let agents in, and they lost their connections";
    if (seen.counter(Counter::relay_received) == 0)
      return "the relay is hung: it lets agents in, and delivers nothing";
  }
  if (scenario.targets.arena && who_stayed(metrics::Gauge::arena_observers) == 0)
    return in_words("arena", main_failure(seen, Counter::arena_failures));
  return std::nullopt;
}

}  // namespace gauntlet::sim
