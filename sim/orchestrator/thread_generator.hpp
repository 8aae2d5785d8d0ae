// The clients in threads of this process.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "sim/orchestrator/generator.hpp"
#include "sim/orchestrator/generator_watch.hpp"

namespace gauntlet::sim {

class ThreadGenerator final : public Generator, private Announcer {
 public:
  /// @param actors      those that act here.
  /// @param recordings  one for each thread, and one for what watches over them.
  /// @param elsewhere   hears of announcements instead of this; null: nobody.
  ThreadGenerator(const Job& job, const std::vector<scenarios::PlannedActor>& actors,
                  const std::vector<Worker::Recording>& recordings, std::size_t unanswered_max,
                  Announcer* elsewhere = nullptr);

  void start(Clock::Epoch epoch) override;
  void stop() override;
  void leave() override;
  void end() override;
  std::string newest_pin() const override;
  bool busy() override;
  bool done() override;
  std::vector<ActorId> never_started() override;
  std::vector<ActorId> stuck() override;
  bool all_closed() override { return connected().empty(); }
  std::vector<ActorId> connected() override;
  Instant take_events(EventMerge& into) override;
  std::vector<const metrics::Recorder*> recorders() const override;
  void begin_measuring() override;
  metrics::GeneratorFacts end_measuring() override;
  /// Of those that end_measuring() has seen.
  Duration longest_pause() const { return watch_.longest_pause(); }

  /// Tells every client here.
  void announce(SecretView pin) override;

 private:
  void tell_all(void (Cast::*what)(Instant));
  std::vector<ActorId> from_all(const std::function<std::vector<ActorId>(Worker&)>& ask);

  mutable std::mutex announced_;  // the worker of the operator announces, another thread asks
  Secret pin_;
  const Staging& staging_;
  Clock clock_;
  std::vector<std::unique_ptr<Worker>> workers_;
  GeneratorWatch watch_;
  std::vector<BookedEvent> taken_;  // of one worker, in the moment of taking; used again
};

}  // namespace gauntlet::sim
