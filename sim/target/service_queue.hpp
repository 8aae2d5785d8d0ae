// The one worker of an embedded server and the line before it: a server whose saturation point is
// known by calculation.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "scenarios/model/targets.hpp"
#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/random.hpp"
#include "sim/machine/kept_input.hpp"
#include "sim/machine/target.hpp"
#include "sim/target/working_time.hpp"

namespace gauntlet::sim {

/// Serves inputs one after another, in the order in which they came. A message takes a service
/// time; requests, goodbyes and pongs take none, but wait for their turn and for the end of a
/// stall, so that nothing overtakes anything.
class ServiceQueue {
 public:
  struct Options {
    Distribution service_time;
    std::optional<scenarios::Stall> stall;
    std::uint32_t messages_max;  // waiting, not counting the one in service; 0: no limit
  };
  enum class Taken : std::uint8_t {
    now,      // it costs nothing and nothing is before it: serve it at once
    later,    // serve() will bring it
    refused,  // the line is full
  };

  ServiceQueue(const Options& options, Stream random);

  Taken take(Instant now, ConnectionId from, const TargetInput& input);

  /// Calls serve_one(from, input) for everything whose service has ended by `now`.
  template <class ServeOne>
  void serve(Instant now, ServeOne&& serve_one) {
    while (!jobs_.empty() && jobs_.front().done <= now) {
      const Job job = std::move(jobs_.front());
      jobs_.pop_front();
      serve_one(job.from, job.input.get());
    }
  }

  std::optional<Instant> next_deadline() const;

 private:
  struct Job {
    Instant begins;
    Instant done;
    ConnectionId from;
    std::uint64_t messages_before;  // since the beginning, of those taken
    KeptInput input;
  };
  std::uint64_t messages_waiting(Instant now) const;

  Options options_;
  WorkingTime working_;
  Stream random_;
  std::deque<Job> jobs_;
  Instant free_at_{};  // when everything that was taken is done
  std::uint64_t messages_taken_{0};
};

}  // namespace gauntlet::sim
