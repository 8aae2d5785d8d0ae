// One run of a scenario, live or in virtual time: what goes in, what comes out.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/ledger/breach.hpp"
#include "metrics/record/snapshot.hpp"
#include "metrics/record/timeline.hpp"
#include "metrics/verdict/correctness.hpp"
#include "metrics/verdict/validity.hpp"
#include "scenarios/model/scenario.hpp"
#include "scenarios/plan/plan.hpp"
#include "scenarios/plan/shard.hpp"
#include "scenarios/terms/actor_id.hpp"
#include "scenarios/terms/result.hpp"
#include "scenarios/terms/time.hpp"
#include "sim/orchestrator/obstacle.hpp"
#include "sim/orchestrator/staging.hpp"
#include "sim/session/context.hpp"
#include "sim/session/log.hpp"

namespace gauntlet::sim {

struct Progress {
  Duration elapsed;
  Duration total;  // until the end of measuring
  const char* phase;
};

struct LiveSettings {
  /// Generator threads of each process; 0: in one process, one for each core but those of embedded
  /// targets; in several, one.
  unsigned threads{0};
  std::uint32_t processes{1};  // in which the clients run
  /// Once a second, with a function that merges what is known so far.
  std::function<void(const Progress&, const metrics::Snapshot&)> on_progress{};
  /// Asked a few times a second while the load is on; true ends it early, as its end does.
  std::function<bool(Instant now, const metrics::Snapshot&)> enough{};
  /// Once, before the clients start, with a function that gives the state at any moment, from any
  /// thread. What it returns is destroyed at the end of the run; a sentence instead prevents it.
  std::function<Result<std::shared_ptr<void>, std::string>(std::function<metrics::Snapshot()>)>
      on_start{};
  /// At the end, when every number is final: asked a few times a second whether what on_start()
  /// returned is still needed. The next interrupt ends it, too.
  std::function<bool()> still_watched{};
  Staging staging{};
  Log& log = no_log();
  /// Whose clients act here, where other runs of the same name and start have those of the rest.
  scenarios::Shard shard{};
  std::string name{};  // eight hex digits; empty: drawn
  /// By the wall's clock; unset: as soon as everything is ready.
  std::optional<std::chrono::system_clock::time_point> start_at{};
  /// Takes the events for the ledgers instead of them: of a shard, they are a part. @threads One.
  LedgerSink* events{nullptr};
};

struct RunResult {
  metrics::Snapshot snapshot;
  metrics::Intervals intervals;  // the same samples and totals, cut by time
  metrics::GeneratorFacts generator;
  Duration measured{};  // the length of the measured window
  bool interrupted{false};
  Instant closed{};                         // the end of the drain
  std::vector<ActorId> never_started{};     // although they should have been
  std::vector<metrics::Breach> breaches{};  // the first of what did not hold, in order of time
  std::vector<metrics::Correctness> correctness{};  // of each target that was examined
  std::optional<std::uint64_t> trace_hash{};        // in virtual time only, of a whole run
  std::uint64_t events{0};                          // likewise
};

/// Over sockets, against real targets or embedded ones on loopback. SIGINT and SIGTERM end it
/// early: the first one gracefully, the second one ends the process at once.
/// @error A target that cannot be used, by its address, and the cause; or what on_start() says; or
///        that the start had passed before everything was ready.
Result<RunResult, Obstacle> run_live(const scenarios::Scenario& scenario,
                                     const scenarios::Plan& plan, const LiveSettings& settings);

struct VirtualSettings {
  Log& log = no_log();
  /// Whether the result has samples and intervals; most of the cost of a short run.
  bool samples{true};
  /// Whether the run ends with the first breach.
  bool until_breach{false};
  Staging staging{};
  /// Asked after each moment of time. True ends the load, as its end does, and what is under way is
  /// finished; during the drain, it ends that. @threads That of the run.
  std::function<bool()> interrupted{};
};

/// In virtual time, against embedded targets and without other processes only.
/// @error The scenario needs something that has a clock of its own.
/// @threads Any, each with a run of its own.
Result<RunResult, Obstacle> run_virtual(const scenarios::Scenario& scenario,
                                        const scenarios::Plan& plan,
                                        const VirtualSettings& settings = {});

/// What run_virtual() would say of it; unset when it would run.
std::optional<Obstacle> why_not_virtual(const scenarios::Scenario& scenario);

}  // namespace gauntlet::sim
