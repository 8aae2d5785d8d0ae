// A run over sockets: the generator with the clients, workers with embedded servers, and the thread
// that watches over them.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "sim/actor/crew.hpp"
#include "sim/orchestrator/embedded_servers.hpp"
#include "sim/orchestrator/event_merge.hpp"
#include "sim/orchestrator/generator.hpp"
#include "sim/orchestrator/live_sitting.hpp"
#include "sim/orchestrator/run.hpp"
#include "sim/orchestrator/shared_memory.hpp"
#include "sim/orchestrator/whereabouts.hpp"
#include "sim/population/population.hpp"
#include "sim/session/books.hpp"
#include "sim/session/closing_account.hpp"

namespace gauntlet::sim {

class LiveRun {
 public:
  LiveRun(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
          const LiveSettings& settings);
  ~LiveRun();
  LiveRun(const LiveRun&) = delete;
  LiveRun& operator=(const LiveRun&) = delete;

  Result<RunResult, Obstacle> run();

 private:
  std::optional<Obstacle> find_targets();
  std::optional<Obstacle> find_model_servers();
  std::optional<Obstacle> start_embedded();
  void choose_sources();
  std::optional<Obstacle> make_generator();
  void publish_known_ids();
  std::optional<Obstacle> choose_start();
  void wait_for_start();
  /// Plays the cases with nobody else there, on a fresh server where it is embedded.
  std::optional<Obstacle> examine_idle();
  void examine_under_load();
  void start();

  /// From the first connect to the end of measuring, with the gauges of that moment.
  RunResult apply_load();
  /// In another thread, until it is asked to end; meanwhile events, books and timeline are its own.
  void keep_books(const std::stop_token& over);
  /// Keeps the books until `until`, an interrupt, or `finished`, which is asked a few times a
  /// second.
  void watch(Instant until, const char* phase, const std::function<bool()>& finished);
  void enter(const char* phase);
  void rest(Instant until);
  void bring_up_to_date();
  void note(std::string_view what, std::initializer_list<LogFact> facts) const;
  void collect();
  void collect_all();
  /// Everybody leaves, and is judged.
  void say_goodbye(RunResult& result);
  void report_progress();
  metrics::Snapshot look() const;
  bool seen_enough() const;
  std::vector<const metrics::Recorder*> recorders() const;
  void listen_for_signals();

  const scenarios::Scenario& scenario_;
  const scenarios::Plan& plan_;
  const LiveSettings& settings_;
  Clock clock_;
  std::unique_ptr<SharedMemory> shared_;  // of several processes; null for one
  std::pmr::memory_resource& memory_;
  Placed<Crew> crew_;
  Population population_;
  Books books_;
  metrics::Recorder of_closing_;
  ClosingAccount closing_{of_closing_};
  metrics::Timeline timeline_;
  Whereabouts where_;
  std::vector<std::unique_ptr<metrics::Recorder>> of_servers_;  // what befalls each
  std::unique_ptr<EmbeddedServers> servers_;
  std::unique_ptr<Generator> generator_;
  EventMerge events_;  // for the ledgers
  boost::asio::io_context control_;
  boost::asio::signal_set signals_;
  boost::asio::signal_set hangups_;
  std::vector<Examination> examinations_;
  std::unique_ptr<LiveSitting> idle_;    // without examinations, there is none
  std::unique_ptr<LiveSitting> loaded_;  // likewise
  bool interrupted_{false};
  std::optional<Clock::Epoch> start_at_;
  std::atomic<const char*> phase_{"start"};
  std::atomic<Instant> up_to_date_{};  // when the books were last
  Instant next_progress_{};
};

}  // namespace gauntlet::sim
