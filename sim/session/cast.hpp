// All the actors of one thread: each starts at its planned time and is told when its deadline has
// come.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/plan/plan.hpp"
#include "sim/session/actor_session.hpp"
#include "sim/session/context.hpp"
#include "sim/session/deadline_queue.hpp"

namespace gauntlet::sim {

/// A machine and what generates its tokens, if anything does.
struct Performer {
  std::unique_ptr<Machine> machine;
  std::unique_ptr<runners::Runner> runner;
};
/// Makes an actor on the thread whose context it is.
using MakePerformer = std::function<Performer(const scenarios::PlannedActor&, Context&)>;

/// @threads One, but for announce-like inputs, which the driver hands over to that thread.
class Cast final : private ActorSession::Owner {
 public:
  /// @param actors  those of this thread, in the order of their ids.
  /// @param make    called at each actor's planned start.
  Cast(std::vector<scenarios::PlannedActor> actors, MakePerformer make, Context& context);

  std::optional<Instant> next_deadline() const { return deadlines_.next(); }
  /// Starts and ticks at most `most` actors that are due.
  /// @return whether some are still due.
  bool run_due(Instant now, std::size_t most = ~std::size_t{0});

  /// Tells every actor that has started; later ones are told right after their start.
  void announce(const Secret& pin, Instant now);
  /// What was announced last.
  const std::optional<Secret>& announced() const { return pin_; }
  /// Begin nothing new. Actors that have not started never will.
  void stop(Instant now);
  /// Say goodbye, and note who is stuck.
  void leave(Instant now);

  /// Those whose planned start had come before the stop, but not their turn.
  const std::vector<ActorId>& never_started() const { return never_started_; }

  /// Those that waited for something that need never come, when they were told to leave.
  const std::vector<ActorId>& stuck() const { return stuck_; }
  /// How many have something under way.
  std::size_t busy() const;
  /// True when every actor is done, or never will start.
  bool done() const;

 private:
  void refresh(std::uint32_t slot) override;
  void start(std::uint32_t slot, Instant now);

  std::vector<scenarios::PlannedActor> actors_;
  std::vector<std::unique_ptr<ActorSession>> sessions_;  // null: not started yet
  MakePerformer make_;
  Context& context_;
  DeadlineQueue deadlines_;
  std::optional<Secret> pin_;
  std::vector<ActorId> never_started_;
  std::vector<ActorId> stuck_;
  bool stopped_{false};
};

}  // namespace gauntlet::sim
