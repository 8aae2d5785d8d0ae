// A client that behaves, with the faults that befall it: of its connection, of what it says, of its
// runner.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/plan/fault_schedule.hpp"
#include "sim/fault/wrong_words.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// Stands between a machine and its driver, and does to its conversation what the scenario wants
/// done. What the machine itself does about that is its own business. Counts what was injected, how
/// the target took it, and how long the client took to recover.
class FaultyClient final : public Machine {
 public:
  /// How long a target has to show that it noticed.
  static constexpr Duration kNoticeTime = std::chrono::seconds{2};

  /// Keeps references to scenario and plan.
  FaultyClient(std::unique_ptr<Machine> client, const scenarios::Scenario& scenario,
               const scenarios::Plan& plan, const scenarios::PlannedActor& actor);
  ~FaultyClient() override;

  void handle(Instant now, const Input& input, Outbox& out) override;
  std::optional<Instant> next_deadline() const override;
  bool done() const override { return client_->done(); }
  bool busy() const override { return client_->busy(); }

 private:
  enum class Connection : std::uint8_t { none, dialing, open };
  /// A fault of which the consequences are still watched.
  struct Case {
    FaultKind kind;
    Instant since;
    Instant until;
    bool noticed{false};  // or it never will be
    bool recovered{false};
    bool connection_lost{false};
  };

  /// What its runner gave while it was stalled.
  struct Held {
    std::string text;  // of a token
    Input input;
  };

  void tell_client(Instant now, const Input& input, Outbox& out);
  bool hear_runner(Instant now, const Input& input, Outbox& out);
  void release_held(Instant now, Outbox& out);
  void remember(std::string_view said);
  void end_generation() {
    generating_.reset();
    last_words_.generating = false;
  }
  void before(const Input& input, Outbox& out);
  void after(Instant now, const Effect& effect);
  void strike(Instant now, const scenarios::Blow& blow, Outbox& out);
  bool can_strike(const scenarios::Fault& fault) const;
  bool lasts(FaultKind kind) const;
  void carry_out(Instant now, const scenarios::FaultAction& action, Outbox& out);
  void break_off(Instant now, Abort::How how, Outbox& out);
  void cut_frame(Instant now, Outbox& out);
  void persist(Outbox& out);
  void end_lasting(Instant now, Outbox& out);
  enum class Of : std::uint8_t { the_client, sides };  // whose connection
  void notice(metrics::Counter how, Of connection, Outbox& out);
  void hear_nothing(Instant now, Outbox& out);
  void recover(Instant now, Outbox& out);
  Endpoint socket_endpoint() const;

  std::unique_ptr<Machine> client_;
  const scenarios::Scenario& scenario_;
  const scenarios::Plan& plan_;
  scenarios::PlannedActor actor_;
  scenarios::FaultSchedule schedule_;
  std::vector<Case> cases_;               // the oldest in front
  std::vector<scenarios::Blow> lasting_;  // those that go on
  Connection connection_{Connection::none};
  bool in_{false};
  std::optional<std::uint32_t> generating_;  // the round, from 1
  LastWords last_words_;                     // of a participant
  std::deque<Held> held_;
};

/// The client itself, when no fault of the scenario could ever befall it.
std::unique_ptr<Machine> with_faults(std::unique_ptr<Machine> client,
                                     const scenarios::Scenario& scenario,
                                     const scenarios::Plan& plan,
                                     const scenarios::PlannedActor& actor);

}  // namespace gauntlet::sim
