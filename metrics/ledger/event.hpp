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
    sent_to_all,  // `message` went to everybody who is in, but its sender
    sent_to,      // `message` went to `actor`; one event per receiver
    arrived,      // `message` reached `actor`
  };
  What what{};
  MessageKind kind{};      // of a sent message
  bool subscribed{false};  // arrived: `actor` subscribes to the sender
  ActorId actor{};
  MessageKey message{};
  Instant at{};        // when it happened
  Instant intended{};  // of a sent message: when the plan wanted it sent
};

}  // namespace gauntlet::metrics
