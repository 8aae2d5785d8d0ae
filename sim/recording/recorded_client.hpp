// A client, and a tape that keeps what it says and hears.
#pragma once

#include <memory>

#include "scenarios/plan/plan.hpp"
#include "sim/machine/machine.hpp"
#include "sim/recording/mask.hpp"
#include "sim/recording/tape.hpp"

namespace gauntlet::sim::recording {

/// Stands between a machine and its driver and changes nothing: neither an input nor an effect, but
/// for the count of what the tape had no room for. Around a client with faults it keeps these, too.
class RecordedClient final : public Machine {
 public:
  /// @param tape  of the thread that the client runs on; outlives it.
  RecordedClient(std::unique_ptr<Machine> client, const scenarios::PlannedActor& actor, Tape& tape);

  void handle(Instant now, const Input& input, Outbox& out) override;
  std::optional<Instant> next_deadline() const override { return client_->next_deadline(); }
  bool done() const override { return client_->done(); }
  bool busy() const override { return client_->busy(); }

 private:
  void note(Instant now, const Input& input);
  void note(Instant now, const Effect& effect, const Outbox& out);
  /// Of this actor, at this moment.
  void add(Entry entry);
  Text masked(std::string_view text) { return mask_.apply(text, tape_.text_room); }
  Text masked_body(std::string_view text) { return mask_.apply(text, tape_.body_room); }

  std::unique_ptr<Machine> client_;
  scenarios::PlannedActor actor_;
  Tape& tape_;
  Mask mask_;
  bool in_arena_{false};  // where its WebSocket goes
  std::uint64_t lost_count_{0};
};

}  // namespace gauntlet::sim::recording
