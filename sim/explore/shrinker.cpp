#include "sim/explore/shrinker.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/terms/match.hpp"
#include "scenarios/terms/random.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using scenarios::Agents;
using scenarios::Fault;
using scenarios::Participants;
using scenarios::Population;
using scenarios::Scenario;
using scenarios::Selection;

// Of each candidate, its own seed included.
constexpr std::uint64_t kSeedsTried = 6;
// A fault that comes sooner still meets nobody who is in.
constexpr Duration kSoonest = 1s;
constexpr std::array<Duration, 5> kRoundTimes{1s, 500ms, 100ms, 50ms, 10ms};

std::uint32_t& count_of(Population& population) {
  return std::visit([](auto& clients) -> std::uint32_t& { return clients.count; }, population);
}

template <class Kind>
std::uint32_t crowd(const Scenario& scenario) {
  std::uint32_t sum = 0;
  for (const Population& population : scenario.population)
    if (const auto* clients = std::get_if<Kind>(&population)) sum += clients->count;
  return sum;
}

std::uint32_t crowd(const Scenario& scenario, Selection::Among among) {
  switch (among) {
    case Selection::Among::agents:
      return crowd<Agents>(scenario);
    case Selection::Among::participants:
      return crowd<Participants>(scenario);
    case Selection::Among::observers:
      return crowd<scenarios::Observers>(scenario);
    case Selection::Among::relay:
      return scenario.targets.relay ? 1 : 0;
    case Selection::Among::arena:
      return scenario.targets.arena ? 1 : 0;
    case Selection::Among::everyone:
      break;
  }
  return crowd<Agents>(scenario) + crowd<Participants>(scenario) +
         crowd<scenarios::Observers>(scenario);
}

// Whom a fault meant may be gone: then it means one of those who are left.
void mend_victims(Scenario& scenario) {
  std::erase_if(scenario.faults, [&](const Fault& fault) {
    return crowd(scenario, fault.to.among) == 0 || fault.at >= scenario.duration ||
           (fault.to.round && *fault.to.round > scenario.rounds.size());
  });
  for (Fault& fault : scenario.faults) {
    if (fault.every && fault.at + *fault.every >= scenario.duration) fault.every.reset();
    const std::uint32_t left = crowd(scenario, fault.to.among);
    if (auto* one = std::get_if<Selection::One>(&fault.to.which)) one->number %= left;
    if (auto* some = std::get_if<Selection::Some>(&fault.to.which))
      some->count = std::min(some->count, left);
  }
}

void mend_recipients(scenarios::Recipients& to, std::uint32_t others) {
  if (auto* some = std::get_if<scenarios::RandomAgents>(&to))
    some->count = std::min(some->count, others);
}

void mend_recipients(Scenario& scenario) {
  const std::uint32_t agents = crowd<Agents>(scenario);
  const std::uint32_t others = std::max(agents, 2U) - 1;
  for (Population& population : scenario.population)
    if (auto* group = std::get_if<Agents>(&population)) {
      for (scenarios::SendRule& rule : group->send) mend_recipients(rule.to, others);
      if (group->ask) mend_recipients(group->ask->to, others);
      if (group->subscribe)
        group->subscribe->to.count = std::min(group->subscribe->to.count, others);
    }
}

// A scenario from which something was taken may lack what others of its parts need.
void mend(Scenario& scenario) {
  if (crowd<Agents>(scenario) == 0) scenario.targets.relay.reset();
  if (crowd<Participants>(scenario) == 0) scenario.rounds.clear();
  if (crowd<Participants>(scenario) + crowd<scenarios::Observers>(scenario) == 0)
    scenario.targets.arena.reset();
  std::erase_if(scenario.rounds,
                [&](const scenarios::Round& round) { return round.at >= scenario.duration; });
  for (scenarios::Round& round : scenario.rounds)
    round.deadline = std::min(round.deadline, scenario.duration + scenario.drain - round.at);
  mend_victims(scenario);
  mend_recipients(scenario);
}

template <class List>
void erase(List& list, std::size_t from, std::size_t count) {
  const auto begin = list.begin() + static_cast<std::ptrdiff_t>(from);
  list.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(count, list.size() - from)));
}

// Down to a multiple of `unit`.
Duration rounded(Duration time, Duration unit) { return time - time % unit; }

}  // namespace

Found Shrinker::shrink(Found found) {
  found_ = std::move(found);
  if (settings_.try_live)
    while (shorten()) continue;
  while (!over_ && take_a_turn()) continue;
  return std::move(found_);
}

bool Shrinker::take_a_turn() {
  bool shrank = false;
  for (const auto pass :
       {&Shrinker::leave_out_faults, &Shrinker::leave_out_populations, &Shrinker::shorten,
        &Shrinker::leave_out_clients, &Shrinker::leave_out_traffic, &Shrinker::leave_out_rounds,
        &Shrinker::simplify_faults, &Shrinker::simplify_runners, &Shrinker::simplify_network,
        &Shrinker::round_times})
    while ((this->*pass)()) shrank = true;
  return shrank;
}

bool Shrinker::may_try() {
  over_ = over_ || trials_ >= settings_.trials_max ||
          (settings_.enough && settings_.enough(found_.scenario));
  return !over_;
}

bool Shrinker::works(const Change& change) {
  if (over_) return false;
  Scenario candidate = found_.scenario;
  change(candidate);
  mend(candidate);
  if (candidate == found_.scenario || !settings_.is_sound(candidate)) return false;
  const std::uint64_t seed = candidate.seed;
  const std::uint64_t tries = settings_.try_live ? kLiveTries : kSeedsTried;
  for (std::uint64_t i = 0; i < tries && may_try(); ++i) {
    if (!settings_.try_live) candidate.seed = i == 0 ? seed : i;
    ++trials_;
    auto failure = try_out(candidate);
    if (!failure || failure->what != found_.failure.what) continue;
    found_ = {std::move(candidate), *std::move(failure)};
    return true;
  }
  return false;
}

std::optional<Failure> Shrinker::try_out(const Scenario& candidate) const {
  return settings_.try_live ? settings_.try_live(candidate) : try_once(candidate, settings_.claims);
}

bool Shrinker::any_works(const std::vector<Change>& changes) {
  return std::ranges::any_of(changes, [this](const Change& change) { return works(change); });
}

// ---- What can be left out.

// All of them, then half, then quarters, down to each alone. Over sockets, all at once would cost
// several runs, mostly for nothing.
bool Shrinker::leave_out_faults() {
  const std::size_t all = found_.scenario.faults.size();
  const std::size_t first = settings_.try_live ? (all + 1) / 2 : all;
  for (std::size_t size = std::max<std::size_t>(first, 1); size > 0; size /= 2)
    for (std::size_t from = 0; from < all; from += size)
      if (works([&](Scenario& s) { erase(s.faults, from, size); })) return true;
  return false;
}

bool Shrinker::leave_out_populations() {
  for (std::size_t i = 0; i < found_.scenario.population.size(); ++i)
    if (works([&](Scenario& s) { erase(s.population, i, 1); })) return true;
  return false;
}

bool Shrinker::leave_out_clients() {
  for (std::size_t i = 0; i < found_.scenario.population.size(); ++i) {
    const std::uint32_t count = count_of(found_.scenario.population[i]);
    for (const std::uint32_t fewer : {1U, 2U, count / 2, count - 1})
      if (fewer > 0 && fewer < count &&
          works([&](Scenario& s) { count_of(s.population[i]) = fewer; }))
        return true;
  }
  return false;
}

bool Shrinker::leave_out_rounds() {
  for (std::size_t i = 0; i < found_.scenario.rounds.size(); ++i)
    if (works([&](Scenario& s) { erase(s.rounds, i, 1); })) return true;
  return false;
}

bool Shrinker::leave_out_traffic() {
  for (std::size_t i = 0; i < found_.scenario.population.size(); ++i) {
    const auto* group = std::get_if<Agents>(&found_.scenario.population[i]);
    if (group == nullptr) continue;
    const auto of = [i](auto change) {
      return [i, change](Scenario& s) { change(std::get<Agents>(s.population[i])); };
    };
    for (std::size_t rule = 0; rule < group->send.size(); ++rule)
      if (works(of([rule](Agents& agents) { erase(agents.send, rule, 1); }))) return true;
    if (any_works({
            of([](Agents& agents) { agents.ask.reset(); }),
            of([](Agents& agents) { agents.answer.reset(); }),
            of([](Agents& agents) { agents.subscribe.reset(); }),
            of([](Agents& agents) { agents.list.reset(); }),
            of([](Agents& agents) { agents.ping.reset(); }),
            of([](Agents& agents) { agents.throttle.reset(); }),
            of([](Agents& agents) { agents.arrive = {}; }),
        }))
      return true;
  }
  return false;
}

// ---- What can be simpler.

bool Shrinker::simplify_faults() {
  for (std::size_t i = 0; i < found_.scenario.faults.size(); ++i) {
    const Fault& fault = found_.scenario.faults[i];
    const auto of = [i](auto change) { return [i, change](Scenario& s) { change(s.faults[i]); }; };
    std::vector<Change> changes{
        of([](Fault& f) { f.every.reset(); }),
        of([](Fault& f) { f.probability = 1; }),
        of([](Fault& f) { f.action = {.kind = f.action.kind}; }),
        of([](Fault& f) {
          if (f.lasts) f.lasts = *f.lasts / 2;
        }),
        of([](Fault& f) { f.at = f.at > kSoonest ? f.at / 2 : f.at; }),
    };
    if (!std::holds_alternative<Selection::One>(fault.to.which) && !fault.to.round &&
        !is_target(fault.to.among))
      for (std::uint32_t number = 0; number < crowd(found_.scenario, fault.to.among); ++number)
        if (fault.to.among != Selection::Among::everyone)
          changes.push_back(of([number](Fault& f) { f.to.which = Selection::One{number}; }));
    if (any_works(changes)) return true;
  }
  return false;
}

bool Shrinker::simplify_runners() {
  for (std::size_t i = 0; i < found_.scenario.population.size(); ++i) {
    const auto* group = std::get_if<Participants>(&found_.scenario.population[i]);
    const auto* mock =
        group != nullptr ? std::get_if<scenarios::MockRunner>(&group->runner) : nullptr;
    if (mock == nullptr) continue;
    for (const std::uint32_t fewer : {1U, 2U, mock->tokens.max / 2})
      if (fewer > 0 && fewer < mock->tokens.max && works([&](Scenario& s) {
            auto& runner =
                std::get<scenarios::MockRunner>(std::get<Participants>(s.population[i]).runner);
            runner.tokens = {fewer, fewer};
          }))
        return true;
  }
  return false;
}

// Over sockets, the network is the one that is there.
bool Shrinker::simplify_network() {
  if (settings_.try_live) return false;
  return any_works({
      [](Scenario& s) { s.network = {}; },
      [](Scenario& s) { s.network.bandwidth.reset(); },
      [](Scenario& s) { s.network.loss = 0; },
  });
}

// To the moment in which it showed, or else by half. Not the drain: what comes late would be lost,
// which is no fault of the target's.
bool Shrinker::shorten() {
  const Duration duration = found_.scenario.duration;
  const Duration showed = found_.failure.breach.since.time_since_epoch();
  std::vector<Change> changes;
  for (const Duration shorter :
       {rounded(showed, 1s) + 1s, rounded(showed, 100ms) + 100ms, rounded(duration / 2, 100ms)})
    if (shorter < duration && shorter > Duration{})
      changes.emplace_back([shorter](Scenario& s) { s.duration = shorter; });
  if (found_.scenario.warm_up > Duration{})
    changes.emplace_back([](Scenario& s) { s.warm_up = {}; });
  return any_works(changes);
}

bool Shrinker::round_times() {
  for (std::size_t i = 0; i < found_.scenario.faults.size(); ++i)
    for (const Duration unit : kRoundTimes) {
      const auto rounder = [&](auto member) {
        return works([&](Scenario& s) {
          if (auto* time = member(s.faults[i])) *time = rounded(*time, unit);
        });
      };
      if (rounder([](Fault& f) { return &f.at; }) ||
          rounder([&](Fault& f) { return f.lasts && *f.lasts > unit ? &*f.lasts : nullptr; }) ||
          rounder([&](Fault& f) { return f.every && *f.every > unit ? &*f.every : nullptr; }) ||
          rounder([](Fault& f) { return f.after ? &f.after->wait : nullptr; }))
        return true;
    }
  return false;
}

}  // namespace gauntlet::sim
