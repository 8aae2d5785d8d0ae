#include "scenarios/parse/fault_checks.hpp"

#include <string>
#include <variant>

#include "scenarios/parse/checker.hpp"
#include "scenarios/parse/fault_company.hpp"
#include "scenarios/parse/quantity.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet::scenarios {
namespace {

class FaultChecks : private Checker {
 public:
  using Checker::Checker;

  void run() {
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
      const std::string path = "faults." + std::to_string(i);
      if (!reader_.sound(path)) continue;
      const Fault& fault = scenario_.faults[i];
      check_fault_time(fault, path);
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
    if (sound({"duration"}) && !fault.after && fault.at >= scenario_.duration)
      complain(path + ".at",
               path + ".at is " + duration_text(fault.at) + ", but measuring ends at " +
                   duration_text(scenario_.duration),
               "let it happen sooner, or raise `duration`");
  }

  void check_victims(const Fault& fault, const std::string& path) {
    using Among = Selection::Among;
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

  // Those of whom it speaks are there.
  void check_crowd(const Selection& to, const std::string& path) {
    using Among = Selection::Among;
    if (!sound({"population", "rounds"})) return;
    std::uint64_t crowd = 0;
    for (const Population& population : scenario_.population) {
      const bool counted =
          std::visit(match{[&](const Agents&) { return to.among == Among::agents; },
                           [&](const Participants&) { return to.among == Among::participants; },
                           [&](const Observers&) { return to.among == Among::observers; },
                           [&](const Voters&) { return false; }},
                     population);
      if (counted || (to.among == Among::everyone && !std::holds_alternative<Voters>(population)))
        crowd += size_of(population);
    }
    const auto there_are = [&](std::uint64_t wanted) {
      complain(path + ".to",
               path + ".to asks for " + std::to_string(wanted) + ", but there are " +
                   std::to_string(crowd),
               "ask for fewer, or add some to the population");
    };
    if (const auto* some = std::get_if<Selection::Some>(&to.which); some && some->count > crowd)
      return there_are(some->count);
    if (const auto* one = std::get_if<Selection::One>(&to.which); one && one->number >= crowd)
      return complain(path + ".to",
                      path + ".to asks for number " + std::to_string(one->number) +
                          ", but there are " + std::to_string(crowd) + ", numbered from 0",
                      "choose a smaller number, or add some to the population");
    if (crowd == 0) return there_are(1);
    if (to.round && *to.round > scenario_.rounds.size())
      complain(path + ".to",
               path + ".to waits for round " + std::to_string(*to.round) + ", but there are " +
                   std::to_string(scenario_.rounds.size()) + " rounds",
               "choose one of them, or add rounds");
  }
};

}  // namespace

void check_faults(const Scenario& scenario, const Value& root, Reader& reader) {
  FaultChecks{scenario, root, reader}.run();
}

}  // namespace gauntlet::scenarios
