// The clients in processes of their own, each a shard of the plan, and their supervisor.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "metrics/host/host_facts.hpp"
#include "scenarios/plan/shard.hpp"
#include "scenarios/terms/placed.hpp"
#include "sim/orchestrator/desk.hpp"
#include "sim/orchestrator/generator.hpp"
#include "sim/orchestrator/shared_memory.hpp"

namespace gauntlet::sim {

/// The same run as with threads: recorders and boards lie in shared memory, so what the processes
/// write is read and merged as if they were threads. A worker that dies ends neither the run nor
/// the others; its actors leave the ledgers, and losses() says what happened.
class ProcessGenerator final : public Generator {
 public:
  struct Size {
    std::uint32_t processes;
    std::uint32_t threads;  // of each
    std::size_t unanswered_max;
  };

  /// How much shared memory a run may need; what is not touched costs nothing.
  static std::size_t memory_for(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
                                const Size& size);

  /// Forks. There must be no other thread in this process yet.
  /// @param memory  also that of the job's crew and population.
  /// @throws std::system_error when the system has no room for another process.
  ProcessGenerator(const Job& job, const Size& size, SharedMemory& memory);
  ~ProcessGenerator() override;

  void start(Clock::Epoch epoch) override;
  void stop() override { tell(Order::stop); }
  void leave() override { tell(Order::leave); }
  void end() override;
  std::string newest_pin() const override { return std::string{pins_->newest()}; }
  bool busy() override;
  bool done() override;
  std::vector<ActorId> never_started() override { return from_all(&Desk::never_started); }
  std::vector<ActorId> stuck() override { return from_all(&Desk::stuck); }
  bool all_closed() override;
  std::vector<ActorId> connected() override { return from_all(&Desk::connected); }
  Instant take_events(EventMerge& into) override;
  std::vector<const metrics::Recorder*> recorders() const override;
  void begin_measuring() override;
  metrics::GeneratorFacts end_measuring() override;
  std::vector<std::string> losses() const override;

 private:
  struct Process {
    Placed<Desk> desk;
    std::vector<Placed<metrics::Recorder>> recorders;  // of its threads, and of their watch
    pid_t pid{0};
    std::string loss{};  // a sentence, when it died before its time; not read while it is alive
    std::atomic<bool> alive{false};
    bool hung{false};     // it did not do as it was told, and was killed
    bool settled{false};  // the ledgers know of the loss
  };

  std::vector<ActorId> from_all(ActorList Desk::*list) const;
  void fork_worker(std::uint32_t number);
  void tell(Order order);
  void kill(Process& process);
  void look_after();
  void bury(Process& process, int status);
  std::string obituary(const Process& process, int status) const;
  std::uint32_t number_of(const Process& process) const;
  scenarios::Shard shard_of(const Process& process) const;

  const Job job_;
  const Size size_;
  Placed<PinBoard> pins_;
  std::vector<Process> processes_;
  std::mutex looking_after_;
  std::vector<BookedEvent> taken_;  // of one process, in the moment of taking; used again
  Clock clock_;
  metrics::HostCounters host_before_;
  Instant began_{};
  bool ending_{false};
};

}  // namespace gauntlet::sim
