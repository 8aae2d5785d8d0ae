#include "sim/explore/fault_draw.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <variant>

#include "scenarios/model/exclusion.hpp"

namespace gauntlet::sim {
namespace {

using scenarios::Fault;
using scenarios::FaultEvent;
using scenarios::Selection;
using Among = Selection::Among;

// Codes with which clients close: in order, going away, an error, one of their own.
constexpr std::array<std::uint32_t, 4> kCodes{1000, 1001, 1011, 4000};
constexpr std::array kDirections{scenarios::Direction::both, scenarios::Direction::to_target,
                                 scenarios::Direction::from_target};
constexpr Duration kDelayMin = std::chrono::milliseconds{1};
constexpr Duration kDelayMax = std::chrono::seconds{2};
constexpr Duration kPauseMax = std::chrono::milliseconds{20};
constexpr Duration kGapMax = std::chrono::milliseconds{500};
constexpr Duration kThinkingMax = std::chrono::milliseconds{100};
constexpr Duration kLastsMax = std::chrono::seconds{10};
constexpr Duration kWaitMax = std::chrono::seconds{2};

struct Crowd {
  Among group;
  std::uint32_t count;
};

std::vector<Crowd> crowds(const scenarios::Scenario& scenario) {
  std::vector<Crowd> all{{Among::agents, 0}, {Among::participants, 0}, {Among::observers, 0}};
  for (const scenarios::Population& population : scenario.population) {
    if (const auto* agents = std::get_if<scenarios::Agents>(&population))
      all[0].count += agents->count;
    if (const auto* participants = std::get_if<scenarios::Participants>(&population))
      all[1].count += participants->count;
    if (const auto* observers = std::get_if<scenarios::Observers>(&population))
      all[2].count += observers->count;
  }
  std::erase_if(all, [](const Crowd& crowd) { return crowd.count == 0; });
  return all;
}

bool befalls(Victims victims, Among group) {
  return victims == Victims::clients || (victims == Victims::agents && group == Among::agents) ||
         (victims == Victims::participants && group == Among::participants);
}

// Not those of a target: it would break what always holds because it was told to.
constexpr auto kDrawn = std::span{kFaults}.first(kClientFaultKinds);

bool befalls_any(Victims victims, const std::vector<Crowd>& crowds) {
  return std::ranges::any_of(crowds,
                             [&](const Crowd& crowd) { return befalls(victims, crowd.group); });
}

class Draw {
 public:
  Draw(const scenarios::Scenario& scenario, Stream& random)
      : scenario_{scenario}, random_{random}, crowds_{crowds(scenario)} {}

  std::vector<Fault> faults() {
    const std::vector<FaultKind> kinds = swarm();
    std::vector<Fault> all;
    const std::uint64_t most = kinds.empty() ? 0 : random_.below(kDrawnFaultsMax + 1);
    bool bad_network = false;  // one at most: two of them may leave nothing to each other
    for (std::uint64_t i = 0; i < most; ++i) {
      const FaultKind kind = kinds[random_.below(kinds.size())];
      if (def(kind).place == FaultPlace::network && std::exchange(bad_network, true)) continue;
      const Fault fault = one_of(kind);
      if (goes_with(scenario_.faults, fault) && goes_with(all, fault)) all.push_back(fault);
    }
    return all;
  }

 private:
  bool goes_with(const std::vector<Fault>& others, const Fault& fault) const {
    return std::ranges::none_of(others, [&](const Fault& other) {
      return exclude_each_other(other, fault, scenario_.duration);
    });
  }

  std::vector<FaultKind> swarm() {
    std::vector<FaultKind> kinds;
    for (const FaultDef& each : kDrawn)
      if (random_.chance(0.5) && befalls_any(each.victims, crowds_)) kinds.push_back(each.kind);
    return kinds;
  }

  Fault one_of(FaultKind kind) {
    const FaultDef& of = def(kind);
    std::vector<Crowd> victims;
    std::ranges::copy_if(crowds_, std::back_inserter(victims),
                         [&](const Crowd& crowd) { return befalls(of.victims, crowd.group); });
    const Crowd& crowd = victims[random_.below(victims.size())];
    Fault fault;
    fault.to = {.among = crowd.group, .which = some_of(crowd), .round = {}};
    fault.action = any_action(kind);
    if (kind == FaultKind::complete_empty)  // at any other time, there are tokens
      fault.after = {.event = FaultEvent::challenged, .wait = any_time(kThinkingMax)};
    else if (random_.chance(0.3))
      fault.after = {.event = any_event(crowd.group),
                     .wait = any_time(std::min(kWaitMax, scenario_.duration))};
    else
      fault.at = any_time(scenario_.duration - std::chrono::milliseconds{1});
    if (!fault.after && random_.chance(0.3))
      fault.every = std::chrono::seconds{1} + any_time(scenario_.duration / 2);
    if (of.lasting == Lasting::yes)
      fault.lasts = std::min(std::chrono::milliseconds{100} + any_time(kLastsMax),
                             fault.every.value_or(Duration::max()));
    if (fault.every && fault.at + *fault.every >= scenario_.duration) fault.every.reset();
    return fault;
  }

  // A parameter that the kind does not take stays what it is.
  scenarios::FaultAction any_action(FaultKind kind) {
    scenarios::FaultAction action{.kind = kind};
    const auto up_to = [&](std::uint32_t doublings) {
      return std::uint32_t{1} << random_.below(doublings + std::uint64_t{1});
    };
    switch (kind) {
      case FaultKind::close_connection:
        action.code = kCodes[random_.below(kCodes.size())];
        return action;
      case FaultKind::idle_connections:
      case FaultKind::never_upgrade:
        action.connections = up_to(4);
        return action;
      case FaultKind::connect_storm:
        action.connections = up_to(4);
        action.gap = std::chrono::milliseconds{10} + any_time(kGapMax);
        return action;
      case FaultKind::slow_reading:
        action.per_second = 16 * up_to(10);
        return action;
      case FaultKind::pin_guessing:
        action.guesses = up_to(4);
        return action;
      case FaultKind::runner_crawl:
      case FaultKind::endless_tokens:
        action.gap = std::chrono::milliseconds{10} + any_time(kGapMax);
        return action;
      case FaultKind::latency:
      case FaultKind::slow_close:
        action.delay = Constant{kDelayMin + any_time(kDelayMax)};
        break;
      case FaultKind::bandwidth:
        action.per_second = 256 * up_to(8);
        break;
      case FaultKind::slicing:
        action.piece = up_to(8);
        action.pause = any_time(kPauseMax);
        break;
      case FaultKind::close_after_bytes:
      case FaultKind::reset_after_bytes:
        action.bytes = 16 * up_to(10);
        break;
      case FaultKind::blackhole:
        break;
      default:
        return action;
    }
    action.direction = kDirections[random_.below(kDirections.size())];
    return action;
  }

  std::variant<Selection::All, Selection::Some, Selection::Share, Selection::One> some_of(
      const Crowd& crowd) {
    if (random_.chance(0.1)) return Selection::All{};
    if (random_.chance(0.3))
      return Selection::Some{
          1 + static_cast<std::uint32_t>(random_.below(std::min(crowd.count, std::uint32_t{3})))};
    return Selection::One{static_cast<std::uint32_t>(random_.below(crowd.count))};
  }

  FaultEvent any_event(Among group) {
    using enum FaultEvent;
    static constexpr std::array kOfAgents{registered, joined};
    static constexpr std::array kOfParticipants{joined, challenged, first_token, completed};
    static constexpr std::array kOfObservers{joined};
    std::span<const FaultEvent> events = kOfObservers;
    if (group == Among::agents) events = kOfAgents;
    if (group == Among::participants) events = kOfParticipants;
    return events[random_.below(events.size())];
  }

  // In whole milliseconds: nobody wants to read more digits.
  Duration any_time(Duration most) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(most).count();
    return std::chrono::milliseconds{
        random_.below(static_cast<std::uint64_t>(std::max<std::int64_t>(ms, 1)))};
  }

  const scenarios::Scenario& scenario_;
  Stream& random_;
  std::vector<Crowd> crowds_;
};

}  // namespace

std::vector<Fault> draw_faults(const scenarios::Scenario& scenario, Stream& random) {
  return Draw{scenario, random}.faults();
}

std::vector<FaultKind> drawn_kinds(const scenarios::Scenario& scenario) {
  const std::vector<Crowd> all = crowds(scenario);
  std::vector<FaultKind> kinds;
  for (const FaultDef& each : kDrawn)
    if (befalls_any(each.victims, all)) kinds.push_back(each.kind);
  return kinds;
}

}  // namespace gauntlet::sim
