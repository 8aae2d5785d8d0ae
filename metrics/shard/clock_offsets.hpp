// What the messages between shards say of their machines' clocks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "metrics/ledger/event.hpp"

namespace gauntlet::metrics {

/// How a clock compares to that of the first shard.
struct ClockOffset {
  Duration ahead{};                  // of the first shard's; below zero: behind
  std::optional<Duration> within{};  // how sure that is; unset: messages went one way only
};

/// Bounds on the offsets of clocks, since nothing arrives before it was sent: what shard a sent, by
/// its clock, and b heard, by its own, shows that b is ahead of a by no more than that took.
///
/// Memory: the sendings of the last ten seconds.
/// @threads One at a time. Events of all shards, in the order of their `at`.
class ClockOffsets {
 public:
  explicit ClockOffsets(std::uint32_t shards);

  /// Whose event it is, and so by which clock, follows from the actor.
  void add(const LedgerEvent& event);

  /// One for each shard, in the middle of what its bounds allow; all zero as long as the clocks may
  /// agree, as far as messages can tell.
  std::vector<ClockOffset> found() const;

 private:
  struct KeyHash {
    std::size_t operator()(const MessageKey& key) const;
  };
  struct Seen {
    Instant at;
    std::uint32_t shard;
  };
  using Book = std::unordered_multimap<MessageKey, Seen, KeyHash>;

  void went(std::uint32_t from, std::uint32_t to, Duration took);
  void forget(Instant now);

  std::uint32_t shards_;
  std::vector<std::optional<Duration>> shortest_;  // from * shards_ + to
  Book sent_;                                      // the newest half of what is remembered
  Book sent_before_;                               // and the other
  Book heard_;  // what arrived, by the clocks, before it was sent
  Book heard_before_;
  Instant next_forget_{};
};

/// "The clock of shard 2 was 3.10 ms ahead of shard 1's ...", a sentence for each that was; for a
/// run with `offsets`, the first of them zero.
std::vector<std::string> in_words(const std::vector<ClockOffset>& offsets);

}  // namespace gauntlet::metrics
