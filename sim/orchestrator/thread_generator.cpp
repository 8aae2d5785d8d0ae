#include "sim/orchestrator/thread_generator.hpp"

#include <algorithm>

#include "sim/fault/faulty_links.hpp"

namespace gauntlet::sim {
namespace {

// In turn, and not by the id: the ids of one shard may all leave the same rest. But those who share
// the connections to a model server share a thread.
std::vector<std::vector<scenarios::PlannedActor>> deal(
    const Job& job, const std::vector<scenarios::PlannedActor>& actors, std::size_t threads) {
  std::vector<std::vector<scenarios::PlannedActor>> shares(threads);
  const auto served = scenarios::with_model_servers(job.scenario);
  std::size_t turn = 0;
  for (const scenarios::PlannedActor& actor : actors) {
    const bool together = actor.role == scenarios::Role::participant &&
                          std::ranges::find(served, actor.population) != served.end();
    shares[(together ? actor.population : turn++) % threads].push_back(actor);
  }
  return shares;
}

}  // namespace

ThreadGenerator::ThreadGenerator(const Job& job, const std::vector<scenarios::PlannedActor>& actors,
                                 const std::vector<Worker::Recording>& recordings,
                                 std::size_t unanswered_max, Announcer* elsewhere)
    : staging_{job.staging}, watch_{clock_, recordings.back()} {
  const std::size_t threads = recordings.size() - 1;
  auto shares = deal(job, actors, threads);
  Announcer& announcer = elsewhere != nullptr ? *elsewhere : *this;
  for (std::size_t i = 0; i < threads; ++i) {
    workers_.push_back(std::make_unique<Worker>(clock_, job.log, recordings[i]));
    Worker& worker = *workers_.back();
    worker.links().set_destinations(job.where.destinations);
    worker.links().set_unanswered_max(std::max<std::size_t>(unanswered_max / threads, 1));
    if (scenarios::has_network_faults(job.scenario))
      worker.put_between(
          std::make_unique<FaultyLinks>(worker.links(), job.scenario, *recordings[i]));
    worker.set_cast(std::move(shares[i]), performers(staging_, job.population), job.where.places,
                    job.plan.seed, job.plan.phases.connect, job.plan.phases.warm_up, announcer);
  }
}

void ThreadGenerator::start(Clock::Epoch epoch) {
  clock_ = Clock{epoch};
  for (const auto& worker : workers_) worker->start();
}

void ThreadGenerator::stop() { tell_all(&Cast::stop); }

void ThreadGenerator::leave() { tell_all(&Cast::leave); }

void ThreadGenerator::end() {
  for (const auto& worker : workers_) worker->stop();
  finish(staging_);
}

void ThreadGenerator::tell_all(void (Cast::*what)(Instant)) {
  for (const auto& worker : workers_)
    worker->ask([&] {
      (worker->cast().*what)(clock_.now());
      return true;
    });
}

void ThreadGenerator::announce(SecretView pin) {
  {
    const std::lock_guard lock{announced_};
    pin_ = Secret{pin.reveal()};
  }
  for (const auto& worker : workers_)
    worker->post([this, &worker = *worker, pin = Secret{pin.reveal()}] {
      worker.cast().announce(pin, clock_.now());
    });
}

std::string ThreadGenerator::newest_pin() const {
  const std::lock_guard lock{announced_};
  return pin_.reveal();
}

bool ThreadGenerator::busy() {
  return std::ranges::any_of(workers_, [](const auto& worker) {
    return worker->ask([&] { return worker->cast().busy(); }) > 0;
  });
}

bool ThreadGenerator::done() {
  return std::ranges::all_of(workers_, [](const auto& worker) {
    return worker->ask([&] { return worker->cast().done(); });
  });
}

std::vector<ActorId> ThreadGenerator::never_started() {
  return from_all([](Worker& worker) { return worker.cast().never_started(); });
}

std::vector<ActorId> ThreadGenerator::stuck() {
  return from_all([](Worker& worker) { return worker.cast().stuck(); });
}

std::vector<ActorId> ThreadGenerator::connected() {
  return from_all([](const Worker& worker) { return worker.connected(); });
}

std::vector<ActorId> ThreadGenerator::from_all(
    const std::function<std::vector<ActorId>(Worker&)>& ask) {
  std::vector<ActorId> all;
  for (const auto& worker : workers_) {
    const auto some = worker->ask([&] { return ask(*worker); });
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

Instant ThreadGenerator::take_events(EventMerge& into) {
  Instant all_complete = clock_.now();
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    Worker& worker = *workers_[i];
    const Instant complete = worker.ask([&] { return worker.take_events(taken_); });
    all_complete = std::min(all_complete, complete);
    into.add(i, taken_, complete);
  }
  return all_complete;
}

std::vector<const metrics::Recorder*> ThreadGenerator::recorders() const {
  std::vector<const metrics::Recorder*> all{&watch_.recorder()};
  for (const auto& worker : workers_) all.push_back(&worker->recorder());
  return all;
}

void ThreadGenerator::begin_measuring() { watch_.begin(workers_); }

metrics::GeneratorFacts ThreadGenerator::end_measuring() { return watch_.end(); }

}  // namespace gauntlet::sim
