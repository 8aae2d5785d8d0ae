#include "sim/actor/closed_loops.hpp"

#include <algorithm>

namespace gauntlet::sim {

using scenarios::Operation;

LoopPlaces::LoopPlaces(const scenarios::Load& load, Stream think)
    : count_{*load.in_flight}, load_{&load}, think_{think} {
  free_.reserve(count_);
}

void LoopPlaces::open(Instant begin) {
  open_ = true;
  free_.assign(count_ - taken_, begin);
}

void LoopPlaces::shut() {
  open_ = false;
  free_.clear();
}

Instant LoopPlaces::take() {
  std::ranges::pop_heap(free_, std::ranges::greater{});
  const Instant due = free_.back();
  free_.pop_back();
  ++taken_;
  return due;
}

void LoopPlaces::give_back(Instant now) {
  if (taken_ == 0) return;
  --taken_;
  if (!open_) return;
  free_.push_back(now + draw(load_->think, think_));
  std::ranges::push_heap(free_, std::ranges::greater{});
}

ClosedLoops::ClosedLoops(const scenarios::Agents& rules, const scenarios::Plan& plan, ActorId agent)
    : plan_{&plan}, agent_{agent} {
  for (std::uint32_t rule = 0; rule < rules.send.size(); ++rule)
    add(Operation::Kind::send, rule, rules.send[rule].to, rules.send[rule].load,
        rules.send[rule].timeout);
  if (rules.ask) add(Operation::Kind::ask, 0, rules.ask->to, rules.ask->load, rules.ask->timeout);
}

bool ClosedLoops::any(const scenarios::Agents& rules) {
  const auto closed = [](const auto& rule) { return rule.load.in_flight.has_value(); };
  return (rules.ask && closed(*rules.ask)) || std::ranges::any_of(rules.send, closed);
}

void ClosedLoops::add(Operation::Kind kind, std::uint32_t rule, const scenarios::Recipients& to,
                      const scenarios::Load& load, Duration timeout) {
  if (!load.in_flight) return;
  const auto stream = [&](Purpose purpose) {
    return scenarios::rule_stream(*plan_, agent_, purpose, kind, rule);
  };
  Loop loop{.kind = kind,
            .rule = rule,
            .to = &to,
            .timeout = timeout,
            .recipients = stream(Purpose::recipients),
            .places = {load, stream(Purpose::think)},
            .awaited = {}};
  if (kind == Operation::Kind::send) loop.awaited.reserve(*load.in_flight);
  loops_.push_back(std::move(loop));
}

void ClosedLoops::entered(Instant now) {
  for (Loop& loop : loops_) loop.places.open(std::max(now, plan_->phases.connect));
}

void ClosedLoops::left() {
  for (Loop& loop : loops_) {
    loop.places.shut();
    if (loop.kind == Operation::Kind::ask) continue;
    loop.awaited.abandon();
    loop.places.forget_taken();
  }
}

Instant ClosedLoops::next_due() const {
  Instant next = kNever;
  for (const Loop& loop : loops_) next = std::min(next, loop.places.next());
  return next;
}

const Operation& ClosedLoops::take() {
  const auto soonest =
      std::ranges::min_element(loops_, {}, [](const Loop& loop) { return loop.places.next(); });
  taken_from_ = static_cast<std::size_t>(soonest - loops_.begin());
  current_.kind = soonest->kind;
  current_.rule = soonest->rule;
  current_.intended = soonest->places.take();
  scenarios::address(current_, *soonest->to, *plan_, agent_, soonest->recipients);
  return current_;
}

void ClosedLoops::sent(std::uint32_t n, Instant now) {
  Loop& loop = loops_[taken_from_];
  if (loop.kind == Operation::Kind::send)
    loop.awaited.open(n, current_.intended, now + loop.timeout);
}

void ClosedLoops::not_sent(Instant now) {
  Loop& loop = loops_[taken_from_];
  loop.places.give_back(now + loop.timeout);
}

void ClosedLoops::came_back(std::uint32_t n, Instant now) {
  for (Loop& loop : loops_)
    if (loop.awaited.close(n)) return loop.places.give_back(now);
}

void ClosedLoops::questions_closed(std::size_t count, Instant now) {
  for (Loop& loop : loops_)
    if (loop.kind == Operation::Kind::ask)
      for (; count > 0; --count) loop.places.give_back(now);
}

void ClosedLoops::expire(Instant now) {
  for (Loop& loop : loops_)
    for (std::size_t given_up = loop.awaited.expire(now); given_up > 0; --given_up)
      loop.places.give_back(now);
}

Instant ClosedLoops::next_give_up() const {
  Instant next = kNever;
  for (const Loop& loop : loops_) next = std::min(next, loop.awaited.next());
  return next;
}

}  // namespace gauntlet::sim
