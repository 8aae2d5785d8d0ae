// The clients of a live run, wherever they run: threads of this process, or processes of their own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "metrics/record/recorder.hpp"
#include "metrics/verdict/validity.hpp"
#include "scenarios/plan/shard.hpp"
#include "sim/live/worker.hpp"
#include "sim/orchestrator/event_merge.hpp"
#include "sim/orchestrator/staging.hpp"
#include "sim/orchestrator/whereabouts.hpp"
#include "sim/population/population.hpp"

namespace gauntlet::sim {

/// What the clients of a run need. All of it outlives them.
struct Job {
  const scenarios::Scenario& scenario;
  const scenarios::Plan& plan;
  Crew& crew;
  Population& population;
  const Whereabouts& where;
  const Staging& staging;
  Log& log;
  scenarios::Shard shard{};  // whose actors act
};

/// What all clients are told, in this order.
enum class Order : std::uint8_t {
  prepare,
  start,
  measure,
  sum_up,  // what was measured
  stop,    // begin nothing new
  leave,   // say goodbye
  end,
};

/// @threads One; but take_events() may be another's, and recorders() any's.
class Generator {
 public:
  Generator() = default;
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;
  virtual ~Generator() = default;

  /// The run begins at `epoch`, which is soon: for every client at the same moment.
  virtual void start(Clock::Epoch epoch) = 0;
  /// Begin nothing new. Returns when everybody knows.
  virtual void stop() = 0;
  /// Say goodbye. Returns when everybody knows.
  virtual void leave() = 0;
  /// Ends all of it. What was recorded stays.
  virtual void end() = 0;

  /// What was announced last: the PIN of the session that the operator has begun; empty without.
  /// @threads Any.
  virtual std::string newest_pin() const = 0;
  /// Whether a client has something under way.
  virtual bool busy() = 0;
  /// Whether every client is done, or never will start.
  virtual bool done() = 0;

  /// After stop(): whose planned start had come, and yet they never started.
  virtual std::vector<ActorId> never_started() = 0;

  /// After leave(): who was stuck when they were told (see Cast).
  virtual std::vector<ActorId> stuck() = 0;
  /// Whether no client holds a connection.
  virtual bool all_closed() = 0;
  /// After end(): who held one to the last.
  virtual std::vector<ActorId> connected() = 0;

  /// Passes on the events for the ledgers since the last call.
  /// @return The moment up to which they are complete.
  virtual Instant take_events(EventMerge& into) = 0;
  /// Always the same ones, which live as long as this.
  virtual std::vector<const metrics::Recorder*> recorders() const = 0;
  /// From now on until end_measuring(), whether the machine runs it, and in time, is watched.
  virtual void begin_measuring() = 0;
  /// What was seen, but for what only the end of the run tells.
  virtual metrics::GeneratorFacts end_measuring() = 0;
  /// A sentence for each worker that did not live to the end.
  virtual std::vector<std::string> losses() const { return {}; }
};

/// Takes until no event is missing that happened before `moment`. What a worker process has for its
/// supervisor may be more than there is room for between them, so one look need not do.
/// @param wait  for more to come; false when that was long enough.
/// @return Whether everything has come.
bool take_all(Generator& from, EventMerge& into, Instant moment, const std::function<bool()>& wait);

}  // namespace gauntlet::sim
