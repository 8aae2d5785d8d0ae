// What a plan amounts to, for `gauntlet check` and for what a run needs.
#pragma once

#include <cstdint>

#include "scenarios/plan/plan.hpp"

namespace gauntlet::scenarios {

/// By calculation from rates and probabilities; no operation is drawn.
struct PlanSummary {
  std::uint64_t actors{0};
  std::uint64_t operations{0};           // sends and questions by the clock: a mean
  std::uint64_t answers_expected{0};     // to these, a mean
  std::uint64_t deliveries_expected{0};  // of both, if everybody stays in
  bool closed_loops{false};              // what they send comes on top
  std::uint64_t tokens_expected{0};      // a mean
};
PlanSummary summarise(const Scenario& scenario, const Plan& plan);

}  // namespace gauntlet::scenarios
