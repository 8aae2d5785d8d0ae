#include "scenarios/plan/intensity.hpp"

#include <algorithm>
#include <cmath>

namespace gauntlet::scenarios {
namespace {

// By how much a stage's rate grows in a second.
double slope_of(const Stage& stage) {
  return (stage.rate.to.per_second - stage.rate.from.per_second) / seconds(stage.length);
}

// What a stage makes due within so many seconds of its begin.
double due_after(const Stage& stage, double elapsed_s) {
  return (stage.rate.from.per_second + slope_of(stage) * elapsed_s / 2) * elapsed_s;
}

// Solves due_after(t) = due, in the form that subtracts no two numbers that may be close: exact
// whether the rate rises, falls, stays or begins at 0.
double when_due_s(const Stage& stage, double due) {
  if (due <= 0) return 0;
  const double first = stage.rate.from.per_second;
  const double then = std::sqrt(std::max(0.0, first * first + 2 * slope_of(stage) * due));
  return std::min(2 * due / (first + then), seconds(stage.length));
}

}  // namespace

Intensity::Intensity(const Load& load, Share share)
    : rate_per_s_{load.rate ? load.rate->per_second : 0},
      stages_{load.stages},
      agents_{static_cast<double>(share.of)} {}

std::optional<double> Intensity::when_s(double due) {
  if (stages_.empty()) return due / rate_per_s_;
  const double due_of_all = due * agents_;
  for (; stage_ < stages_.size(); ++stage_) {
    const Stage& stage = stages_[stage_];
    const double whole = due_after(stage, seconds(stage.length));
    if (due_of_all - stage_due_ < whole)
      return stage_begin_s_ + when_due_s(stage, due_of_all - stage_due_);
    stage_due_ += whole;
    stage_begin_s_ += seconds(stage.length);
  }
  return std::nullopt;
}

double expected_operations(const Load& load, std::uint32_t agents, Duration traffic) {
  if (load.rate) return load.rate->per_second * agents * seconds(traffic);
  if (load.trace) return static_cast<double>(load.trace->times->size());
  double due = 0;
  for (const Stage& stage : load.stages) {
    due += due_after(stage, seconds(std::clamp(traffic, Duration{}, stage.length)));
    traffic -= stage.length;
  }
  return due;
}

}  // namespace gauntlet::scenarios
