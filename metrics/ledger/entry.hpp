// One message in the ledger: whom it is owed to, and whom it has reached.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "metrics/ledger/actor_set.hpp"
#include "metrics/ledger/event.hpp"
#include "scenarios/terms/actor_id.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// What became of a message for one of those that it names.
enum class Fate : std::uint8_t { absent, owed, reached, excused };

/// The receivers of a message that is not for one alone.
struct Audience {
  struct Named {
    ActorId actor;
    Fate fate;
  };
  std::vector<Named> named;  // of a message that names them; else three sets:
  ActorSet waiting;          // who is owed it
  ActorSet reached;          // whom it reached
  ActorSet copied;           // who got a subscriber's second copy

  void clear();
  std::size_t bytes() const;
};

struct Entry {
  Instant at{};
  Instant intended{};
  std::unique_ptr<Audience> audience{};  // null for a message to one receiver
  std::uint32_t owed{0};                 // how many deliveries are still owed
  ActorId receiver{};                    // the one, and
  Fate fate{Fate::absent};               // what became of it
  bool to_all{false};
  bool excusable{false};  // may be lost through no fault of the target
  bool shown{false};      // somebody has it
  MessageKind kind{};
  std::uint32_t remembered_bytes{0};  // what it weighs, once nothing of it is owed any more

  /// What became of it for one that it names; null for anybody else.
  Fate* fate_of(ActorId actor);
  bool has_reached(ActorId actor) const;
  bool is_owed_to(ActorId actor) const;
  /// One of those that it names was not in, or left before it came.
  bool names_somebody_gone() const;
  /// One to whom it is owed and who is not among `others`; unset without any.
  std::optional<ActorId> owed_beyond(const ActorSet& others) const;
  /// Takes `actor` off what is owed, for a reason; false if it was not owed.
  bool settle(ActorId actor, Fate why);
  std::size_t bytes() const { return sizeof *this + (audience ? audience->bytes() : 0); }
};

}  // namespace gauntlet::metrics
