#include "scenarios/plan/fault_schedule.hpp"

#include <algorithm>
#include <cmath>

#include "scenarios/terms/match.hpp"
#include "scenarios/terms/shuffle.hpp"

namespace gauntlet::scenarios {
namespace {

// Rounded up; but 7 % of 100 are 7, and no double is 7 %.
std::uint32_t part_of(double share, std::uint32_t crowd) {
  constexpr double kNoise = 1e-12;
  return static_cast<std::uint32_t>(std::ceil(share * crowd * (1 - kNoise)));
}

using Among = Selection::Among;

}  // namespace

std::optional<Victim> victim_of(const PlannedActor& actor) {
  switch (actor.role) {
    case Role::agent:
      return Victim{Among::agents, actor.number};
    case Role::participant:
      return Victim{Among::participants, actor.number};
    case Role::observer:
      return Victim{Among::observers, actor.number};
    case Role::voter:
    case Role::operator_:
      return std::nullopt;
  }
  return std::nullopt;
}

FaultSchedule::FaultSchedule(const Scenario& scenario, const Plan& plan, Victim victim)
    : scenario_{&scenario}, plan_{&plan}, victim_{victim} {
  for (std::uint32_t i = 0; i < scenario.faults.size(); ++i) {
    const Fault& fault = scenario.faults[i];
    if (!concerns(fault.to)) continue;
    if (fault.after) {
      waiting_.push_back({i, 0});
      continue;
    }
    Clock clock{.fault = i, .nth = 0, .due = gauntlet::at(fault.at)};
    if (befalls(i, 0) || advance(clock)) clocks_.push_back(clock);
  }
}

std::optional<Instant> FaultSchedule::next_time() const {
  std::optional<Instant> earliest;
  for (const Clock& clock : clocks_)
    if (!earliest || clock.due < *earliest) earliest = clock.due;
  if (!triggered_.empty() && (!earliest || triggered_.front().from < *earliest))
    earliest = triggered_.front().from;
  return earliest;
}

Blow FaultSchedule::take() {
  const auto first = std::ranges::min_element(clocks_, {}, &Clock::due);
  if (!triggered_.empty() && (first == clocks_.end() || triggered_.front().from < first->due)) {
    const Blow next = triggered_.front();
    triggered_.erase(triggered_.begin());
    return next;
  }
  const Blow next = blow(first->fault, first->nth, first->due);
  if (!advance(*first)) clocks_.erase(first);
  return next;
}

void FaultSchedule::happened(FaultEvent event, Instant now) {
  for (Waiting& waiting : waiting_) {
    const After& after = *scenario_->faults[waiting.fault].after;
    if (after.event != event) continue;
    const std::uint32_t nth = waiting.nth++;
    const Instant due = now + after.wait;
    if (due >= plan_->phases.measure || !befalls(waiting.fault, nth)) continue;
    const auto place = std::ranges::upper_bound(triggered_, due, {}, &Blow::from);
    triggered_.insert(place, blow(waiting.fault, nth, due));
  }
}

bool FaultSchedule::concerns(const Selection& to) const {
  return to.among == victim_.group || (to.among == Among::everyone && !is_target(victim_.group));
}

// Exactly so many of the crowd: those who stand first in the shuffle of this fault and this time.
bool FaultSchedule::befalls(std::uint32_t fault, std::uint32_t nth) const {
  const Fault& of = scenario_->faults[fault];
  const auto first_of_shuffle = [&](std::uint32_t count) {
    std::uint32_t place = victim_.number;
    if (of.to.among == Among::everyone && victim_.group != Among::agents) {
      place += plan_->count(Role::agent);
      if (victim_.group == Among::observers) place += plan_->count(Role::participant);
    }
    const std::uint64_t key = key_of(plan_->seed, Purpose::faults, fault, nth);
    return shuffled(place, crowd_of(of.to), key) < count;
  };
  const bool chosen =
      std::visit(match{
                     [](const Selection::All&) { return true; },
                     [&](const Selection::Some& some) { return first_of_shuffle(some.count); },
                     [&](const Selection::Share& share) {
                       return first_of_shuffle(part_of(share.share, crowd_of(of.to)));
                     },
                     [&](const Selection::One& one) { return one.number == victim_.number; },
                 },
                 of.to.which);
  if (!chosen || of.probability >= 1) return chosen;
  Stream random{key_of(plan_->seed, Purpose::faults, fault, nth, victim_.group, victim_.number)};
  return random.chance(of.probability);
}

std::uint32_t FaultSchedule::crowd_of(const Selection& to) const {
  switch (to.among) {
    case Among::agents:
      return plan_->count(Role::agent);
    case Among::participants:
      return plan_->count(Role::participant);
    case Among::observers:
      return plan_->count(Role::observer);
    case Among::everyone:
      return plan_->count(Role::agent) + plan_->count(Role::participant) +
             plan_->count(Role::observer);
    case Among::relay:
    case Among::arena:
      break;
  }
  return 1;
}

// On to the next time that befalls this victim, if there is one.
bool FaultSchedule::advance(Clock& clock) const {
  const auto& every = scenario_->faults[clock.fault].every;
  if (!every) return false;
  do {
    clock.due += *every;
    ++clock.nth;
    if (clock.due >= plan_->phases.measure) return false;
  } while (!befalls(clock.fault, clock.nth));
  return true;
}

Blow FaultSchedule::blow(std::uint32_t fault, std::uint32_t nth, Instant from) const {
  const Fault& of = scenario_->faults[fault];
  Instant until = from;
  if (def(of.action.kind).lasting == Lasting::yes)
    until = of.lasts ? from + *of.lasts : Instant::max();
  return {.fault = fault, .nth = nth, .from = from, .until = until};
}

}  // namespace gauntlet::scenarios
