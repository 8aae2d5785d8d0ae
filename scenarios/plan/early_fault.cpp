#include "scenarios/plan/early_fault.hpp"

#include <algorithm>

namespace gauntlet::scenarios {
namespace {

using Among = Selection::Among;

// Else it befalls a client from its first moment on, connected or not.
bool takes_one_who_is_in(FaultKind kind) {
  switch (kind) {
    case FaultKind::runner_failure:
    case FaultKind::second_connection:
    case FaultKind::wrong_pin:
    case FaultKind::pin_guessing:
    case FaultKind::token_unregistered:
      return true;
    default:
      break;
  }
  const FaultDef& known = def(kind);
  return known.place == FaultPlace::words ||
         (known.place == FaultPlace::connection && known.lasting == Lasting::no);
}

// Of those who may be chosen, drawn or not. Instant::max() when there is nobody.
Instant first_start(const Selection& to, const Plan& plan) {
  Instant first = Instant::max();
  const auto* one = std::get_if<Selection::One>(&to.which);
  const auto look = [&](const std::vector<ActorId>& ids) {
    for (std::size_t number = 0; number < ids.size(); ++number)
      if (one == nullptr || one->number == number)
        first = std::min(first, plan.actors[ids[number]].start);
  };
  const bool all = to.among == Among::everyone;
  if (all || to.among == Among::agents) look(plan.agents);
  if (all || to.among == Among::participants) look(plan.participants);
  if (all || to.among == Among::observers) look(plan.observers);
  return first;
}

Instant last_moment(const Fault& fault, Instant end) {
  const Instant first = at(fault.at);
  if (!fault.every || first >= end) return first;
  return first + (end - first - Duration{1}) / *fault.every * *fault.every;
}

}  // namespace

bool is_too_early(const Fault& fault, const Plan& plan) {
  if (fault.after || is_target(fault.to.among)) return false;
  const Instant last = last_moment(fault, plan.phases.measure);
  const Instant start = first_start(fault.to, plan);
  if (takes_one_who_is_in(fault.action.kind)) return last <= start;
  if (def(fault.action.kind).lasting == Lasting::no) return false;  // it waits for its client
  return fault.lasts && last + *fault.lasts <= start;
}

}  // namespace gauntlet::scenarios
