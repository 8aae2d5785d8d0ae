// A run in virtual time: one thread, one event queue, no socket.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <vector>

#include "sim/actor/crew.hpp"
#include "sim/fault/faulty_links.hpp"
#include "sim/fault/faulty_target.hpp"
#include "sim/orchestrator/embedded.hpp"
#include "sim/orchestrator/run.hpp"
#include "sim/orchestrator/sitting.hpp"
#include "sim/population/population.hpp"
#include "sim/session/books.hpp"
#include "sim/session/closing_account.hpp"
#include "sim/world/world.hpp"

namespace gauntlet::sim {
namespace {

// 2026-01-01T00:00:00Z: virtual time has no other wall clock.
constexpr std::int64_t kVirtualEpochUnixMs = 1'767'225'600'000;
// For the ends of connections that are under way when everybody has said goodbye.
constexpr Duration kLastByte = std::chrono::minutes{1};

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
  if (!no_time(scenario.network.latency) || scenario.network.bandwidth) return false;
  if (relay && !no_time(relay->service_time)) return false;
  return std::ranges::any_of(scenarios::loads_of(scenario), [&](const scenarios::Load* load) {
    return load->in_flight && no_time(load->think);
  });
}

}  // namespace

std::optional<Obstacle> why_not_virtual(const scenarios::Scenario& scenario) {
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

namespace {

Places virtual_places() {
  Places places;
  for (std::size_t i = 0; i < kEndpointCount; ++i) {
    const auto endpoint = static_cast<Endpoint>(i);
    const bool relay = endpoint == Endpoint::relay_http || endpoint == Endpoint::relay_socket;
    places[i] = {relay ? "relay.virtual:80" : "arena.virtual:80", path_of(endpoint)};
  }
  return places;
}

// A world with the scenario's servers in it.
class Stead {
 public:
  Stead(const scenarios::Scenario& scenario, metrics::Recorder& recorder, Log& log,
        const MakeTarget& make)
      : world_{scenario.network, scenario.seed, recorder} {
    for (const Embedded& server : make_embedded(scenario, kVirtualEpochUnixMs)) {
      targets_.push_back(make(server));
      hosts_.push_back(std::make_unique<Host>(*targets_.back(), world_, server.rules,
                                              Host::Voice{server.name, log}));
      world_.put(server.http, *hosts_.back(), server.two_ports ? 1 : 0);
      world_.put(server.socket, *hosts_.back(), 0);
    }
  }
  World& world() { return world_; }

 private:
  World world_;
  std::vector<std::unique_ptr<Target>> targets_;
  std::vector<std::unique_ptr<Host>> hosts_;
};

// What is examined of the targets: of fresh ones, which nobody else uses, and of those of the run.
class Examiners {
 public:
  Examiners(const scenarios::Scenario& scenario, const Crew& crew, const Places& places,
            World& world, const Cast& cast, const scenarios::Phases& phases,
            const std::function<bool()>& interrupted)
      : examinations_{examinations_of(scenario)},
        calm_{scenario, unheard_, no_log(), without_faults},
        idle_{examinations_, calm_.world(), places,
              Sitting::idle(crew.run, scenario, kVirtualEpochUnixMs)},
        loaded_{examinations_, world, places,
                Sitting::under_load(
                    crew.run, crew.agent_prefix(), scenario, phases, kVirtualEpochUnixMs, [&cast] {
                      return cast.announced() ? std::string{cast.announced()->reveal()}
                                              : std::string{};
                    })} {
    calm_.world().run_beside(idle_);
    calm_.world().run(Instant::max(), [&] { return idle_.done() || interrupted(); });
    if (!idle_.done()) idle_.cut("it was interrupted", calm_.world().now());
    world.run_beside(loaded_);
  }

  std::vector<metrics::Correctness> results(Instant now) {
    loaded_.cut("the run was over before it was", now);  // as with the first breach
    return side_by_side(examinations_, idle_, loaded_);
  }
  std::uint64_t trace_hash(std::uint64_t of_the_run) {
    return key_of(calm_.world().trace_hash(), of_the_run);
  }

 private:
  std::vector<Examination> examinations_;
  metrics::Recorder unheard_;
  Stead calm_;
  Sitting idle_;
  Sitting loaded_;
};

// The books of a world that knows what its network has yet to let through: that is late, which a
// threshold may judge, but no target is to blame for it.
class WorldsBooks final : public LedgerSink {
 public:
  WorldsBooks(const World& world, Books& books) : world_{world}, books_{books} {}

  void add(Track::Book book, const metrics::LedgerEvent& event) override {
    // What a round's tokens meet that have not reached the arena when it ends is its business.
    if (event.what == metrics::LedgerEvent::What::lane_over)
      tell_of_those_held_up(book, metrics::LedgerEvent::What::interrupted);
    books_.add(book, event);
  }
  void close(Duration patience) {
    for (const Track::Book book : {Track::Book::relay, Track::Book::arena})
      tell_of_those_held_up(book, metrics::LedgerEvent::What::unreliable);
    books_.close(world_.now(), patience);
  }

 private:
  void tell_of_those_held_up(Track::Book book, metrics::LedgerEvent::What what) {
    for (const ActorId actor : world_.held_up())
      books_.add(book, {.what = what, .actor = actor, .at = world_.now()});
  }

  const World& world_;
  Books& books_;
};

}  // namespace

Result<RunResult, Obstacle> run_virtual(const scenarios::Scenario& scenario,
                                        const scenarios::Plan& plan,
                                        const VirtualSettings& settings) {
  if (auto problem = why_not_virtual(scenario)) return fail(std::move(*problem));
  Log& log = settings.log;
  const auto interrupted = [&] { return settings.interrupted && settings.interrupted(); };
  const scenarios::Phases& phases = plan.phases;
  const auto run_name = static_cast<std::uint32_t>(key_of(scenario.seed, 0));
  Crew crew{scenario, plan, fmt::format("{:08x}", run_name)};
  Population population{crew};
  metrics::Recorder recorder;
  Books books{plan, has_own_rounds(scenario), 2 * nearly_always_within(scenario.network)};
  const auto with_faults_of_run = [&](const Embedded& server) {
    return with_faults(server.make, scenario, plan, server.which, recorder);
  };
  Stead stead{scenario, recorder, log, with_faults_of_run};
  World& world = stead.world();
  WorldsBooks ledgers{world, books};

  std::optional<FaultyLinks> between;
  if (scenarios::has_network_faults(scenario)) {
    between.emplace(world, scenario, recorder);
    world.look_after(*between);
  }
  const Places places = virtual_places();
  Context context{.links = between ? static_cast<Links&>(*between) : world,
                  .recorder = recorder,
                  .ledgers = ledgers,
                  .announcer = world,
                  .places = places,
                  .seed = scenario.seed,
                  .warm_up_begins = phases.connect,
                  .warm_up_ends = phases.warm_up,
                  .log = log,
                  .between = between ? &*between : nullptr};
  Cast cast{plan.actors, performers(settings.staging, population), context};
  world.set_cast(cast);
  std::optional<Examiners> examiners;
  if (!scenario.conformance.empty())
    examiners.emplace(scenario, crew, places, world, cast, phases, interrupted);

  std::vector<const metrics::Recorder*> recorders = books.recorders();
  recorders.push_back(&recorder);
  const auto over = [&] { return settings.until_breach && books.broken(); };
  const auto halted = [&] { return over() || interrupted(); };
  metrics::Timeline timeline{phases.warm_up, phases.measure};
  for (auto next = timeline.next_cut(); settings.samples && next && !halted();
       next = timeline.next_cut()) {
    world.run(*next, halted);
    books.publish();
    timeline.cut(world.now(), recorders);
  }
  world.run(phases.measure, halted);
  const bool cut_short = interrupted();
  const Instant measured_until = std::min(world.now(), phases.measure);
  books.publish();
  metrics::Snapshot measured;
  measured.add_counts(recorder);
  if (!over()) {
    world.act([&](Instant now) { cast.stop(now); });
    world.run(std::min(phases.drain, world.now() + scenario.drain), [&] {
      return over() || (books.open() == 0 && cast.busy() == 0) || interrupted() != cut_short;
    });
    ledgers.close(scenario.drain);
  }

  RunResult result;
  result.interrupted = result.generator.interrupted = interrupted();
  result.closed = world.now();
  result.breaches = books.breaches();
  ClosingAccount closing{recorder};
  world.act([&](Instant now) { cast.leave(now); });
  if (!over()) closing.told_to_leave(cast.stuck(), world.now());
  world.run(world.now() + kGoodbye, [&] { return cast.done(); });
  if (!result.interrupted)
    result.trace_hash = examiners ? examiners->trace_hash(world.trace_hash()) : world.trace_hash();
  if (examiners) result.correctness = examiners->results(world.now());
  result.events = world.events();
  world.run(world.now() + kLastByte, [&] { return context.links.connected().empty(); });
  if (!over()) closing.parted(context.links.connected(), world.now());
  std::ranges::copy(closing.breaches(), std::back_inserter(result.breaches));
  finish(settings.staging);

  for (const metrics::Recorder* each : recorders)
    settings.samples ? result.snapshot.add(*each) : result.snapshot.add_counts(*each);
  if (settings.samples) result.intervals = std::move(timeline).finish(world.now(), recorders);
  result.snapshot.gauges = measured.gauges;  // afterwards everybody leaves
  result.measured = std::max(measured_until - phases.warm_up, Duration::zero());
  result.never_started = cast.never_started();
  return result;
}

}  // namespace gauntlet::sim
