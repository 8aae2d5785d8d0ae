// One run of a scenario in virtual time, and what it broke.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "metrics/ledger/breach.hpp"
#include "metrics/verdict/threshold.hpp"
#include "scenarios/model/scenario.hpp"
#include "scenarios/plan/plan.hpp"
#include "scenarios/terms/invariant.hpp"
#include "sim/explore/coverage.hpp"
#include "sim/orchestrator/run.hpp"

namespace gauntlet::sim {

/// Something that must hold, and did not.
struct Failure {
  std::string what;  // an invariant's name, or a claim
  /// Where it showed; for a claim, the end of the run and nobody in particular.
  metrics::Breach breach;
};

/// What is to hold in a trial.
struct Claims {
  std::vector<Invariant> ignored;  // of those that always hold
  std::vector<metrics::ThresholdRule>
      besides;  // judged at the end, where there is anything to judge
};

/// What a run whose books do not balance is said to break: a bug of ours.
inline constexpr const char* kBookkeeping = "bookkeeping";

/// The first thing that a run broke, live or virtual.
std::optional<Failure> failure_of(const RunResult& result, const scenarios::Plan& plan,
                                  const Claims& claims);

/// What shows in a run itself that a target died or hung in it: the first thing that it broke, or
/// else a claim about its failures that such a target does not meet.
std::optional<Failure> symptom_of(const RunResult& result, const scenarios::Plan& plan,
                                  Claims claims);

/// The scenario must be one that can run in virtual time.
/// @param coverage  what was reached is added; null: nobody cares.
std::optional<Failure> try_once(const scenarios::Scenario& scenario, const Claims& claims,
                                Coverage* coverage = nullptr);

}  // namespace gauntlet::sim
