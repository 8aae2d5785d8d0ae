// The person who runs the arena's evening, over its HTTP side.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/actor/control_request.hpp"
#include "sim/actor/crew.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// Makes the session and announces its PIN; makes, starts and stops each round; reads what the
/// arena claims of it and holds that against what the participants sent; reads metrics and CSV at
/// the end.
///
///   session -> (create -> start -> stop -> scoreboard)* -> metrics -> export -> finished
///
/// A round is made ahead, as soon as the one before it is over, and started on time. With a PIN
/// given in the scenario there is a session already, and it is left alone. A step that fails for a
/// passing reason is tried again a few times; a round that cannot be made or started is skipped.
///
/// An arena that was started anew knows of no session: it says so to a request, or to a participant
/// that comes back. Then another session is made, for the rounds that have not begun.
class ArenaOperator final : public Machine {
 public:
  ArenaOperator(Crew& crew, ActorId actor);

  void handle(Instant now, const Input& input, Outbox& out) override;
  std::optional<Instant> next_deadline() const override;
  bool done() const override { return step_ == Step::finished; }
  bool busy() const override;
  const StateChart* chart() const override;
  std::uint8_t state() const override { return static_cast<std::uint8_t>(step_); }

 private:
  enum class Step : std::uint8_t {
    waiting,
    session,
    create,
    start,
    stop,
    scoreboard,
    metrics,
    export_csv,
    finished,
  };

  void begin(Instant now, Outbox& out);
  void stop(Instant now, Outbox& out);
  void leave(Instant now, Outbox& out);
  void act(Instant now, Outbox& out);
  void ask(Instant now, Outbox& out);
  void ask_for_round(Instant now, Outbox& out);
  void command_round(std::string_view path, Instant now, Outbox& out);

  void follow(Instant now, const ControlReply& reply, Outbox& out);
  /// False when the reply cannot be read.
  bool read(Instant now, std::string_view body, Outbox& out);
  bool compare_scoreboard(Instant now, std::string_view body, Outbox& out) const;
  /// Tells the ledger something about the round under way, if it is ours.
  void track(metrics::LedgerEvent event, Instant now, Outbox& out) const;
  void fall_back(Instant now, Outcome why, Outbox& out);
  bool watches_session() const;
  void renew_session(Instant now, Outbox& out);
  void advance(Instant now);
  void go(Step step, Instant due);
  void go_to_round(std::size_t index, Instant now);

  const std::vector<scenarios::Round>& rounds() const { return crew_.scenario.rounds; }

  Crew& crew_;
  ActorId actor_;
  Instant start_;
  ControlRequest request_;
  Backoff backoff_;
  Step step_{Step::waiting};
  std::size_t round_{0};  // index into the scenario's
  Instant due_{kNever};   // when the step's request is to be made
  Instant asked_{};       // for the scoreboard, the last time
  Instant look_{kNever};  // when it looks again whether anybody misses the session
  Instant leave_by_{kNever};
  bool renewing_{false};  // the session under way is not the first
  std::int64_t made_{0};  // rounds of the session
  bool unsure_{false};    // there may be more: of a request for one nobody knows what came
  bool stopping_{false};
};

}  // namespace gauntlet::sim
