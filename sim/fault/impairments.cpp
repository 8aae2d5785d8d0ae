#include "sim/fault/impairments.hpp"

#include <algorithm>

namespace gauntlet::sim {
namespace {

using scenarios::Direction;
using scenarios::FaultAction;

bool concerns(const FaultAction& action, Direction way) {
  return action.direction == Direction::both || action.direction == way;
}

void impose(const FaultAction& action, Conditions& on) {
  using Silence = Conditions::Silence;
  switch (action.kind) {
    case FaultKind::latency:
      on.delay = &action.delay;
      return;
    case FaultKind::bandwidth:
      on.per_second = action.per_second;
      return;
    case FaultKind::slicing:
      on.piece = action.piece;
      on.pause = action.pause;
      return;
    case FaultKind::slow_close:
      on.farewell = &action.delay;
      return;
    case FaultKind::blackhole:
      on.silence = std::max(on.silence, Silence::of_bytes);
      return;
    case FaultKind::partition:
      on.silence = Silence::complete;
      return;
    default:
      return;  // of whole connections
  }
}

}  // namespace

void Impairments::add(const FaultAction& action, Instant until) {
  // Those that it outlasts will never count again.
  std::erase_if(going_on_, [&](const GoingOn& each) {
    return each.action->kind == action.kind && each.action->direction == action.direction &&
           each.until <= until;
  });
  going_on_.push_back({++last_number_, &action, until});
}

void Impairments::expire(Instant now) {
  std::erase_if(going_on_, [&](const GoingOn& each) { return each.until <= now; });
}

Conditions Impairments::conditions(Direction way) const {
  Conditions all;
  for (const GoingOn& each : going_on_)
    if (concerns(*each.action, way)) impose(*each.action, all);
  return all;
}

auto Impairments::limit() const -> std::optional<Limit> {
  std::optional<Limit> latest;
  for (const GoingOn& each : going_on_)
    if (each.action->kind == FaultKind::close_after_bytes ||
        each.action->kind == FaultKind::reset_after_bytes)
      latest = {each.number, each.action};
  return latest;
}

bool Impairments::outage() const {
  return std::ranges::any_of(
      going_on_, [](const GoingOn& each) { return each.action->kind == FaultKind::outage; });
}

std::optional<Instant> Impairments::next_end() const {
  const auto first = std::ranges::min_element(going_on_, {}, &GoingOn::until);
  if (first == going_on_.end() || first->until == Instant::max()) return std::nullopt;
  return first->until;
}

}  // namespace gauntlet::sim
