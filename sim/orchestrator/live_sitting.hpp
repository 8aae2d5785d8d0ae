// A sitting over sockets: on this thread while nobody else is there, on one of its own beside the
// clients.
#pragma once

#include <string_view>
#include <thread>
#include <vector>

#include "sim/live/clock.hpp"
#include "sim/live/solo.hpp"
#include "sim/orchestrator/sitting.hpp"
#include "sim/orchestrator/whereabouts.hpp"

namespace gauntlet::sim {

/// Its sockets are its own, and so is what is counted of them.
/// @threads One, but for the thread that it starts.
class LiveSitting {
 public:
  /// @param examinations, where  outlive it.
  LiveSitting(const std::vector<Examination>& examinations, const Whereabouts& where,
              Sitting::Setting setting, Clock clock = Clock{});
  ~LiveSitting() { end("the run was over before it was"); }
  LiveSitting(const LiveSitting&) = delete;
  LiveSitting& operator=(const LiveSitting&) = delete;

  /// @return Whether it was interrupted, and cut short by that.
  bool run();
  /// The same, while the caller goes on. Signals are the caller's business.
  void start();
  /// Returns when it is over; what is not by now, is cut.
  void end(std::string_view why);

  /// After run() or end().
  const Sitting& sitting() const { return sitting_; }

 private:
  Solo solo_;
  Sitting sitting_;
  std::thread thread_;
};

}  // namespace gauntlet::sim
