#include "scenarios/parse/fault_checks.hpp"

#include <algorithm>
#include <string>
#include <variant>

#include "scenarios/parse/checker.hpp"
#include "scenarios/parse/fault_chance.hpp"
#include "scenarios/parse/fault_company.hpp"
#include "scenarios/parse/population_kinds.hpp"
#include "scenarios/parse/quantity.hpp"
#include "scenarios/parse/selection.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet::scenarios {
namespace {

using Among = Selection::Among;

class FaultChecks : private Checker {
 public:
  using Checker::Checker;

  void run() {
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
      const std::string path = "faults." + std::to_string(i);
      if (!reader_.sound(path)) continue;
      const Fault& fault = scenario_.faults[i];
      check_fault_time(fault, path);
      if (const auto futility = futility_of(fault, path))
        complain(futility->path, futility->what, futility->fix);
      check_event(fault, path);
      if (def(fault.action.kind).victims == Victims::targets || is_target(fault.to.among)) {
        check_struck_target(fault, path);
        continue;
      }
      check_victims(fault, path);
      check_crowd(fault.to, path);
    }
    check_company();
  }

 private:
  void check_company() {
    if (!sound({"faults", "duration"})) return;
    for (const Clash& clash : clashes(scenario_.faults, scenario_.duration))
      complain("faults." + std::to_string(clash.second), clash.what, clash.fix);
  }

  void check_fault_time(const Fault& fault, const std::string& path) {
    const FaultDef& kind = def(fault.action.kind);
    if (fault.lasts && kind.lasting == Lasting::no)
      complain(path + ".for",
               path + ".for means nothing: " + std::string{kind.name} + " happens in a moment",
               "remove `for`, or write `every` to make it happen again and again");
    if (!sound({"duration"})) return;
    if (!fault.after && fault.at >= scenario_.duration)
      complain_of_late(path + ".at", fault.at);
    else if (fault.every && fault.at + *fault.every >= scenario_.duration)
      complain_of_once(path + ".every", fault.at, *fault.every);
    if (fault.after && fault.after->wait >= scenario_.duration)
      complain_of_late(path + ".after.wait", fault.after->wait);
  }

  void complain_of_late(const std::string& path, Duration time) {
    const std::string end = duration_text(scenario_.duration);
    complain(path, path + " is " + duration_text(time) + ", but measuring ends at " + end,
             "write less than " + end + ", or raise `duration` above " + duration_text(time));
  }

  void complain_of_once(const std::string& path, Duration at, Duration every) {
    const std::string again = duration_text(at + every);
    complain(path,
             path + " is " + duration_text(every) + ", so it would come again at " + again +
                 ", but measuring ends at " + duration_text(scenario_.duration),
             "remove `every`, write less than " + duration_text(scenario_.duration - at) +
                 ", or raise `duration` above " + again);
  }

  void check_victims(const Fault& fault, const std::string& path) {
    const FaultDef& kind = def(fault.action.kind);
    if (kind.victims == Victims::clients) return;
    const bool agents = kind.victims == Victims::agents;
    if (fault.to.among == (agents ? Among::agents : Among::participants)) return;
    const std::string who = agents ? "agents" : "participants";
    complain(path + ".to", path + ": " + std::string{kind.name} + " befalls " + who + " only",
             "write `to: " + who + "`, or another selection of " + who);
  }

  // A target has faults of its own, and only one of ours can be told to have them.
  void check_struck_target(const Fault& fault, const std::string& path) {
    const FaultDef& kind = def(fault.action.kind);
    const bool relay = fault.to.among == Selection::Among::relay;
    const std::string target = relay ? "relay" : "arena";
    if (!is_target(fault.to.among))
      return complain(path + ".to",
                      path + ": " + std::string{kind.name} + " befalls an embedded target only",
                      "write `to: relay` or `to: arena`");
    if (kind.victims != Victims::targets)
      return complain(
          path + ".to",
          path + ": " + std::string{kind.name} + " befalls clients, and the " + target + " is none",
          "write `to: everyone`, or another selection of clients; a target's own faults are "
          "those that begin with target_");
    if (!sound({"targets"})) return;
    const Targets& targets = scenario_.targets;
    if (relay ? !targets.relay.has_value() : !targets.arena.has_value())
      return complain(path + ".to", path + ".to: there is no " + target + " in `targets`",
                      "write `" + target + ": embedded` there, or aim at what there is");
    if (relay ? !std::holds_alternative<RelayOptions>(*targets.relay)
              : !std::holds_alternative<ArenaOptions>(*targets.arena))
      complain(path + ".to",
               path + ".to: only an embedded target can be told to fail, and this " + target +
                   " is somebody else's",
               "write `" + target +
                   ": embedded` in `targets`, let the network of clients fail (outage, blackhole), "
                   "or put `gauntlet proxy` in front of it");
  }

  void check_event(const Fault& fault, const std::string& path) {
    if (!fault.after) return;
    const FaultEvent event = fault.after->event;
    const bool of_agents = event == FaultEvent::registered;
    const bool of_all = event == FaultEvent::joined;
    const auto wanted = of_agents ? Selection::Among::agents : Selection::Among::participants;
    if (of_all || fault.to.among == wanted) return;
    complain(path + ".after",
             path + ".after: this happens to " + (of_agents ? "agents" : "participants") + " only",
             is_target(fault.to.among)
                 ? "wait for `joined`: that somebody got in"
                 : std::string{"write `to: "} + (of_agents ? "agents" : "participants") +
                       "`, or wait for `joined`");
  }

  std::uint32_t size_of_group(Among group) const {
    std::uint64_t size = 0;
    for (const Population& population : scenario_.population) {
      const bool counted =
          std::visit(match{[&](const Agents&) { return group == Among::agents; },
                           [&](const Participants&) { return group == Among::participants; },
                           [&](const Observers&) { return group == Among::observers; },
                           [&](const Voters&) { return false; }},
                     population);
      if (counted || (group == Among::everyone && !std::holds_alternative<Voters>(population)))
        size += size_of(population);
    }
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(size, kActorsMax));
  }

  // Those of whom it speaks are there.
  void check_crowd(const Selection& to, const std::string& path) {
    if (!sound({"population", "rounds"})) return;
    const auto wrong = [&](const std::string& why, const std::string& fix) {
      complain(path + ".to", path + ".to is `" + selection_text(to) + "`, but " + why, fix);
    };
    const auto written = [&](const auto& which) {
      return selection_text({.among = to.among, .which = which, .round = {}});
    };
    const std::uint32_t crowd = size_of_group(to.among);
    if (crowd == 0 && to.among == Among::everyone)
      return wrong("the population has voters only", "add agents, participants or observers");
    const std::string all = written(Selection::All{});
    const auto* some = std::get_if<Selection::Some>(&to.which);
    if (crowd == 0)
      return wrong("the population has no " + all,
                   "add `- " + all + ": " + std::to_string(some != nullptr ? some->count : 1) +
                       "` to `population`, or aim at others");
    const std::string has = "the population has " + written(Selection::Some{crowd});
    if (some != nullptr && some->count > crowd)
      return wrong(has, "write `to: " + all + "`, or add " + std::to_string(some->count - crowd) +
                            " to the population");
    if (const auto* one = std::get_if<Selection::One>(&to.which); one && one->number >= crowd)
      return wrong(has + ", numbered from 0",
                   "write `to: " + written(Selection::One{crowd - 1}) +
                       "`, or a smaller number, or add some to the population");
    check_round(to, wrong);
  }

  template <class Wrong>
  void check_round(const Selection& to, Wrong wrong) {
    const std::size_t rounds = scenario_.rounds.size();
    if (!to.round || *to.round <= rounds) return;
    if (rounds == 0)
      return wrong("there are no rounds", "add `rounds`, or write `to: participants`");
    Selection last = to;
    last.round = static_cast<std::uint32_t>(rounds);
    wrong(rounds == 1 ? "there is 1 round" : "there are " + std::to_string(rounds) + " rounds",
          "write `to: " + selection_text(last) + "`, or add rounds");
  }
};

}  // namespace

void check_faults(const Scenario& scenario, const Value& root, Reader& reader) {
  FaultChecks{scenario, root, reader}.run();
}

}  // namespace gauntlet::scenarios
