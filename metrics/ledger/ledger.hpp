// Who is owed which message, and what became of it. The conservation law lives here:
// expected = received + lost + in flight.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "metrics/ledger/event.hpp"
#include "metrics/record/metric.hpp"
#include "metrics/record/recorder.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// A set of actors, one bit each.
class ActorSet {
 public:
  bool contains(ActorId id) const {
    return id / 64 < words_.size() && (words_[id / 64] >> (id % 64) & 1U) != 0;
  }
  void insert(ActorId id) {
    if (id / 64 >= words_.size()) words_.resize(id / 64 + 1);
    words_[id / 64] |= std::uint64_t{1} << (id % 64);
  }
  void erase(ActorId id) {
    if (id / 64 < words_.size()) words_[id / 64] &= ~(std::uint64_t{1} << (id % 64));
  }
  std::uint64_t size() const;

 private:
  std::vector<std::uint64_t> words_;
};

/// Keeps account of every delivery of one kind of conversation from the events of all threads.
///
/// A delivery is *owed* to an actor that was in when the message was sent, and stays owed until it
/// arrives. If the actor leaves first, it is *excused* (neither protocol replays what was missed)
/// and no longer expected. An arrival that was not owed for want of knowledge (the target let the
/// actor in a moment before the actor knew) counts as owed and received. What is still owed at the
/// end is *lost* when it had the whole drain time to arrive, else *in flight*.
///
/// Memory: a message costs about 100 bytes, and two bits per actor when it went to everybody, until
/// it is older than `memory`; nothing else grows with the run.
///
/// A sending whose number does not follow its lane's last one is not kept track of.
///
/// @threads One at a time. Events must come in the order of their `at`; at equal times a sending
///          before the arrival that it caused.
class Ledger {
 public:
  /// Which metrics this ledger writes.
  struct Names {
    Counter expected, received, lost, in_flight, excused, duplicated, reordered, late;
    std::optional<Counter> misdelivered;
    std::optional<Counter> second_copies;  // what a subscriber's second copy counts as
  };
  static const Names kRelay;
  static const Names kArena;

  struct Settings {
    Instant warm_up_begins{};  // samples intended in [warm_up_begins, warm_up_ends) are warm-up
    Instant warm_up_ends{};
    Duration memory{std::chrono::seconds{60}};  // after that, what is still owed is lost
  };

  Ledger(const Names& names, Settings settings, Recorder& recorder);

  void add(const LedgerEvent& event);

  /// Settles everything that is still owed: lost when it was sent at least `patience` before `now`,
  /// else in flight. Then writes the final totals: what comes later (everybody says goodbye) is
  /// not looked at.
  void close(Instant now, Duration patience);

  /// Deliveries owed and still under way.
  std::uint64_t open() const { return owed_; }
  std::uint64_t present() const { return present_.size(); }

  /// Writes the totals so far into the recorder; what is open counts as in flight.
  void publish();

 private:
  // One receiver of a message that names its receivers.
  struct Receiver {
    enum class State : std::uint8_t { absent, owed, reached, excused };
    ActorId actor;
    State state;
  };
  // One message that may still arrive somewhere.
  struct Entry {
    Instant at;
    Instant intended;
    MessageKind kind{};
    bool to_all{false};
    std::uint32_t owed{0};             // how many deliveries are still owed
    std::vector<Receiver> receivers;   // when it names them; else three sets:
    ActorSet waiting;                  // who is owed it
    ActorSet reached;                  // whom it reached
    std::unique_ptr<ActorSet> copied;  // who got a subscriber's second copy

    Receiver* find(ActorId actor);
    bool has_reached(ActorId actor) const;
    /// Takes `actor` off what is owed; false if it was not owed.
    bool settle(ActorId actor, Receiver::State state);
  };
  // The recent messages of one lane of one sender, by number; the first is number `first`.
  struct Lane {
    std::uint32_t first{0};
    std::deque<Entry> entries;
    Entry* find(std::uint32_t n);
  };
  using LaneKey = std::uint64_t;
  static LaneKey key_of(const MessageKey& m) { return std::uint64_t{m.sender} << 32U | m.lane; }

  Entry* entry_for(const LedgerEvent& event);
  void sent_to_all(const LedgerEvent& event);
  void sent_to(const LedgerEvent& event);
  void arrived(const LedgerEvent& event);
  void arrived_again(Entry& entry, const LedgerEvent& event);
  void left(ActorId actor);
  void forget(Instant older_than);
  void observe(Series series, Duration value, Instant intended);
  void measure_arrival(const Entry& entry, Instant at);
  static bool overtaken(const Lane& lane, std::uint32_t n, ActorId receiver);

  Names names_;
  Settings settings_;
  Recorder* recorder_;
  std::unordered_map<LaneKey, Lane> lanes_;
  ActorSet present_;
  std::deque<std::pair<Instant, MessageKey>> by_age_;  // every entry, oldest first
  std::unordered_set<Entry*> open_;                    // the entries that owe something
  std::uint64_t owed_{0};
  std::uint64_t expected_{0};
  std::uint64_t received_{0};
  std::uint64_t lost_{0};
  std::uint64_t in_flight_{0};
  bool closed_{false};
};

}  // namespace gauntlet::metrics
