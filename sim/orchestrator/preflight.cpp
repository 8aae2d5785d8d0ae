#include "sim/orchestrator/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "metrics/summary/words.hpp"
#include "scenarios/model/exclusion.hpp"
#include "scenarios/plan/early_fault.hpp"
#include "scenarios/terms/match.hpp"
#include "scenarios/terms/url.hpp"

namespace gauntlet::sim {
namespace {

using metrics::bytes_in_words;
using metrics::in_words;
using scenarios::Scenario;

// Loops, timers, logs, a scrape or two.
constexpr std::uint64_t kSpareFiles = 64;
// User memory of one idle client and of its end of a socket, rounded up: docs/operations.md says
// how it is measured.
constexpr std::uint64_t kBytesPerClient = 2 * 1024;
constexpr std::uint64_t kBytesPerProcess = std::uint64_t{40} << 20U;
// The system searches long for a free port where most are taken: one in two is used at most.
constexpr std::uint64_t kPortsPerConnection = 2;
constexpr std::uint64_t kOwnLoopbacksMax = 250;

/// In a process with that many clients: some register over a second connection at the same time.
std::uint64_t files_for(std::uint64_t clients, std::uint32_t processes) {
  return clients + std::min<std::uint64_t>(clients, kUnansweredMax / processes) + kSpareFiles;
}

bool holds(const Needs& needs, std::uint32_t processes, std::uint64_t files) {
  const std::uint64_t clients = (needs.clients + processes - 1) / processes;
  return files_for(clients, processes) <= files;
}

void check_files(const Needs& needs, const MachineLimits& limits, std::vector<Finding>& found) {
  const std::uint64_t free = limits.files_max - std::min(limits.files_max, limits.files_open);
  const std::uint64_t servers = needs.embedded_clients + kSpareFiles;
  std::uint64_t own = files_for(needs.clients_of_one, needs.processes);
  if (needs.processes == 1) own += needs.embedded_clients;
  const std::uint64_t needed = std::max(own, needs.embedded_clients > 0 ? servers : 0);
  if (needed <= free) return;
  std::string fix = fmt::format("ulimit -n {}", needed + limits.files_open);
  std::uint32_t processes = needs.processes;
  while (processes < kProcessesMax && !holds(needs, processes, free)) ++processes;
  if (servers > free)
    fix +=
        "; or serve the target in a process of its own: `gauntlet serve`, and its address "
        "under `targets`";
  else if (processes > needs.processes && holds(needs, processes, free))
    fix = fmt::format("--processes {}; or {}", processes, fix);
  found.push_back({true,
                   fmt::format("{} clients need {} open files in one process, which may open {} "
                               "({} are open already)",
                               in_words(needs.clients), in_words(needed),
                               in_words(limits.files_max), in_words(limits.files_open)),
                   fix});
}

// How many a fault will really find to befall is not known before, so this refuses nothing.
void check_files_of_faults(const Needs& needs, const MachineLimits& limits,
                           std::vector<Finding>& found) {
  const std::uint64_t free = limits.files_max - std::min(limits.files_max, limits.files_open);
  const bool both_ends = needs.embedded_clients > 0 && needs.processes == 1;
  const std::uint64_t clients =
      files_for(needs.clients_of_one, needs.processes) + (both_ends ? needs.embedded_clients : 0);
  const std::uint64_t all = clients + needs.beside * (both_ends ? 2 : 1);
  if (needs.beside == 0 || clients > free || all <= free) return;
  found.push_back(
      {false,
       fmt::format("with {} connections of faults beside its clients, or left behind by them, one "
                   "process may need {} open files, but may open {} ({} are open already)",
                   in_words(needs.beside), in_words(all), in_words(limits.files_max),
                   in_words(limits.files_open)),
       fmt::format("ulimit -n {}; or fewer victims", all + limits.files_open)});
}

void check_ports(const Scenario& scenario, const Needs& needs, const MachineLimits& limits,
                 std::vector<Finding>& found) {
  for (const Crowding& crowd : needs.crowds) {
    const auto sources =
        sources_for(scenario.source_addresses, crowd.connections, crowd.loopback, limits.ports);
    const std::uint64_t addresses = std::max<std::uint64_t>(sources.size(), 1);
    if (sources.empty() && !scenario.source_addresses.empty())
      found.push_back({true,
                       fmt::format("none of the `source_addresses` can reach {}, which is {} "
                                   "loopback",
                                   crowd.place, crowd.loopback ? "on" : "not on"),
                       crowd.loopback ? "source_addresses: [127.0.0.1 to 127.0.0.20]"
                                      : "source_addresses: [one of this machine's addresses]"});
    else if (crowd.connections > addresses * limits.ports)
      found.push_back(
          {true,
           fmt::format("{} connections to {} need as many local ports, but {} {}",
                       in_words(crowd.connections), crowd.place,
                       addresses == 1 ? "one address has" : in_words(addresses) + " addresses have",
                       in_words(addresses * limits.ports)),
           fmt::format("source_addresses: [{} addresses of this machine]; or sysctl "
                       "net.ipv4.ip_local_port_range=\"1024 65535\"",
                       (crowd.connections + limits.ports - 1) / limits.ports)});
  }
}

void check_memory(const Needs& needs, const MachineLimits& limits, std::vector<Finding>& found) {
  if (needs.memory_bytes <= limits.memory_bytes) return;
  found.push_back(
      {true,
       fmt::format("about {} of memory are needed, but {} are available",
                   bytes_in_words(needs.memory_bytes), bytes_in_words(limits.memory_bytes)),
       "use fewer clients, or end other programs"});
}

void check_targets(const Scenario& scenario, const scenarios::RelayOptions* relay,
                   const Needs& needs, const MachineLimits& limits, std::vector<Finding>& found) {
  if (needs.embedded_clients > 0 && limits.accept_queue_max < kUnansweredMax)
    found.push_back({false,
                     fmt::format("the system's accept queues hold {} connections: of a crowd that "
                                 "comes at once, some have to try again a second later",
                                 in_words(limits.accept_queue_max)),
                     fmt::format("sysctl net.core.somaxconn={}", 4 * kUnansweredMax)});
  if (relay == nullptr || relay->registrations_per_minute == 0) return;
  std::uint64_t agents = 0;
  for (const auto& population : scenario.population)
    if (const auto* group = std::get_if<scenarios::Agents>(&population)) agents += group->count;
  if (agents > relay->registrations_per_minute)
    found.push_back(
        {false,
         fmt::format("the embedded relay takes {} registrations a minute, but {} agents "
                     "want to register",
                     in_words(relay->registrations_per_minute), in_words(agents)),
         "raise `registrations_per_minute`, or let them arrive over a longer time"});
}

// What shards on other machines need is known to all of them beforehand, or from the target alone.
void check_shards(const Scenario& scenario, const Needs& needs, std::vector<Finding>& found) {
  if (needs.shards == 1) return;
  const auto refuse = [&](const char* what, const char* fix) {
    found.push_back({true, what, fix});
  };
  if (needs.embedded_clients > 0)
    refuse("each shard would have an embedded target of its own",
           "serve the target apart: `gauntlet serve`, and its address under `targets`");
  else if (scenarios::has_operator(scenario))
    refuse(
        "the arena's session and its rounds are made in one shard, and the others cannot know them",
        "use --processes; or give the address as {socket, pin}, and start the rounds yourself");
  if (!scenario.conformance.empty())
    refuse(
        "conformance cases are played with nobody else there first, and other shards may be there",
        "use --processes, or leave them to `gauntlet conform`");
  if (!scenarios::with_model_servers(scenario).empty())
    refuse("participants with a model server share its connections, and cannot be sharded",
           "leave --shard out, or write `runner: mock`");
  for (const auto& population : scenario.population) {
    const auto* group = std::get_if<scenarios::Agents>(&population);
    if (group == nullptr) continue;
    const bool unnamed =
        group->tokens ? std::ranges::any_of(group->tokens->agents,
                                            [](const auto& agent) { return agent.id.empty(); })
                      : !group->choose_id;
    if (!unnamed) continue;
    refuse("the relay gives agents their ids, which those in other shards cannot know",
           "let them choose: leave `id: assigned` out, or write the ids into the file of tokens");
    return;
  }
}

void check_processes(const Scenario& scenario, const Needs& needs, std::vector<Finding>& found) {
  if (needs.processes == 1 || scenarios::with_model_servers(scenario).empty()) return;
  found.push_back({true,
                   "participants with a model server share its connections, and cannot be spread "
                   "over processes",
                   "leave --processes out, or write `runner: mock`"});
}

std::uint64_t connected(const scenarios::Plan& plan) {
  return plan.participants.size() + plan.observers.size();
}

/// How many a fault befalls at a time.
std::uint64_t victims_of(const scenarios::Selection& to, const scenarios::Plan& plan) {
  using Among = scenarios::Selection::Among;
  const auto all = [&](Among among) -> std::uint64_t {
    switch (among) {
      case Among::everyone:
        return plan.agents.size() + connected(plan);
      case Among::agents:
        return plan.agents.size();
      case Among::participants:
        return plan.participants.size();
      case Among::observers:
        return plan.observers.size();
      case Among::relay:
      case Among::arena:
        break;
    }
    return 0;
  }(to.among);
  return std::visit(
      match{
          [&](const scenarios::Selection::All&) { return all; },
          [&](const scenarios::Selection::Some& some) {
            return std::min<std::uint64_t>(all, some.count);
          },
          [&](const scenarios::Selection::Share& share) {
            return static_cast<std::uint64_t>(std::ceil(share.share * static_cast<double>(all)));
          },
          [&](const scenarios::Selection::One&) { return std::min<std::uint64_t>(all, 1); },
      },
      to.which);
}

/// How often, as far as the scenario tells.
std::uint64_t times_of(const scenarios::Fault& fault, Duration end) {
  if (!fault.every || fault.at >= end) return 1;
  return 1 + static_cast<std::uint64_t>((end - fault.at) / *fault.every);
}

/// The sockets that faults take beside those of the clients: see Needs.
std::uint64_t beside_in(const Scenario& scenario, const scenarios::Plan& plan) {
  double all = 0;
  for (const scenarios::Fault& fault : scenario.faults) {
    const FaultKind kind = fault.action.kind;
    const auto victims = static_cast<double>(victims_of(fault.to, plan)) * fault.probability;
    if (kind == FaultKind::vanish)
      all += victims * static_cast<double>(times_of(fault, scenario.duration));
    else if (kind == FaultKind::idle_connections || kind == FaultKind::connect_storm ||
             kind == FaultKind::never_upgrade)
      all += victims * fault.action.connections;
  }
  return static_cast<std::uint64_t>(std::ceil(all));
}

// Of victims that are drawn, only the run knows who is met twice.
void check_repetitions(const Scenario& scenario, std::vector<Finding>& found) {
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const scenarios::Fault& fault = scenario.faults[i];
    if (!scenarios::may_exclude_itself(fault, scenario.duration)) continue;
    found.push_back(
        {.refuses = false,
         .what = fmt::format(
             "faults.{} ({}) comes again every {}, but lasts {}: whoever is drawn again before it "
             "is over has the latest only",
             i, def(fault.action.kind).name, metrics::in_words(*fault.every),
             fault.lasts ? metrics::in_words(*fault.lasts) : "to the end without `for`"),
         .fix = "write a `for` that is no longer than `every`, unless that is meant"});
  }
}

void check_moments(const Scenario& scenario, const scenarios::Plan& plan,
                   std::vector<Finding>& found) {
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const scenarios::Fault& fault = scenario.faults[i];
    if (!scenarios::is_too_early(fault, plan)) continue;
    found.push_back(
        {.refuses = false,
         .what = fmt::format("faults.{} ({}) befalls nobody: it is over before the first "
                             "of its victims is in",
                             i, def(fault.action.kind).name),
         .fix = fmt::format("give it an `at` after the connect phase, which ends after {}",
                            in_words(plan.phases.connect.time_since_epoch()))});
  }
}

// A latency is what a sensible file says of its links; a bad network is what somebody wants to see.
void check_network(const Scenario& scenario, std::vector<Finding>& found) {
  if (!scenario.network.bandwidth && scenario.network.loss == 0) return;
  found.push_back(
      {.refuses = false,
       .what = fmt::format("network.{} for virtual time: a live run has the network that is there",
                           !scenario.network.bandwidth  ? "loss is"
                           : scenario.network.loss == 0 ? "bandwidth is"
                                                        : "bandwidth and network.loss are"),
       .fix = "gauntlet simulate; or make the network worse by `faults`, such as `bandwidth` and "
              "`latency`"});
}

}  // namespace

bool is_loopback_name(std::string_view host) {
  const auto address = parse_ipv4(host);
  return address ? is_loopback(*address) : host == "localhost";
}

Needs needs_of(const Scenario& scenario, const scenarios::Plan& plan, std::uint32_t processes,
               std::uint32_t shards) {
  const auto share = [&](std::uint64_t all) { return (all + shards - 1) / shards; };
  Needs needs{.processes = processes,
              .shards = shards,
              .clients = share(plan.agents.size() + connected(plan)),
              .clients_of_one = 0,
              .embedded_clients = 0,
              .beside = share(beside_in(scenario, plan) / processes),
              .crowds = {},
              .memory_bytes = 0};
  needs.clients_of_one = (needs.clients + processes - 1) / processes;
  std::map<std::string, Crowding> crowds;
  const auto come = [&](const std::string& url_text, std::uint64_t connections) {
    const auto url = parse_url(url_text);
    if (!url || connections == 0) return;
    Crowding& crowd = crowds[url.value().authority()];
    crowd.place = url.value().authority();
    crowd.connections += share(connections);
    crowd.loopback = is_loopback_name(url.value().host);
  };
  const auto stay = [&](const char* name, std::uint64_t connections) {
    if (connections == 0) return;
    needs.embedded_clients += connections;
    crowds[name] = {name, connections, true};
  };
  const scenarios::Targets& targets = scenario.targets;
  const auto relays = scenarios::relay_addresses(targets);
  for (std::size_t i = 0; i < relays.size(); ++i)
    come(relays[i].connect_url, (plan.agents.size() + relays.size() - 1 - i) / relays.size());
  if (targets.relay && relays.empty()) stay("the embedded relay", plan.agents.size());
  if (targets.arena) {
    if (const auto* arena = std::get_if<scenarios::ArenaAddress>(&*targets.arena))
      come(arena->socket_url, connected(plan));
    else
      stay("the embedded arena", connected(plan));
  }
  for (auto& [place, crowd] : crowds) needs.crowds.push_back(std::move(crowd));
  needs.memory_bytes =
      processes * kBytesPerProcess + (needs.clients + needs.embedded_clients) * kBytesPerClient;
  return needs;
}

std::vector<Ipv4> sources_for(const std::vector<Ipv4Range>& given, std::uint64_t connections,
                              bool loopback, std::uint64_t ports) {
  std::vector<Ipv4> sources;
  for (const Ipv4Range& range : given)
    for (std::uint64_t i = 0; i < range.size(); ++i)
      if (const auto address = static_cast<Ipv4>(range.first + i); is_loopback(address) == loopback)
        sources.push_back(address);
  const std::uint64_t comfortable = std::max<std::uint64_t>(ports / kPortsPerConnection, 1);
  if (!given.empty() || !loopback || connections <= comfortable) return sources;
  const std::uint64_t wanted =
      std::min((connections + comfortable - 1) / comfortable, kOwnLoopbacksMax);
  for (std::uint64_t i = 0; i < wanted; ++i) sources.push_back(static_cast<Ipv4>(kLoopback + i));
  return sources;
}

std::vector<Finding> remarks_on_faults(const Scenario& scenario, const scenarios::Plan& plan) {
  std::vector<Finding> found;
  check_repetitions(scenario, found);
  check_moments(scenario, plan, found);
  return found;
}

std::vector<Finding> preflight(const Scenario& scenario, const scenarios::Plan& plan,
                               const Needs& needs, const MachineLimits& limits) {
  const auto* relay = scenario.targets.relay
                          ? std::get_if<scenarios::RelayOptions>(&*scenario.targets.relay)
                          : nullptr;
  std::vector<Finding> found;
  check_files(needs, limits, found);
  check_files_of_faults(needs, limits, found);
  check_ports(scenario, needs, limits, found);
  check_memory(needs, limits, found);
  check_processes(scenario, needs, found);
  check_shards(scenario, needs, found);
  check_targets(scenario, relay, needs, limits, found);
  check_network(scenario, found);
  std::ranges::move(remarks_on_faults(scenario, plan), std::back_inserter(found));
  return found;
}

std::optional<Obstacle> obstacle_among(const std::vector<Finding>& findings) {
  const auto first = std::ranges::find(findings, true, &Finding::refuses);
  if (first == findings.end()) return std::nullopt;
  return Obstacle{Obstacle::Whose::user, first->what, first->fix};
}

std::vector<std::string> in_words(const Scenario& scenario, const Needs& needs,
                                  const MachineLimits& limits) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("files       {} {}; each may open {}",
                              in_words(files_for(needs.clients_of_one, needs.processes) +
                                       (needs.processes == 1 ? needs.embedded_clients : 0)),
                              needs.processes == 1
                                  ? "in one process"
                                  : fmt::format("in each of {} processes", needs.processes),
                              in_words(limits.files_max)));
  for (const Crowding& crowd : needs.crowds) {
    const auto sources =
        sources_for(scenario.source_addresses, crowd.connections, crowd.loopback, limits.ports);
    lines.push_back(fmt::format(
        "ports       {} to {}, from {} with {} ports{}", in_words(crowd.connections), crowd.place,
        sources.size() > 1 ? in_words(sources.size()) + " addresses" : "one address",
        in_words(limits.ports), sources.size() > 1 ? " each" : ""));
  }
  lines.push_back(fmt::format("memory      about {}; {} are available",
                              bytes_in_words(needs.memory_bytes),
                              bytes_in_words(limits.memory_bytes)));
  return lines;
}

}  // namespace gauntlet::sim
