// A run in virtual time: one thread, one event queue, no socket.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/actor/crew.hpp"
#include "sim/orchestrator/embedded.hpp"
#include "sim/orchestrator/run.hpp"
#include "sim/population/population.hpp"
#include "sim/session/books.hpp"
#include "sim/world/world.hpp"

namespace gauntlet::sim {
namespace {

// 2026-01-01T00:00:00Z: virtual time has no other wall clock.
constexpr std::int64_t kVirtualEpochUnixMs = 1'767'225'600'000;
constexpr Duration kGoodbye = std::chrono::seconds{3};

bool has_real_target(const scenarios::Targets& targets) {
  return (targets.relay && std::holds_alternative<scenarios::RelayAddresses>(*targets.relay)) ||
         (targets.arena && std::holds_alternative<scenarios::ArenaAddress>(*targets.arena));
}

// Messages that come back at the moment they left: a closed loop of them would never end.
bool stands_still(const scenarios::Scenario& scenario) {
  const auto no_time = [](const Distribution& time) { return mean(time) == Duration{}; };
  const auto* relay = scenario.targets.relay
                          ? std::get_if<scenarios::RelayOptions>(&*scenario.targets.relay)
                          : nullptr;
  if (!no_time(scenario.network.latency) || (relay && !no_time(relay->service_time))) return false;
  return std::ranges::any_of(scenarios::loads_of(scenario), [&](const scenarios::Load* load) {
    return load->in_flight && no_time(load->think);
  });
}

std::optional<Obstacle> what_forbids_it(const scenarios::Scenario& scenario) {
  constexpr auto kUser = Obstacle::Whose::user;
  if (has_real_target(scenario.targets))
    return Obstacle{
        kUser, "virtual time needs embedded targets: a real server has its own clock",
        "write `relay: embedded` and `arena: embedded`, or --set targets.relay=embedded"};
  if (!scenarios::with_model_servers(scenario).empty())
    return Obstacle{kUser, "virtual time needs the mock runner: a real model has its own clock",
                    "write `runner: mock`"};
  if (scenarios::has_commands(scenario))
    return Obstacle{kUser,
                    "virtual time needs answers without a command: a process has its own clock",
                    "leave `with` out of `answer`"};
  if (stands_still(scenario))
    return Obstacle{kUser, "in virtual time, a closed loop without any delay would never end",
                    "give `network` a `latency`, the relay a `service_time`, or the loop `think`"};
  return std::nullopt;
}

Places virtual_places() {
  Places places;
  for (std::size_t i = 0; i < kEndpointCount; ++i) {
    const auto endpoint = static_cast<Endpoint>(i);
    const bool relay = endpoint == Endpoint::relay_http || endpoint == Endpoint::relay_socket;
    places[i] = {relay ? "relay.virtual:80" : "arena.virtual:80", path_of(endpoint)};
  }
  return places;
}

}  // namespace

Result<RunResult, Obstacle> run_virtual(const scenarios::Scenario& scenario,
                                        const scenarios::Plan& plan, Log& log) {
  if (auto problem = what_forbids_it(scenario)) return fail(std::move(*problem));
  const scenarios::Phases& phases = plan.phases;
  const auto run_name = static_cast<std::uint32_t>(key_of(scenario.seed, 0));
  Crew crew{scenario, plan, fmt::format("{:08x}", run_name)};
  Population population{crew};
  metrics::Recorder recorder;
  Books books{plan};
  World world{scenario.network, scenario.seed, recorder};

  std::vector<Embedded> embedded = make_embedded(scenario, kVirtualEpochUnixMs);
  std::vector<std::unique_ptr<Host>> hosts;
  for (const Embedded& server : embedded) {
    hosts.push_back(std::make_unique<Host>(*server.target, world, server.message_bytes_max,
                                           Host::Voice{server.name, log}));
    world.put(server.http, *hosts.back(), server.two_ports ? 1 : 0);
    world.put(server.socket, *hosts.back(), 0);
  }

  const Places places = virtual_places();
  Context context{.links = world,
                  .recorder = recorder,
                  .ledgers = books,
                  .announcer = world,
                  .places = places,
                  .seed = scenario.seed,
                  .warm_up_begins = phases.connect,
                  .warm_up_ends = phases.warm_up,
                  .log = log};
  Cast cast{plan.actors, [&](const auto& actor, Context& on) { return population.make(actor, on); },
            context};
  world.set_cast(cast);

  std::vector<const metrics::Recorder*> recorders = books.recorders();
  recorders.push_back(&recorder);
  metrics::Timeline timeline{phases.warm_up, phases.measure};
  while (const auto next = timeline.next_cut()) {
    world.run(*next, [] { return false; });
    books.publish();
    timeline.cut(world.now(), recorders);
  }
  metrics::Snapshot measured;
  measured.add(recorder);
  world.act([&](Instant now) { cast.stop(now); });
  world.run(phases.drain, [&] { return books.open() == 0 && cast.busy() == 0; });
  books.close(world.now(), scenario.drain);
  world.act([&](Instant now) { cast.leave(now); });
  world.run(world.now() + kGoodbye, [&] { return cast.done(); });

  RunResult result;
  for (const metrics::Recorder* each : recorders) result.snapshot.add(*each);
  result.intervals = std::move(timeline).finish(world.now(), recorders);
  result.snapshot.gauges = measured.gauges;  // afterwards everybody leaves
  result.measured = phases.measure - phases.warm_up;
  result.never_started = cast.never_started();
  result.trace_hash = world.trace_hash();
  result.events = world.events();
  return result;
}

}  // namespace gauntlet::sim
