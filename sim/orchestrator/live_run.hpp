// A run over sockets: workers with clients, workers with embedded servers, and the thread that
// watches over them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "sim/actor/crew.hpp"
#include "sim/live/worker.hpp"
#include "sim/orchestrator/embedded.hpp"
#include "sim/orchestrator/event_merge.hpp"
#include "sim/orchestrator/generator_watch.hpp"
#include "sim/orchestrator/run.hpp"
#include "sim/orchestrator/whereabouts.hpp"
#include "sim/population/population.hpp"
#include "sim/session/books.hpp"

namespace gauntlet::sim {

class LiveRun final : private Announcer {
 public:
  LiveRun(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
          const LiveSettings& settings);
  ~LiveRun() override;

  Result<RunResult, Obstacle> run();

 private:
  std::optional<Obstacle> find_targets();
  std::optional<Obstacle> find_model_servers();
  std::optional<Obstacle> start_embedded();
  std::optional<Obstacle> start_embedded(Embedded server);
  void make_workers();
  void announce(SecretView pin) override;

  /// Watches until `until`, an interrupt, or `finished`, which is asked a few times a second.
  void watch(Instant until, const char* phase, const std::function<bool()>& finished);
  void note(std::string_view what, std::initializer_list<LogFact> facts) const;
  void collect();
  void report_progress(const char* phase);
  std::size_t count_busy();
  bool all_done();
  void tell_all(const std::function<void(Cast&, Instant)>& what);
  metrics::Snapshot look() const;
  std::vector<const metrics::Recorder*> recorders() const;
  void listen_for_signals();

  const scenarios::Scenario& scenario_;
  const scenarios::Plan& plan_;
  const LiveSettings& settings_;
  Clock clock_;
  Crew crew_;
  Population population_;
  Books books_;
  metrics::Timeline timeline_;
  Whereabouts where_;
  std::vector<std::unique_ptr<Worker>> servers_;     // embedded targets
  std::vector<std::unique_ptr<Worker>> generators_;  // clients
  EventMerge events_;                                // for the ledgers
  GeneratorWatch watch_{clock_};                     // over the clients
  std::vector<BookedEvent> collected_;  // in the moment of collecting; its memory is used again
  boost::asio::io_context control_;
  boost::asio::signal_set signals_;
  bool interrupted_{false};
  Instant next_progress_{};
};

}  // namespace gauntlet::sim
