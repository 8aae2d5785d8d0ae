// What the ledger is told: who came and went, what was sent to whom, what arrived.
#pragma once

#include <cstdint>

#include "scenarios/terms/actor_id.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// One numbered message of ours. `lane` keeps apart streams of one sender whose order does not
/// matter to one another (planned sends and answers; or one arena round and the next); within a
/// lane, `n` counts from 0 without gaps in the order of sending.
struct MessageKey {
  ActorId sender{};
  std::uint32_t lane{};
  std::uint32_t n{};
  bool operator==(const MessageKey&) const = default;
};

/// What the deliveries of a message are measured as. A question counts as how it was sent.
enum class MessageKind : std::uint8_t { direct, broadcast, answer, token };

struct LedgerEvent {
  enum class What : std::uint8_t {
    entered,      // `actor` is in: from now on it is owed what is sent to it
    left,         // `actor` lost or gave up its connection
    interrupted,  // what `actor` has under way may be lost through no fault of the target
    misspoke,     // the same, and `actor` may have said what it never meant: it broke the rules
    unreliable,   // until it enters again, `actor` may neither be heard nor hear: its own doing
    sent_to_all,  // `message` went to everybody who is in, but its sender
    sent_to,      // `message` went to `actor`; one event per receiver
    arrived,      // `message` reached `actor`
    lane_over,    // nobody is owed what is sent in the lane of `message` any more, of any sender
    claimed,      // the target says that the sender of `message` sent `n` in its lane; to `actor`
    claims_read,  // that is all that the target says of the lane of `message`
  };
  What what{};
  MessageKind kind{};         // of a sent message
  bool subscribed{false};     // arrived: `actor` subscribes to the sender
  bool misattributed{false};  // arrived: in the name of somebody else than the sender
  bool outdated{false};       // sent_to: under a name that is not `actor`'s any more
  bool by_name{false};        // arrived: it went to the name that `actor` has now
  ActorId actor{};
  MessageKey message{};
  Instant at{};        // when it happened
  Instant intended{};  // of a sent message: when the plan wanted it sent; of what the target
                       // says of its lanes: when it was asked
};

/// Whether it is about `message`, rather than about `actor` alone.
constexpr bool is_of_message(LedgerEvent::What what) {
  return what > LedgerEvent::What::unreliable;
}

}  // namespace gauntlet::metrics
