// What a user wrote, as plain data. Defaults are these member initialisers and nothing else; the
// parser fills in only what the file says.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "scenarios/model/arrivals.hpp"
#include "scenarios/model/fault.hpp"
#include "scenarios/model/population.hpp"
#include "scenarios/model/targets.hpp"
#include "scenarios/terms/diagnostic.hpp"
#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/ipv4.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::scenarios {

/// One arena round that the operator starts.
struct Round {
  Duration at{};  // since the start of the run
  std::string prompt;
  std::uint32_t max_tokens{400};
  double temperature{0.8};  // 0 is a value, not "unset"
  Duration deadline{std::chrono::seconds{30}};
  std::optional<std::int64_t> seed;
  bool operator==(const Round&) const = default;
};

/// A claim that the verdict judges, for instance "relay.delivery.p99 < 250ms". Its grammar belongs
/// to metrics/verdict; here it is text with a place.
struct Threshold {
  std::string text;
  SourcePos where;
  bool operator==(const Threshold& other) const { return text == other.text; }
};

/// Conformance cases by their ids, '*' for any characters: "ARC-ROUTE-*". Which there are is for
/// sim/conformance to say; here it is text with a place.
struct CasePattern {
  std::string text;
  SourcePos where;
  bool operator==(const CasePattern& other) const { return text == other.text; }
};

/// Where an invariant is named: all of them.
inline constexpr std::string_view kAllInvariants = "all";

/// What must hold of the generator itself for a run to count. docs/measurement.md argues the
/// limits.
struct Validity {
  Duration slip_p99{std::chrono::milliseconds{10}};
  Duration loop_lag_p99{std::chrono::milliseconds{25}};
  Duration pause{std::chrono::milliseconds{100}};
  double starved{0.5};  // shares, from 0 to 1
  double stolen{0.05};
  double throttled{0.01};
  double packets_dropped{0.0001};
  bool operator==(const Validity&) const = default;
};

/// The links of virtual time, each direction of each connection by itself; a live run has the real
/// ones.
struct Network {
  Distribution latency{Constant{std::chrono::microseconds{100}}};  // one way, each chunk of bytes
  std::optional<std::uint32_t> bandwidth;  // bytes a second; unset: no limit
  double loss{0};                          // of packets, from 0 to 0.5: TCP sends them again
  bool operator==(const Network&) const = default;
};

/// Time that the last client to arrive has to get in, when the scenario does not say.
inline constexpr Duration kSettle = std::chrono::seconds{1};

struct Scenario {
  std::string name;
  std::uint64_t seed{1};
  Duration duration{std::chrono::seconds{10}};  // from the start to the end of measuring
  /// How long clients have to get in before traffic starts. Unset: the last arrival plus kSettle.
  std::optional<Duration> connect;
  Duration warm_up{};                       // after connect: traffic runs, samples are kept apart
  Duration drain{std::chrono::seconds{5}};  // at most, for what is still under way at the end
  Targets targets;
  /// From where clients connect; empty: from wherever the system chooses. Not in virtual time.
  std::vector<Ipv4Range> source_addresses;
  Network network;
  std::vector<Population> population;
  std::vector<Round> rounds;
  std::vector<Fault> faults;
  std::vector<Threshold> thresholds;
  /// What must hold at every moment: names of Invariants, kAllInvariants, or claims as thresholds.
  std::vector<Threshold> invariants;
  std::optional<Threshold> expect;       // one of those, which this file is known to break
  std::vector<CasePattern> conformance;  // to be played idle, and while the load is on
  Validity validity;
  bool operator==(const Scenario&) const = default;
};

/// The populations whose tokens a model server generates: indices, in order.
inline std::vector<std::size_t> with_model_servers(const Scenario& scenario) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < scenario.population.size(); ++i)
    if (const auto* group = std::get_if<Participants>(&scenario.population[i]))
      if (std::holds_alternative<ModelServer>(group->runner)) found.push_back(i);
  return found;
}

/// The loads of all that agents send and ask, in the order of the file.
inline std::vector<const Load*> loads_of(const Scenario& scenario) {
  std::vector<const Load*> all;
  for (const Population& population : scenario.population)
    if (const auto* group = std::get_if<Agents>(&population)) {
      for (const SendRule& rule : group->send) all.push_back(&rule.load);
      if (group->ask) all.push_back(&group->ask->load);
    }
  return all;
}

/// Whether participants stream tokens while nobody is there to see what the arena makes of them.
inline bool has_unwatched_arena(const Scenario& scenario) {
  const auto any = [&]<class Kind>(std::type_identity<Kind>) {
    return std::ranges::any_of(scenario.population, [](const Population& population) {
      return std::holds_alternative<Kind>(population);
    });
  };
  return any(std::type_identity<Participants>{}) && !any(std::type_identity<Observers>{});
}

/// Whether something goes wrong with the network, between clients and targets.
inline bool has_network_faults(const Scenario& scenario) {
  return std::ranges::any_of(scenario.faults, [](const Fault& fault) {
    return def(fault.action.kind).place == FaultPlace::network;
  });
}

/// Whether something goes wrong with an embedded target: with this one.
inline bool has_faults_of(const Scenario& scenario, Selection::Among target) {
  return std::ranges::any_of(scenario.faults, [&](const Fault& fault) {
    return def(fault.action.kind).place == FaultPlace::target && fault.to.among == target;
  });
}

/// Whether shell commands answer questions.
inline bool has_commands(const Scenario& scenario) {
  return std::ranges::any_of(scenario.population, [](const Population& population) {
    const auto* group = std::get_if<Agents>(&population);
    return group != nullptr && group->answer && group->answer->with;
  });
}

}  // namespace gauntlet::scenarios
