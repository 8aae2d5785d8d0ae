// Messages of one agent that something is to come back for: an answer to a question, or the message
// itself.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/actor/patience.hpp"

namespace gauntlet::sim {

/// Message numbers, each with the moment until which it is waited for.
class Awaited {
 public:
  /// So many at once cost no allocation.
  void reserve(std::size_t count) { open_.reserve(count); }

  /// @param give_up  not before that of any other that is waited for.
  void open(std::uint32_t n, Instant intended, Instant give_up);
  /// Message `n` has come back; its intended time, or nothing when it is not waited for.
  std::optional<Instant> close(std::uint32_t n);
  /// Gives up those whose time is up; how many.
  std::size_t expire(Instant now);
  /// Gives up all; how many.
  std::size_t abandon();

  bool empty() const { return open_.empty(); }
  Instant next() const { return open_.empty() ? kNever : open_.front().give_up; }

 private:
  struct Message {
    std::uint32_t n;
    Instant intended;
    Instant give_up;
  };
  std::vector<Message> open_;  // in the order of sending, which is that of giving up
};

}  // namespace gauntlet::sim
