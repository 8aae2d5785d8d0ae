// One simulated public screen of an arena.
#pragma once

#include <optional>

#include "sim/actor/arena_link.hpp"
#include "sim/actor/crew.hpp"
#include "sim/machine/machine.hpp"
#include "sim/wire/arena_messages.hpp"

namespace gauntlet::sim {

/// Registers without a PIN and sees every token that the arena relays: from outside, the only way
/// to tell that tokens arrive, and how late. Tokens of participants that are not ours are passed
/// over.
class ArenaObserver final : public Machine {
 public:
  ArenaObserver(Crew& crew, ActorId actor);

  void handle(Instant now, const Input& input, Outbox& out) override;
  std::optional<Instant> next_deadline() const override;
  bool done() const override { return link_.gone(); }
  /// Whether what it is owed has arrived is the ledger's to say.
  bool busy() const override { return false; }
  const StateChart* chart() const override;
  std::uint8_t state() const override { return link_.state(); }

 private:
  void hear(Instant now, std::string_view text, Outbox& out);
  void hear_error(Instant now, const wire::ArenaMessage& error, Outbox& out);
  void see_token(Instant now, const wire::ArenaMessage& update, Outbox& out);
  void join(Instant now, Outbox& out);
  void mark_presence(Instant now, bool present, Outbox& out) const;

  Crew& crew_;
  const scenarios::PlannedActor& planned_;
  ArenaLink link_;
};

}  // namespace gauntlet::sim
