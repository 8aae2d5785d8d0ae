#include "sim/orchestrator/live_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <mutex>
#include <random>
#include <system_error>
#include <thread>

#include "metrics/summary/words.hpp"
#include "runners/command/running_commands.hpp"
#include "runners/remote/dialect.hpp"
#include "sim/fault/faulty_target.hpp"
#include "sim/live/background.hpp"
#include "sim/live/hangup.hpp"
#include "sim/orchestrator/preflight.hpp"
#include "sim/orchestrator/process_generator.hpp"
#include "sim/orchestrator/server_test.hpp"
#include "sim/orchestrator/thread_generator.hpp"

namespace gauntlet::sim {
namespace {

constexpr Duration kTick = std::chrono::milliseconds{50};
constexpr Duration kBehindMax = std::chrono::milliseconds{500};
constexpr Duration kProgress = std::chrono::seconds{1};
// For connections that somebody holds though the goodbye is over: a worker may be late itself.
constexpr Duration kLastHold = std::chrono::seconds{10};
// For what a worker has to tell: thousands of events each time that it looks.
constexpr Duration kLastEvents = std::chrono::seconds{10};
constexpr Duration kLook = std::chrono::milliseconds{1};
constexpr int kInterrupted = 130;
// For the moment of the start to be known to all before it comes.
constexpr Duration kNotice = std::chrono::milliseconds{50};

std::string new_run_name() {
  std::random_device entropy;
  return fmt::format("{:08x}", entropy());
}

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// What the time of day was when the clock began.
std::int64_t unix_ms_at_start(const Clock& clock) {
  const auto since = clock.now().time_since_epoch();
  return unix_ms() - std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

// A target's accept queue does not grow with the number of machines.
std::size_t unanswered_max(const LiveSettings& settings) {
  return std::max<std::size_t>(kUnansweredMax / settings.shard.count, 1);
}

ProcessGenerator::Size size_of(const LiveSettings& settings) {
  return {.processes = settings.processes,
          .threads = std::max(1U, settings.threads),
          .unanswered_max = unanswered_max(settings)};
}

std::unique_ptr<SharedMemory> shared_memory(const scenarios::Scenario& scenario,
                                            const scenarios::Plan& plan,
                                            const LiveSettings& settings) {
  if (settings.processes == 1) return nullptr;
  return std::make_unique<SharedMemory>(
      ProcessGenerator::memory_for(scenario, plan, size_of(settings)));
}

}  // namespace

LiveRun::LiveRun(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
                 const LiveSettings& settings)
    : scenario_{scenario},
      plan_{plan},
      settings_{settings},
      shared_{shared_memory(scenario, plan, settings)},
      memory_{shared_ ? *shared_ : *std::pmr::get_default_resource()},
      crew_{place<Crew>(memory_, scenario, plan,
                        settings.name.empty() ? new_run_name() : settings.name, memory_)},
      population_{*crew_, memory_},
      books_{plan, has_own_rounds(scenario)},
      timeline_{plan.phases.warm_up, plan.phases.measure},
      signals_{control_},
      hangups_{control_},
      examinations_{examinations_of(scenario)} {
  if (settings.events != nullptr) publish_known_ids();
}

LiveRun::~LiveRun() {
  if (generator_) generator_->end();
}

Result<RunResult, Obstacle> LiveRun::run() {
  if (auto obstacle = find_targets()) return fail(std::move(*obstacle));
  if (auto obstacle = start_embedded()) return fail(std::move(*obstacle));
  choose_sources();
  if (auto obstacle = make_generator()) return fail(std::move(*obstacle));
  listen_for_signals();
  if (auto obstacle = choose_start()) return fail(std::move(*obstacle));

  std::shared_ptr<void> observer;
  if (settings_.on_start) {
    auto started = settings_.on_start([this] { return look(); });
    if (!started) return fail(Obstacle{Obstacle::Whose::user, started.error()});
    observer = std::move(started).value();
  }
  if (auto obstacle = examine_idle()) return fail(std::move(*obstacle));
  wait_for_start();
  start();
  RunResult result = apply_load();
  if (loaded_) loaded_->end("the load was over before it was");
  result.never_started = generator_->never_started();
  const Instant stopped = clock_.now();
  result.interrupted = std::exchange(interrupted_, false);
  watch(stopped + scenario_.drain, "drain", [&] {
    // What other shards have under way, nobody knows here.
    const bool alone = settings_.events == nullptr || result.interrupted;
    return alone && books_.open() == 0 && !generator_->busy();
  });
  result.interrupted |=
      std::exchange(interrupted_, false);  // then the goodbye is said all the same
  collect_all();
  result.closed = clock_.now();
  books_.close(result.closed, scenario_.drain);
  say_goodbye(result);
  servers_->stop();
  while (!result.interrupted && !interrupted_ && settings_.still_watched &&
         settings_.still_watched()) {
    control_.restart();
    control_.run_until(clock_.when(clock_.now() + kTick));
  }

  const auto gauges = result.snapshot.gauges;  // by now everybody has left
  result.snapshot = look();
  result.intervals = std::move(timeline_).finish(clock_.now(), recorders());
  result.snapshot.gauges = gauges;
  result.generator.interrupted = result.interrupted;
  result.generator.losses = generator_->losses();
  if (idle_) result.correctness = side_by_side(examinations_, idle_->sitting(), loaded_->sitting());
  return result;
}

RunResult LiveRun::apply_load() {
  // Adding up what the load reports takes a moment at a time, in which what is due on the same core
  // would be late. No phase waits for it, as it may be late itself; but a load that leaves it too
  // little of the core would fill the memory with what is yet to be added up.
  up_to_date_ = clock_.now();
  Background bookkeeper{[this](const std::stop_token& over) { keep_books(over); }};
  const auto let_pass = [&](Instant until, const char* phase) {
    enter(phase);
    while (!interrupted_ && clock_.now() < until && !seen_enough()) {
      if (bookkeeper.ended()) bring_up_to_date();
      if (clock_.now() - up_to_date_.load() > kBehindMax) bookkeeper.ask_to_end();
      rest(std::min(until, clock_.now() + kTick));
    }
  };
  let_pass(plan_.phases.connect, "connect");
  let_pass(plan_.phases.warm_up, "warm-up");
  generator_->begin_measuring();
  examine_under_load();
  let_pass(plan_.phases.measure, "measure");
  const Instant ended = std::min(clock_.now(), plan_.phases.measure);
  RunResult result;
  result.measured = std::max(ended - plan_.phases.warm_up, Duration::zero());
  result.generator = generator_->end_measuring();
  result.snapshot.gauges = look().gauges;
  generator_->stop();
  bookkeeper.end();
  return result;
}

void LiveRun::keep_books(const std::stop_token& over) {
  std::mutex asleep;
  std::condition_variable_any bell;
  while (!over.stop_requested()) {
    const Instant next = clock_.now() + kTick;
    const Instant then = std::min(next, timeline_.next_cut().value_or(next));
    std::unique_lock lock{asleep};
    bell.wait_until(lock, over, clock_.when(then), [] { return false; });
    bring_up_to_date();
  }
}

void LiveRun::say_goodbye(RunResult& result) {
  generator_->leave();
  closing_.told_to_leave(generator_->stuck(), clock_.now());
  const auto all_closed = [this] { return generator_->all_closed(); };
  watch(clock_.now() + kGoodbye, "goodbye", [this] { return generator_->done(); });
  if (!all_closed()) watch(clock_.now() + kLastHold, "last connections", all_closed);
  generator_->end();
  if (!interrupted_) closing_.parted(generator_->connected(), clock_.now());
  result.breaches = books_.breaches();
  std::ranges::copy(closing_.breaches(), std::back_inserter(result.breaches));
}

std::optional<Obstacle> LiveRun::find_targets() {
  const scenarios::Targets& targets = scenario_.targets;
  const TlsClientOptions tls = targets.tls.value_or(TlsClientOptions{});
  std::size_t number = 0;
  for (const scenarios::RelayAddress& relay : scenarios::relay_addresses(targets)) {
    if (auto gone = where_.find(relay_http(number), "relay", relay.register_url, tls)) return gone;
    if (auto gone = where_.find(relay_socket(number), "relay", relay.connect_url, tls)) return gone;
    ++number;
  }
  if (const auto* arena =
          targets.arena ? std::get_if<scenarios::ArenaAddress>(&*targets.arena) : nullptr) {
    if (auto gone = where_.find(Endpoint::arena_socket, "arena", arena->socket_url, tls))
      return gone;
    if (arena->control_url)
      if (auto gone = where_.find(Endpoint::arena_http, "arena", *arena->control_url, tls))
        return gone;
  }
  return find_model_servers();
}

std::optional<Obstacle> LiveRun::find_model_servers() {
  const auto served = scenarios::with_model_servers(scenario_);
  for (std::size_t i = 0; i < served.size(); ++i) {
    const auto& group = std::get<scenarios::Participants>(scenario_.population[served[i]]);
    const auto& server = std::get<scenarios::ModelServer>(group.runner);
    const Endpoint at = model_server(i);
    if (auto gone =
            where_.find(at, "model server", server.url, server.tls.value_or(TlsClientOptions{})))
      return gone;
    const ServerTest test{.at = at,
                          .path = std::string{runners::dialect_of(server.api).test_path},
                          .bearer = api_key(server)};
    if (auto problem = test_server(test, where_))
      return Obstacle{
          Obstacle::Whose::target,
          fmt::format("the model server at {} cannot be used: {}", server.url, *problem)};
  }
  return std::nullopt;
}

std::optional<Obstacle> LiveRun::start_embedded() {
  const auto with_faults_of_run = [&](const Embedded& server) {
    of_servers_.push_back(std::make_unique<metrics::Recorder>());
    return with_faults(server.make, scenario_, plan_, server.which, *of_servers_.back());
  };
  servers_ = std::make_unique<EmbeddedServers>(clock_, settings_.log);
  return servers_->put_up(scenario_, unix_ms(), with_faults_of_run, where_);
}

std::optional<Obstacle> LiveRun::examine_idle() {
  if (examinations_.empty()) return std::nullopt;
  note("plays conformance cases idle", {});
  const Clock clock;
  Whereabouts where = where_;
  EmbeddedServers servers{clock, no_log()};
  if (auto obstacle = servers.put_up(scenario_, unix_ms(), without_faults, where)) return obstacle;
  servers.start();
  idle_ = std::make_unique<LiveSitting>(
      examinations_, where, Sitting::idle(new_run_name(), scenario_, unix_ms_at_start(clock)),
      clock);
  idle_->run();  // an interrupt cuts it, and is waiting for watch(), too
  return std::nullopt;
}

void LiveRun::examine_under_load() {
  if (examinations_.empty()) return;
  loaded_ = std::make_unique<LiveSitting>(
      examinations_, where_,
      Sitting::under_load(crew_->run, crew_->agent_prefix(), scenario_, plan_.phases,
                          unix_ms_at_start(clock_), [this] { return generator_->newest_pin(); }),
      clock_);
  loaded_->start();
}

void LiveRun::choose_sources() {
  const MachineLimits limits = machine_limits();
  const Needs needs = needs_of(scenario_, plan_, settings_.processes, settings_.shard.count);
  std::uint64_t most = 0;
  for (const Crowding& crowd : needs.crowds) most = std::max(most, crowd.connections);
  for (Destination& destination : where_.destinations) {
    const auto address = destination.address.address();
    if (address.is_v4())
      destination.sources =
          sources_for(scenario_.source_addresses, most, address.is_loopback(), limits.ports);
  }
}

std::optional<Obstacle> LiveRun::make_generator() {
  const Job job{scenario_,         plan_,         *crew_,         population_, where_,
                settings_.staging, settings_.log, settings_.shard};
  if (settings_.processes > 1) {
    try {
      generator_ = std::make_unique<ProcessGenerator>(job, size_of(settings_), *shared_);
    } catch (const std::system_error& problem) {
      return Obstacle{Obstacle::Whose::user, problem.what(), "use fewer --processes"};
    }
    return std::nullopt;
  }
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const auto embedded = static_cast<unsigned>(servers_->size());
  const unsigned threads =
      settings_.threads != 0 ? settings_.threads : std::max(1U, cores - std::min(cores, embedded));
  std::vector<Worker::Recording> recordings(threads + 1);
  for (auto& recording : recordings) recording = std::make_shared<metrics::Recorder>();
  generator_ = std::make_unique<ThreadGenerator>(job, scenarios::actors_of(plan_, settings_.shard),
                                                 recordings, unanswered_max(settings_));
  return std::nullopt;
}

// Of agents that act elsewhere, nobody here would hear.
void LiveRun::publish_known_ids() {
  for (const ActorId agent : plan_.agents) {
    const scenarios::PlannedActor& actor = plan_.actors[agent];
    const auto& rules = std::get<scenarios::Agents>(scenario_.population[actor.population]);
    if (rules.tokens)
      crew_->contacts.publish(actor.number,
                              rules.tokens->agents.at(scenarios::place_of(scenario_, actor)).id);
  }
}

std::optional<Obstacle> LiveRun::choose_start() {
  if (!settings_.start_at) return std::nullopt;
  start_at_ = Clock::of_wall(*settings_.start_at);
  const auto late = std::chrono::steady_clock::now() + kNotice - *start_at_;
  if (late <= Duration::zero()) return std::nullopt;
  return Obstacle{Obstacle::Whose::user,
                  fmt::format("the start is over: everything was ready {} too late",
                              metrics::in_words(Duration{late})),
                  "give a later --start-at; the same to every shard"};
}

// The wall's clock may be corrected until then, so it is asked again and again.
void LiveRun::wait_for_start() {
  if (!settings_.start_at) return;
  while (!interrupted_ && std::chrono::steady_clock::now() + kNotice < *start_at_) {
    control_.restart();
    control_.run_until(std::min(*start_at_ - kNotice, std::chrono::steady_clock::now() + kTick));
    start_at_ = Clock::of_wall(*settings_.start_at);
  }
}

void LiveRun::start() {
  const auto soon = std::chrono::steady_clock::now() + kNotice;
  // An interrupt while it waited ends it, and does not wait.
  const auto epoch = interrupted_ ? soon : start_at_.value_or(soon);
  clock_ = Clock{epoch};
  servers_->start();
  generator_->start(epoch);
}

// Not before the workers are forked: a signal to one of them is none of this process's business.
void LiveRun::listen_for_signals() {
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    interrupted_ = true;
    note("interrupted", {});
    // Not by fmt, which throws where nobody listens any more.
    std::fputs("\ninterrupted: finishing what is under way; once more to stop at once\n", stderr);
    signals_.async_wait([](const boost::system::error_code& again, int) {
      if (again) return;
      runners::RunningCommands::kill_all();
      _exit(kInterrupted);
    });
  });
  // A shell and the terminal both tell of its end, so the second time is no impatience.
  add_hangup(hangups_);
  hangups_.async_wait([this](const boost::system::error_code& error, int) {
    if (!error) interrupted_ = true;
  });
}

void LiveRun::note(std::string_view what, std::initializer_list<LogFact> facts) const {
  if (settings_.log.wants(LogLevel::info))
    settings_.log.write(LogLevel::info, clock_.now(), {"run"}, what, facts);
}

void LiveRun::enter(const char* phase) {
  phase_ = phase;
  note("enters a phase", {{"phase", phase}});
}

void LiveRun::rest(Instant until) {
  control_.restart();
  control_.run_until(clock_.when(until));
}

void LiveRun::watch(Instant until, const char* phase, const std::function<bool()>& finished) {
  enter(phase);
  while (!interrupted_ && clock_.now() < until) {
    rest(std::min(until, clock_.now() + kTick));
    bring_up_to_date();
    if (finished()) return;
  }
}

void LiveRun::bring_up_to_date() {
  collect();
  timeline_.cut(clock_.now(), recorders());
  report_progress();
  up_to_date_ = clock_.now();
}

void LiveRun::collect() {
  generator_->take_events(events_);
  LedgerSink& ledgers = settings_.events != nullptr ? *settings_.events : books_;
  events_.drain([&](const BookedEvent& event) { ledgers.add(event.first, event.second); });
  books_.publish();
}

// What is still under way from a worker would count as lost once the books are closed.
void LiveRun::collect_all() {
  const Instant patience = clock_.now() + kLastEvents;
  const bool all = take_all(*generator_, events_, clock_.now(), [&] {
    rest(clock_.now() + kLook);
    return clock_.now() < patience;
  });
  if (!all) note("closes the books without all events of its workers", {});
  collect();
}

void LiveRun::report_progress() {
  const Instant now = clock_.now();
  if (!settings_.on_progress || now < next_progress_) return;
  next_progress_ = now + kProgress;
  // Until the drain, the time to it: nobody needs to wait for what is under way that long.
  const Instant end = now < plan_.phases.measure ? plan_.phases.measure : plan_.phases.drain;
  settings_.on_progress(
      {.elapsed = now.time_since_epoch(), .total = end.time_since_epoch(), .phase = phase_.load()},
      look());
}

bool LiveRun::seen_enough() const {
  return settings_.enough && settings_.enough(clock_.now(), look());
}

metrics::Snapshot LiveRun::look() const {
  metrics::Snapshot snapshot;
  for (const metrics::Recorder* recorder : recorders()) snapshot.add(*recorder);
  snapshot.gauges[static_cast<std::size_t>(metrics::Gauge::relay_open)] =
      static_cast<std::int64_t>(snapshot.counter(metrics::Counter::relay_in_flight));
  return snapshot;
}

std::vector<const metrics::Recorder*> LiveRun::recorders() const {
  std::vector<const metrics::Recorder*> all = books_.recorders();
  all.push_back(&of_closing_);
  const auto clients = generator_->recorders();
  all.insert(all.end(), clients.begin(), clients.end());
  for (const auto& of_server : of_servers_) all.push_back(of_server.get());
  return all;
}

Result<RunResult, Obstacle> run_live(const scenarios::Scenario& scenario,
                                     const scenarios::Plan& plan, const LiveSettings& settings) {
  return LiveRun{scenario, plan, settings}.run();
}

}  // namespace gauntlet::sim
