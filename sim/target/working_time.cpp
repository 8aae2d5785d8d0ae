#include "sim/target/working_time.hpp"

#include <algorithm>

namespace gauntlet::sim {

WorkingTime::WorkingTime(const std::optional<scenarios::Stall>& stall) {
  if (!stall || stall->every <= Duration::zero() || stall->lasting <= Duration::zero()) return;
  every_ = stall->every;
  lasting_ = std::min(stall->lasting, stall->every);
}

Instant WorkingTime::resumes(Instant from) const {
  if (every_ == Duration::zero() || from == kNever) return from;
  const Duration elapsed = from.time_since_epoch();
  if (elapsed < every_) return from;
  if (lasting_ == every_) return kNever;
  const Duration into_period = elapsed % every_;
  return into_period < lasting_ ? from + (lasting_ - into_period) : from;
}

Instant WorkingTime::done(Instant from, Duration work) const {
  if (from == kNever || work == Duration::zero()) return from;
  if (every_ == Duration::zero()) return from + work;
  return when_worked(worked_until(from) + work);
}

Duration WorkingTime::worked_until(Instant moment) const {
  const Duration elapsed = moment.time_since_epoch();
  if (elapsed < every_) return elapsed;
  const auto periods = elapsed / every_;  // at least the first, which has no stall
  const Duration into_period = elapsed % every_;
  return every_ + (every_ - lasting_) * (periods - 1) +
         std::max(Duration::zero(), into_period - lasting_);
}

// The inverse: the earliest moment until which that much has been worked.
Instant WorkingTime::when_worked(Duration work) const {
  if (work <= every_) return at(work);
  const Duration per_period = every_ - lasting_;
  if (per_period == Duration::zero()) return kNever;
  const Duration later = work - every_;
  const auto whole_periods = (later - Duration{1}) / per_period;
  return at(every_ * (whole_periods + 1) + lasting_ + (later - per_period * whole_periods));
}

}  // namespace gauntlet::sim
