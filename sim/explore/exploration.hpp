// Many runs of a scenario with faults drawn at random, over all cores, until one of them breaks
// something.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "scenarios/model/scenario.hpp"
#include "sim/explore/coverage.hpp"
#include "sim/explore/trial.hpp"

namespace gauntlet::sim {

struct ExplorationSettings {
  std::uint64_t runs{10'000};
  unsigned threads{1};
  Claims claims;
  /// Asked between runs, from any thread; true ends the exploration. Empty: never.
  std::function<bool(std::uint64_t runs_so_far)> enough;
};

/// A scenario that breaks something, with the seed and the faults that make it do so.
struct Found {
  scenarios::Scenario scenario;
  Failure failure;
};

struct Explored {
  std::uint64_t runs{0};
  Coverage coverage;
  std::optional<Found> found;  // by the run with the lowest number
};

/// What an arena makes of tokens is seen by its observers alone: adds one where there are
/// participants and nobody watches. @return Whether it did.
bool add_witness(scenarios::Scenario& scenario);

/// The scenario of run `number`: another seed, and drawn faults besides its own.
scenarios::Scenario variation(const scenarios::Scenario& scenario, std::uint64_t number);

/// Which failure is found depends on scenario and seed alone, not on the threads, unless `enough`
/// ends it.
Explored explore(const scenarios::Scenario& scenario, const ExplorationSettings& settings);

}  // namespace gauntlet::sim
