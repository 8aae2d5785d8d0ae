#include "scenarios/parse/checks.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenarios/model/arrival.hpp"
#include "scenarios/parse/checker.hpp"
#include "scenarios/parse/fault_checks.hpp"
#include "scenarios/parse/population_kinds.hpp"
#include "scenarios/parse/quantity.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet::scenarios {
namespace {

const Arrive* arrive_of(const Population& population) {
  return std::visit(match{[](const Voters&) -> const Arrive* { return nullptr; },
                          [](const auto& clients) { return &clients.arrive; }},
                    population);
}

// Not before it, for a sentence that is read.
std::string in_ms(Duration time) {
  return duration_text(std::chrono::ceil<std::chrono::milliseconds>(time));
}

// When the last client of a population starts, at the latest.
Duration last_arrival(const Population& population) {
  const Arrive* arrive = arrive_of(population);
  if (arrive == nullptr) return {};
  const auto count = static_cast<std::uint32_t>(std::max<std::uint64_t>(size_of(population), 1));
  return arrival_of(*arrive, count - 1, count).time_since_epoch();
}

class Checks : private Checker {
 public:
  using Checker::Checker;

  void run() {
    check_relays();
    check_targets();
    check_pin();
    check_model_servers();
    check_tokens();
    check_arrivals();
    check_phases();
    check_rounds();
    check_recipients();
    check_loads();
    check_faults(scenario_, root_, reader_);
    check_cases();
    check_size();
  }

 private:
  template <class Visit>
  void for_each_population(Visit visit) {
    for (std::size_t i = 0; i < scenario_.population.size(); ++i) {
      const std::string path = "population." + std::to_string(i);
      if (reader_.sound(path)) visit(scenario_.population[i], path);
    }
  }

  const ArenaAddress* arena_address() const {
    return scenario_.targets.arena ? std::get_if<ArenaAddress>(&*scenario_.targets.arena) : nullptr;
  }
  bool controls_arena() const {
    return scenario_.targets.arena && (arena_address() == nullptr || arena_address()->control_url);
  }

  void need_relay(const std::string& path) {
    if (scenario_.targets.relay || !sound({"targets.relay"})) return;
    complain(path, path + ": agents need a relay, but targets.relay is not given",
             "add " + target_line("relay"));
  }

  void need_arena(const std::string& path, std::string_view who) {
    if (scenario_.targets.arena || !sound({"targets.arena"})) return;
    complain(path,
             path + ": " + std::string{who} + " need an arena, but targets.arena is not given",
             "add " + target_line("arena"));
  }

  // What to add so that there is an embedded target.
  std::string target_line(std::string_view key) const {
    const std::string line = std::string{key} + ": embedded";
    return root_.find("targets") != nullptr ? '`' + line + "` to targets"
                                            : "`targets: {" + line + "}`";
  }

  void check_pin() {
    const ArenaAddress* address = arena_address();
    if (address == nullptr || address->control_url || address->pin) return;
    const auto takes_part = [](const Population& population) {
      return std::holds_alternative<Participants>(population);
    };
    if (!sound({"targets.arena"}) || std::ranges::none_of(scenario_.population, takes_part)) return;
    complain("targets.arena",
             "targets.arena has neither `control` nor `pin`, so participants cannot learn the PIN",
             "add `control: http://host:port`, or `pin: \"${ARENA_PIN}\"`");
  }

  void check_model_servers() {
    std::size_t servers = 0;
    for_each_population([&](const Population& population, const std::string& path) {
      const auto* group = std::get_if<Participants>(&population);
      if (group == nullptr || !std::holds_alternative<ModelServer>(group->runner)) return;
      if (++servers == kModelServersMax + 1)
        complain(path + ".runner",
                 path + ".runner: no more than " + std::to_string(kModelServersMax) +
                     " populations can have a real model",
                 "put participants of the same model in one population");
    });
  }

  void check_tokens() {
    std::vector<std::string> files;
    for_each_population([&](const Population& population, const std::string& path) {
      const auto* group = std::get_if<Agents>(&population);
      if (group == nullptr || !group->tokens) return;
      const Tokens& tokens = *group->tokens;
      const auto report = [&](const std::string& what, const std::string& fix) {
        complain(path + ".tokens", path + ".tokens: " + what, fix);
      };
      if (tokens.agents.size() < group->count)
        report(tokens.file + " has " + std::to_string(tokens.agents.size()) + " tokens for " +
                   std::to_string(group->count) + " agents",
               "write `agents: " + std::to_string(tokens.agents.size()) +
                   "`, or register more: `gauntlet agent register --json >> " + tokens.file + '`');
      if (std::ranges::find(files, tokens.file) != files.end())
        report(tokens.file + " is used by another population, but two agents cannot share a token",
               "put them in one population, or give each a file of its own");
      files.push_back(tokens.file);
      if (scenario_.targets.relay && std::holds_alternative<RelayOptions>(*scenario_.targets.relay))
        report("the embedded relay is new in each run, and knows no token",
               "remove `tokens`, or give the address of a relay that has registered them");
    });
  }

  void check_relays() {
    const std::size_t relays = relay_addresses(scenario_.targets).size();
    if (relays <= kRelaysMax || !sound({"targets.relay"})) return;
    complain("targets.relay",
             "targets.relay lists " + std::to_string(relays) + " relays, but at most " +
                 std::to_string(kRelaysMax) + " are possible",
             "list fewer");
  }

  void check_targets() {
    for_each_population([&](const Population& population, const std::string& path) {
      std::visit(match{[&](const Agents&) { need_relay(path); },
                       [&](const Participants&) { need_arena(path, "participants"); },
                       [&](const Observers&) { need_arena(path, "observers"); },
                       [&](const Voters&) {
                         need_arena(path, "voters");
                         need_rounds(path);
                       }},
                 population);
    });
  }

  void need_rounds(const std::string& path) {
    if (!scenario_.rounds.empty() || !sound({"rounds"})) return;
    complain(path, path + ": voters have nothing to vote on without rounds",
             "add `rounds`, or remove the voters");
  }

  void check_arrivals() {
    if (!scenario_.connect || !sound({"connect"})) return;
    for_each_population([&](const Population& population, const std::string& path) {
      const Duration last = last_arrival(population);
      if (last <= *scenario_.connect) return;
      complain(path + ".arrive",
               path + ".arrive: the last one starts at " + in_ms(last) +
                   ", after connect has ended at " + duration_text(*scenario_.connect),
               "let them arrive sooner, or raise `connect`");
    });
  }

  // When traffic starts.
  Duration connected() const {
    Duration ready = kSettle;
    for (const Population& population : scenario_.population)
      ready = std::max(ready, last_arrival(population) + kSettle);
    return scenario_.connect.value_or(ready);
  }

  void check_phases() {
    if (!sound({"duration", "connect", "warm_up", "population"})) return;
    const Duration ready = connected();
    if (scenario_.duration > ready + scenario_.warm_up) return;
    complain("duration",
             "duration is " + duration_text(scenario_.duration) + ", but connecting (" +
                 in_ms(ready) + ") and warm_up (" + duration_text(scenario_.warm_up) +
                 ") leave nothing of it to measure",
             "raise `duration`, or let clients arrive sooner");
  }

  void need_control() {
    if (!sound({"targets.arena"}) || controls_arena()) return;
    if (scenario_.targets.arena)
      complain("rounds",
               "rounds need an arena that can be controlled, but targets.arena has no `control`",
               "add `control: http://host:port` to targets.arena, or remove `rounds`");
    else
      complain("rounds", "rounds need an arena, but targets.arena is not given",
               "add " + target_line("arena") + ", or remove `rounds`");
  }

  void check_rounds() {
    if (scenario_.rounds.empty()) return;
    need_control();
    for (std::size_t i = 0; i < scenario_.rounds.size(); ++i) {
      const std::string path = "rounds." + std::to_string(i);
      if (!reader_.sound(path)) continue;
      check_round_ends(scenario_.rounds[i], path);
      if (i > 0 && reader_.sound("rounds." + std::to_string(i - 1)))
        check_round_follows(scenario_.rounds[i - 1], scenario_.rounds[i], path);
    }
  }

  void check_round_ends(const Round& round, const std::string& path) {
    if (!sound({"duration", "drain"})) return;
    const Duration end = scenario_.duration + scenario_.drain;
    if (round.at >= scenario_.duration)
      complain(path + ".at",
               path + ".at is " + duration_text(round.at) + ", but the run measures until " +
                   duration_text(scenario_.duration),
               "start the round sooner, or raise `duration`");
    else if (round.at + round.deadline > end)
      complain(path + ".deadline",
               path + " may last until " + duration_text(round.at + round.deadline) +
                   ", but the run ends at " + duration_text(end) + " (duration + drain)",
               "lower the round's `deadline`, or raise `duration` or `drain`");
  }

  void check_round_follows(const Round& before, const Round& round, const std::string& path) {
    const Duration free = before.at + before.deadline;
    if (round.at >= free) return;
    complain(path + ".at",
             path + ".at is " + duration_text(round.at) +
                 ", but the round before it may last until " + duration_text(free),
             "start it at " + duration_text(free) + " or later, or lower the other's `deadline`");
  }

  void check_recipients() {
    if (!sound({"population"})) return;
    std::uint64_t agents = 0;
    for (const Population& population : scenario_.population)
      if (std::holds_alternative<Agents>(population)) agents += size_of(population);
    // Those who share a relay, where there are fewest.
    agents /= std::max<std::size_t>(relay_addresses(scenario_.targets).size(), 1);
    for_each_population([&](const Population& population, const std::string& path) {
      const auto* group = std::get_if<Agents>(&population);
      if (group == nullptr) return;
      for (std::size_t i = 0; i < group->send.size(); ++i) {
        const std::string rule = path + ".send." + std::to_string(i);
        check_choice(group->send[i].to, agents, rule + ".to");
        check_loop(group->send[i], rule);
      }
      if (group->ask) check_asked(group->ask->to, path + ".ask.to");
      if (group->ask) check_choice(group->ask->to, agents, path + ".ask.to");
      if (group->subscribe) check_choice(group->subscribe->to, agents, path + ".subscribe.to");
    });
  }

  // An agent never chooses itself.
  void check_choice(const Recipients& to, std::uint64_t agents, const std::string& path) {
    const auto* random = std::get_if<RandomAgents>(&to);
    if (random == nullptr || random->count < agents) return;
    complain(path,
             path + " asks for " + std::to_string(random->count) + " agents other than the one " +
                 "that chooses, but there are " + std::to_string(agents) +
                 (relay_addresses(scenario_.targets).size() > 1 ? " on a relay" : " in all"),
             "use fewer, or add agents");
  }

  void check_loop(const SendRule& rule, const std::string& path) {
    if (!rule.load.in_flight || std::holds_alternative<Itself>(rule.to)) return;
    complain(path + ".in_flight",
             path + ".in_flight needs messages that come back, but a sender does not learn when " +
                 "others got its message",
             "add `to: itself`; or write `rate: 2/s`; or let it `ask: {in_flight: 1}`, and others "
             "`answer`");
  }

  void check_asked(const Recipients& to, const std::string& path) {
    if (!std::holds_alternative<Itself>(to)) return;
    complain(path, path + " is `itself`, but no agent answers its own question",
             "write `to: random agent`, or use `send` for round trips");
  }

  void check_loads() {
    if (!sound({"duration", "connect", "population"})) return;
    const Duration traffic = scenario_.duration - connected();
    if (traffic <= Duration{}) return;  // said already
    for_each_population([&](const Population& population, const std::string& path) {
      const auto* group = std::get_if<Agents>(&population);
      if (group == nullptr) return;
      for (std::size_t i = 0; i < group->send.size(); ++i)
        check_load(group->send[i].load, traffic, path + ".send." + std::to_string(i));
      if (group->ask) check_load(group->ask->load, traffic, path + ".ask");
    });
  }

  void check_load(const Load& load, Duration traffic, const std::string& path) {
    const std::string lasts = "but traffic lasts " + duration_text(traffic) +
                              " (from the end of connect to the end of `duration`)";
    Duration stages{};
    for (const Stage& stage : load.stages) stages += stage.length;
    if (stages > traffic)
      complain(path + ".load", path + ".load lasts " + duration_text(stages) + ", " + lasts,
               "raise `duration` by " + duration_text(stages - traffic) + ", or shorten a stage");
    const auto idle = [](const Stage& stage) {
      return stage.rate.from.per_second <= 0 && stage.rate.to.per_second <= 0;
    };
    if (!load.stages.empty() && std::ranges::all_of(load.stages, idle))
      complain(path + ".load", path + ".load is 0/s in every stage, so nothing would ever be sent",
               "give one of them a rate, or remove the rule");
    if (!load.trace) return;
    if (load.trace->times->empty())
      complain(path + ".trace", path + ".trace: " + load.trace->file + " has no times",
               "write some into it, or remove the rule");
    else if (load.trace->times->back() >= traffic)
      complain(path + ".trace",
               path + ".trace: " + load.trace->file + " goes on to " +
                   duration_text(load.trace->times->back()) + ", " + lasts,
               "raise `duration`, or shorten the file");
  }

  void check_cases() {
    const auto& check = reader_.options().check_cases;
    if (!check || !sound({"targets"})) return;
    for (std::size_t i = 0; i < scenario_.conformance.size(); ++i) {
      const std::string path = "conformance." + std::to_string(i);
      if (!reader_.sound(path)) continue;
      const std::string& pattern = scenario_.conformance[i].text;
      const auto problem = check(pattern, scenario_.targets);
      if (!problem) continue;
      std::string what = path;
      what.append(" is `").append(pattern).append("`, but ").append(problem->what);
      complain(path, what, problem->fix);
    }
  }

  void check_size() {
    if (!sound({"population"})) return;
    std::uint64_t actors = 0;
    for (const Population& population : scenario_.population) actors += size_of(population);
    if (actors <= kActorsMax) return;
    complain("population",
             "population adds up to " + std::to_string(actors) + " clients, but at most " +
                 std::to_string(kActorsMax) + " are possible",
             "use fewer");
  }
};

}  // namespace

void check(const Scenario& scenario, const Value& root, Reader& reader) {
  Checks{scenario, root, reader}.run();
}

}  // namespace gauntlet::scenarios
