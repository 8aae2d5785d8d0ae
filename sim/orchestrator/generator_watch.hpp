// Watches over the generator itself while it measures: does the machine run it, and in time?
#pragma once

#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "metrics/host/host_facts.hpp"
#include "metrics/record/recorder.hpp"
#include "metrics/verdict/validity.hpp"
#include "sim/live/clock.hpp"
#include "sim/live/worker.hpp"
#include "sim/orchestrator/pause_log.hpp"

namespace gauntlet::sim {

/// By how much a time that the kernel adds up has grown while something lasted, as a share of that:
/// 1 at most, since a wait is counted when it is over, and may have begun before; 0 at least, since
/// what cannot be read counts as nothing.
double share_of(Duration lasted, Duration before, Duration after);

/// Between begin() and end(), a thread of its own sleeps for 5 ms at a time, notes by how
/// much it overslept (generator.pause), and asks every loop, a hundred times a second, how long
/// something waits in it (generator.loop_lag). What the kernel counts is looked at before and
/// after.
/// @threads One; the recorder may be read from any.
class GeneratorWatch {
 public:
  GeneratorWatch(const Clock& clock, Worker::Recording recording)
      : clock_{clock}, recording_{std::move(recording)} {}

  /// @param workers  must live, and run, until end().
  void begin(std::span<const std::unique_ptr<Worker>> workers);
  /// What happened since, but for what only the end of the run tells.
  metrics::GeneratorFacts end();

  const metrics::Recorder& recorder() const { return *recording_; }
  /// The longest pause of this process.
  Duration longest_pause() const { return pauses_.longest(); }

 private:
  struct Spent {
    Duration busy;     // CPU time
    Duration starved;  // ready to run, without a core
  };
  std::vector<Spent> spent() const;
  void keep_watch(const std::stop_token& stop);

  const Clock& clock_;
  std::span<const std::unique_ptr<Worker>> workers_;
  Instant began_{};
  std::vector<Spent> before_;
  metrics::HostCounters host_before_;
  Worker::Recording recording_;
  PauseLog pauses_{*recording_};
  std::jthread thread_;
};

}  // namespace gauntlet::sim
