// The closed loops of one agent: the next message leaves because one has come back.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/plan/schedule.hpp"
#include "sim/actor/awaited.hpp"

namespace gauntlet::sim {

/// The places of one loop. Each is free from some moment on, when its next message is due, or taken
/// by a message under way. While the loop is shut, nothing is due.
class LoopPlaces {
 public:
  LoopPlaces(const scenarios::Load& load, Stream think);

  /// All places that are not taken are free from `begin` on.
  void open(Instant begin);
  void shut();
  /// When the next message is due.
  Instant next() const { return free_.empty() ? kNever : free_.front(); }
  /// Takes the place whose message is due next. @return when it was due.
  Instant take();
  /// What took a place has come back, or is waited for no more: after the think time the next one
  /// is due.
  void give_back(Instant now);
  /// The same, of all that are taken, while the loop is shut.
  void forget_taken() { taken_ = 0; }

 private:
  std::uint32_t count_;
  std::uint32_t taken_{0};
  bool open_{false};
  const scenarios::Load* load_;
  Stream think_;
  std::vector<Instant> free_;  // a heap, the soonest first
};

/// Every loop that an agent's rules ask for. Its intended times are those of the causes, plus think
/// time; the first messages are due when traffic starts, or when the agent gets in after that.
/// After a reconnect a loop of messages to itself begins again, since nothing is replayed; a
/// question may still be answered. No allocation per message.
class ClosedLoops {
 public:
  /// Keeps references: both must outlive it.
  ClosedLoops(const scenarios::Agents& rules, const scenarios::Plan& plan, ActorId agent);
  static bool any(const scenarios::Agents& rules);

  /// The agent is in.
  void entered(Instant now);
  /// It is not any more.
  void left();

  /// When the next message is due.
  Instant next_due() const;
  /// The next message, which takes its place; only when there is one. Valid until the next call.
  const scenarios::Operation& take();
  /// What take() gave has left as message `n`. The answer to a question is waited for elsewhere.
  void sent(std::uint32_t n, Instant now);
  /// What take() gave could not be sent: it is tried again when it would have been given up.
  void not_sent(Instant now);

  /// Message `n` has reached its sender; ignored when it is none of the loops'.
  void came_back(std::uint32_t n, Instant now);
  /// So many questions were answered, or are waited for no more.
  void questions_closed(std::size_t count, Instant now);
  /// Gives up the messages that have not come back in time.
  void expire(Instant now);
  Instant next_give_up() const;

 private:
  struct Loop {
    scenarios::Operation::Kind kind;
    std::uint32_t rule;
    const scenarios::Recipients* to;
    Duration timeout;
    Stream recipients;
    LoopPlaces places;
    Awaited awaited;  // messages to itself
  };
  void add(scenarios::Operation::Kind kind, std::uint32_t rule, const scenarios::Recipients& to,
           const scenarios::Load& load, Duration timeout);

  const scenarios::Plan* plan_;
  ActorId agent_;
  std::vector<Loop> loops_;
  std::size_t taken_from_{0};
  scenarios::Operation current_;
};

}  // namespace gauntlet::sim
