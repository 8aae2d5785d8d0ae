// A client that behaves, with the faults that befall it: of its connection, of what it says, of its
// runner. Those of its network it passes on to where bytes are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "scenarios/plan/fault_schedule.hpp"
#include "sim/fault/aftermath.hpp"
#include "sim/fault/lasting_faults.hpp"
#include "sim/fault/runner_faults.hpp"
#include "sim/fault/side_faults.hpp"
#include "sim/fault/slow_reading.hpp"
#include "sim/fault/storms.hpp"
#include "sim/fault/wrong_words.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// Stands between a machine and its driver, and does to its conversation what the scenario wants
/// done. What the machine itself does about that is its own business. Counts what was injected, how
/// the target took it, and how long the client took to recover.
class FaultyClient final : public Machine {
 public:
  /// Keeps references to scenario and plan.
  FaultyClient(std::unique_ptr<Machine> client, const scenarios::Scenario& scenario,
               const scenarios::Plan& plan, const scenarios::PlannedActor& actor);
  ~FaultyClient() override;

  void handle(Instant now, const Input& input, Outbox& out) override;
  std::optional<Instant> next_deadline() const override;
  bool done() const override { return client_->done(); }
  bool busy() const override { return client_->busy(); }
  const StateChart* chart() const override { return client_->chart(); }
  std::uint8_t state() const override { return client_->state(); }

 private:
  enum class Connection : std::uint8_t { none, dialing, open };

  void tell_client(Instant now, const Input& input, Outbox& out);
  void hear_runner(Instant now, Outbox& out);
  void hear_client(Instant now, std::string_view said, Outbox& out);
  void treat_runner();
  void begin_generation(std::uint32_t round);
  void end_generation();
  void before(Instant now, const Input& input, Outbox& out);
  void after(Instant now, const Effect& effect);
  void strike(Instant now, const scenarios::Blow& blow, Outbox& out);
  void excuse(Instant now, FaultKind kind, Outbox& out) const;
  bool can_strike(const scenarios::Fault& fault) const;
  void carry_out(Instant now, const scenarios::FaultAction& action, Outbox& out);
  void storm(Instant now, Outbox& out);
  void lose_connection();
  void break_off(Instant now, Abort::How how, Outbox& out);
  void cut_frame(Instant now, Outbox& out);
  void persist(Outbox& out);
  void end_lasting(Instant now, Outbox& out);
  void read_on(Outbox& out) const;
  Endpoint socket_endpoint() const;

  std::unique_ptr<Machine> client_;
  const scenarios::Scenario& scenario_;
  const scenarios::Plan& plan_;
  scenarios::PlannedActor actor_;
  scenarios::FaultSchedule schedule_;
  LastingFaults lasting_;
  Aftermath aftermath_;
  std::optional<Instant> since_;  // when it came
  Connection connection_{Connection::none};
  bool in_{false};
  std::optional<std::uint32_t> generating_;  // the round, from 1
  bool claimed_nothing_{false};              // of a generation without a token so far
  LastWords last_words_;                     // of a participant
  RunnerFaults runner_;
  SlowReading slow_;
  Storms storms_;
  SideFaults sides_;
};

/// The client itself, when no fault of the scenario could ever befall it.
std::unique_ptr<Machine> with_faults(std::unique_ptr<Machine> client,
                                     const scenarios::Scenario& scenario,
                                     const scenarios::Plan& plan,
                                     const scenarios::PlannedActor& actor);

}  // namespace gauntlet::sim
