// Who is owed which message, and what became of it. The conservation law lives here:
// expected = received + lost + in flight.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "metrics/ledger/actor_set.hpp"
#include "metrics/ledger/breach.hpp"
#include "metrics/ledger/entry.hpp"
#include "metrics/ledger/event.hpp"
#include "metrics/ledger/ring.hpp"
#include "metrics/record/metric.hpp"
#include "metrics/record/recorder.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// Keeps account of every delivery of one kind of conversation from the events of all threads.
///
/// A delivery is *owed* to an actor that was in when the message was sent, and stays owed until it
/// arrives. If the actor leaves first, it is *excused* (neither protocol replays what was missed)
/// and no longer expected. An arrival that was not owed for want of knowledge (the target let the
/// actor in a moment before the actor knew) counts as owed and received. What is still owed at the
/// end is *lost* when it had the whole drain time to arrive, else *in flight*.
///
/// Memory: a message costs 40 bytes, and two bits per actor when it went to everybody, until it has
/// arrived or is older than `memory`. What has arrived is remembered beyond that, to know it again
/// should it come twice, as long as all of that takes no more than `remembered_bytes_max`: the last
/// twenty thousand messages, or a minute of them. Nothing else grows with the run.
///
/// It also judges what always holds (see Invariant). What may have been lost through no fault of
/// the target counts as lost, and breaks nothing: what was under way when its sender lost its
/// connection, met an error or broke the rules, and what was owed to one who did not read.
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
    Invariant delivered, once, in_order;
    std::optional<Invariant> addressed, true_sender, true_message, claims;
    /// Whether the target counts the messages of a lane itself, and takes none but the next.
    bool counted;
  };
  static const Names kRelay;
  static const Names kArena;

  struct Settings {
    Instant warm_up_begins{};  // samples intended in [warm_up_begins, warm_up_ends) are warm-up
    Instant warm_up_ends{};
    Duration memory{std::chrono::seconds{60}};  // after that, what is still owed is lost
    std::size_t remembered_bytes_max{1024 * 1024};
    /// Whether it is told when lanes are over; else nobody knows what had to arrive in them.
    bool lanes_end{true};
    /// What was sent so long before its lane was over had the time to arrive.
    Duration lane_patience{std::chrono::seconds{2}};
  };

  Ledger(const Names& names, Settings settings, Recorder& recorder);

  void add(const LedgerEvent& event);
  /// A message of this ledger's reached somebody who is on another relay: nobody it may reach.
  void strayed(const LedgerEvent& event);

  /// Settles everything that is still owed: lost when it was sent at least `patience` before `now`,
  /// else in flight. Then writes the final totals: what comes later (everybody says goodbye) is
  /// not looked at.
  void close(Instant now, Duration patience);

  /// Deliveries owed and still under way.
  std::uint64_t open() const { return owed_; }
  std::uint64_t present() const { return present_.size(); }
  /// The first of them, in order of their time.
  const std::vector<Breach>& breaches() const { return breaches_; }

  /// Writes the totals so far into the recorder; what is open counts as in flight.
  void publish();

 private:
  // The recent messages of one lane of one sender, by number; the first is number `first`.
  struct Lane {
    std::uint32_t number{0};
    std::uint32_t first{0};
    std::uint32_t reached_last{0};  // no later message has reached anybody
    std::uint32_t open{0};          // entries that owe something
    Instant oldest{};               // when the first entry was sent, if there is one
    std::uint32_t shown{0};         // messages that have arrived anywhere
    Instant last_shown{};           // when the latest of them did so for the first time
    bool excusable{false};          // as all that is sent in it from now on
    bool tampered{false};           // there may be more in it than was sent
    bool claimed{false};            // the target has said how many messages it has
    Ring<Entry> entries{};

    Entry* find(std::uint32_t n);
    std::uint32_t sent() const { return first + entries.size(); }
  };
  using Lanes = std::vector<Lane>;  // of one sender: few

  Lane* find_lane(const MessageKey& message);
  Lane& lane_for(const MessageKey& message);
  Entry* next_entry(Lane& lane, const LedgerEvent& event);
  void open_entry(Lane& lane, std::uint32_t owed);
  bool settle(Lane& lane, Entry& entry, ActorId actor, Fate why);
  void remember(Entry& entry);

  void sent_to_all(const LedgerEvent& event);
  void sent_to(const LedgerEvent& event);
  void arrived(const LedgerEvent& event);
  void arrived_again(Entry& entry, const LedgerEvent& event);
  void left(ActorId actor);
  void excuse(Lane& lane, Entry& entry, ActorId actor);
  void forget(ActorId sender, Lane& lane, Instant now);
  void forget_all(Instant now);
  void observe(Series series, Duration value, Instant intended);
  /// @param last  of those to whom it was owed.
  void measure_arrival(const Entry& entry, Instant at, bool last);
  static bool overtaken(const Lane& lane, std::uint32_t n, ActorId receiver);

  // What always holds: ledger_breaches.cpp.
  void interrupted(ActorId actor);
  void misspoke(ActorId actor);
  void lane_over(const LedgerEvent& event);
  void claimed(const LedgerEvent& event);
  void claims_read(const LedgerEvent& event);
  static bool can_be_claimed(const Lane& lane, Instant asked);
  void judge_order(Lane& lane, const LedgerEvent& event);
  void judge_unknown(const Lane* lane, const LedgerEvent& event);
  void judge_loss(const Entry& entry, MessageKey message, Instant now);
  void breach(Invariant invariant, const LedgerEvent& event);
  void breach(const Breach& breach);

  std::unique_ptr<Audience> new_audience();
  std::uint32_t& owed_to(ActorId actor);

  Names names_;
  Settings settings_;
  Recorder* recorder_;
  std::vector<Lanes> senders_;  // by actor
  ActorSet present_;
  ActorSet unreliable_;
  std::vector<std::uint32_t> over_;  // numbers of lanes
  std::vector<Breach> breaches_;
  std::vector<std::uint32_t> owed_to_;  // by actor: deliveries of messages that name it
  std::vector<MessageKey> to_all_;      // messages to everybody; among them all that are open
  std::size_t to_all_open_{0};
  std::vector<std::unique_ptr<Audience>> spare_;
  std::size_t remembered_bytes_{0};
  Instant look_again_{};  // for what is too old
  std::uint64_t owed_{0};
  std::uint64_t expected_{0};
  std::uint64_t received_{0};
  std::uint64_t lost_{0};
  std::uint64_t in_flight_{0};
  bool closed_{false};
};

}  // namespace gauntlet::metrics
