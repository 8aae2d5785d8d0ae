// One direction of a link of virtual time: when is there what leaves now?
#pragma once

#include <cstddef>
#include <cstdint>

#include "scenarios/model/scenario.hpp"
#include "scenarios/terms/actor_id.hpp"
#include "scenarios/terms/random.hpp"

namespace gauntlet::sim {

/// What TCP makes of a path: bytes leave at the pace of its bandwidth, take its latency, and those
/// that it loses are sent again, while whatever was sent behind them waits.
///
/// @source RFC 6298 for the timeouts that double (a second before a round trip was ever measured);
///         Linux's tcp.h for the least that is added to a round trip (200 ms) and the most (120 s).
class Line {
 public:
  /// @param direction  of this actor's links: keys the draws, which are of this line alone.
  Line(std::uint64_t seed, ActorId actor, std::uint32_t direction);

  enum class Sends : std::uint8_t { handshake, stream };
  /// When what leaves now is there: never before what left earlier.
  /// @param bytes  0 for what is a packet of its own, such as a handshake or an end.
  Instant arrival(const scenarios::Network& network, Sends what, std::size_t bytes, Instant now);

 private:
  Stream latency_;
  Stream loss_;
  Instant free_{};  // when all that was sent has left
  Instant last_{};  // to arrive
};

/// In which all but one in a million messages are there, one way, a huge one before it included.
Duration nearly_always_within(const scenarios::Network& network);

}  // namespace gauntlet::sim
