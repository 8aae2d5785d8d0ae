// The embedded targets of a live run: each on a thread of its own, at ports that the system chose.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "scenarios/model/scenario.hpp"
#include "sim/live/clock.hpp"
#include "sim/live/worker.hpp"
#include "sim/orchestrator/embedded.hpp"
#include "sim/orchestrator/obstacle.hpp"
#include "sim/orchestrator/whereabouts.hpp"

namespace gauntlet::sim {

/// @threads One, but for those that it starts.
class EmbeddedServers {
 public:
  /// @param clock  theirs; it may be set anew until start().
  EmbeddedServers(const Clock& clock, Log& log) : clock_{clock}, log_{log} {}
  ~EmbeddedServers() { stop(); }
  EmbeddedServers(const EmbeddedServers&) = delete;
  EmbeddedServers& operator=(const EmbeddedServers&) = delete;

  /// Puts up those that the scenario wants, and notes where they listen.
  std::optional<Obstacle> put_up(const scenarios::Scenario& scenario, std::int64_t epoch_unix_ms,
                                 const MakeTarget& make, Whereabouts& where);
  void start();
  void stop();
  std::size_t size() const { return workers_.size(); }

 private:
  std::optional<Obstacle> put_up(const Embedded& server, const TlsClientOptions& clients,
                                 const MakeTarget& make, Whereabouts& where);

  const Clock& clock_;
  Log& log_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace gauntlet::sim
