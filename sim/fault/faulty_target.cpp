#include "sim/fault/faulty_target.hpp"

#include <algorithm>
#include <utility>

#include "scenarios/terms/earliest.hpp"

namespace gauntlet::sim {

using scenarios::Blow;
using Among = scenarios::Selection::Among;

FaultyTarget::FaultyTarget(Make make, const scenarios::Scenario& scenario,
                           const scenarios::Plan& plan, Among which, metrics::Recorder& recorder)
    : make_{std::move(make)},
      scenario_{scenario},
      schedule_{scenario, plan, {.group = which, .number = 0}},
      target_{make_(lives_++)},
      outbox_{plan.seed, static_cast<std::uint64_t>(which), recorder},
      aftermath_{plan.phases, recorder} {}

FaultyTarget::~FaultyTarget() = default;

void FaultyTarget::handle(Instant now, ConnectionId from, const TargetInput& input,
                          TargetOutbox& out) {
  const std::size_t first = out.effects().size();
  const std::uint32_t lives = lives_;
  act(now, out);
  const bool of_this_life = lives_ == lives;
  if (lasts(FaultKind::target_pause)) {
    if (of_this_life && !std::holds_alternative<TimeCame>(input))
      kept_.push_back({from, KeptInput{input}});
  } else if (target_) {
    if (of_this_life) tell(now, from, input, out);
    outbox_.release(now, out);
  }
  look_at(now, out, first);
  aftermath_.time_passed(now);
}

std::optional<Instant> FaultyTarget::next_deadline() const {
  auto next = earliest(schedule_.next_time(), aftermath_.next_deadline());
  for (const Blow& blow : lasting_) next = earliest(next, std::optional{blow.until});
  if (target_ && !lasts(FaultKind::target_pause))
    next = earliest(next, target_->next_deadline(), outbox_.next_deadline());
  return next;
}

// What ends makes room for what begins at the same time, and may be over already when its turn
// comes.
void FaultyTarget::act(Instant now, TargetOutbox& out) {
  end_lasting(now, out);
  while (schedule_.next_time() && *schedule_.next_time() <= now) {
    strike(now, schedule_.take(), out);
    end_lasting(now, out);
  }
}

void FaultyTarget::strike(Instant now, const Blow& blow, TargetOutbox& out) {
  const FaultKind kind = kind_of(blow);
  const bool paused = lasts(FaultKind::target_pause);
  // The dead neither sleep nor die.
  if (!target_ && (kind == FaultKind::target_pause || kind == FaultKind::target_crash)) return;
  aftermath_.began(now, kind, blow.until);
  lasting_.push_back(blow);
  if (kind == FaultKind::target_crash) crash(now, out);
  if (kind == FaultKind::target_pause && !paused) out.push(Addressed{0, Halt{}});
  treat();
}

void FaultyTarget::crash(Instant now, TargetOutbox& out) {
  target_.reset();
  kept_.clear();
  outbox_.clear();
  std::erase_if(lasting_,
                [&](const Blow& blow) { return kind_of(blow) == FaultKind::target_pause; });
  aftermath_.broke(now);
  out.push(Addressed{0, Crash{}});
}

void FaultyTarget::end_lasting(Instant now, TargetOutbox& out) {
  const bool paused = lasts(FaultKind::target_pause);
  if (std::erase_if(lasting_, [&](const Blow& blow) { return blow.until <= now; }) == 0) return;
  treat();
  if (!target_ && !lasts(FaultKind::target_crash)) {
    target_ = make_(lives_++);
    out.push(Addressed{0, Resume{}});
  }
  if (!paused || lasts(FaultKind::target_pause)) return;
  out.push(Addressed{0, Resume{}});
  for (const Waiting& waiting : std::exchange(kept_, {}))
    tell(now, waiting.from, waiting.input.get(), out);
}

// Of those of a kind, the one that began last counts.
void FaultyTarget::treat() {
  FaultyOutbox::Treatment treatment;
  for (const Blow& blow : lasting_) {
    const scenarios::FaultAction& action = scenario_.faults[blow.fault].action;
    switch (action.kind) {
      case FaultKind::target_drop:
        treatment.drop = action.share;
        break;
      case FaultKind::target_duplicate:
        treatment.duplicate = action.share;
        break;
      case FaultKind::target_reorder:
        treatment.reorder = action.share;
        break;
      case FaultKind::target_corrupt:
        treatment.corrupt = action.share;
        break;
      case FaultKind::target_delay:
        treatment.delay = action.delay;
        break;
      default:
        break;
    }
  }
  outbox_.treat(treatment);
}

void FaultyTarget::tell(Instant now, ConnectionId from, const TargetInput& input,
                        TargetOutbox& out) {
  if (const auto* gone = std::get_if<Gone>(&input)) {
    aftermath_.left(now, from, *gone);
    outbox_.forget(from);
  }
  if (outbox_.idle()) return target_->handle(now, from, input, out);
  target_->handle(now, from, input, said_);
  outbox_.pass(now, said_, out);
  said_.clear();
}

// What leaves tells who is in, and that somebody is served.
void FaultyTarget::look_at(Instant now, const TargetOutbox& out, std::size_t first) {
  bool acted = false;
  for (std::size_t i = first; i < out.effects().size(); ++i) {
    const Addressed& addressed = out.effects()[i];
    if (addressed.to == 0) continue;
    acted = true;
    if (std::holds_alternative<Accept>(addressed.effect)) {
      aftermath_.joined(addressed.to);
      schedule_.happened(scenarios::FaultEvent::joined, now);
    }
    if (std::holds_alternative<HangUp>(addressed.effect)) aftermath_.dismissed(addressed.to);
  }
  if (acted) aftermath_.acted(now);
}

bool FaultyTarget::lasts(FaultKind kind) const {
  return std::ranges::any_of(lasting_, [&](const Blow& blow) { return kind_of(blow) == kind; });
}

FaultKind FaultyTarget::kind_of(const Blow& blow) const {
  return scenario_.faults[blow.fault].action.kind;
}

std::unique_ptr<Target> with_faults(FaultyTarget::Make make, const scenarios::Scenario& scenario,
                                    const scenarios::Plan& plan, Among which,
                                    metrics::Recorder& recorder) {
  if (!scenarios::has_faults_of(scenario, which)) return make(0);
  return std::make_unique<FaultyTarget>(std::move(make), scenario, plan, which, recorder);
}

}  // namespace gauntlet::sim
