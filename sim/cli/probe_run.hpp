// One run of a search for capacity.
#pragma once

#include <cstdint>
#include <functional>
#include <variant>

#include "metrics/capacity/step.hpp"
#include "scenarios/model/scenario.hpp"
#include "scenarios/terms/result.hpp"
#include "sim/cli/results.hpp"
#include "sim/orchestrator/obstacle.hpp"

namespace gauntlet::sim {

struct Interrupted {};
struct OurBug {
  std::string sentence;
};
/// Why a run has no result.
using NoStep = std::variant<Obstacle, Interrupted, OurBug>;

struct ProbeSettings {
  bool virtual_time{false};
  unsigned threads{0};                  // of the generator, live; 0: by the cores
  std::uint32_t processes{1};           // likewise
  std::function<bool()> interrupted{};  // asked after each moment of virtual time
};

/// The seed of a run: the scenario's own for the first at a load, then others made from it. The
/// same at every load, so that loads differ in nothing else.
std::uint64_t probe_seed(std::uint64_t seed, std::uint32_t repeat);

/// Runs a scenario, which has the probe's load and seed already.
Result<metrics::Step, NoStep> run_probe(const scenarios::Scenario& scenario,
                                        const metrics::Probe& probe, const ProbeSettings& settings);

}  // namespace gauntlet::sim
