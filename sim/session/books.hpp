// The ledgers of a run: one for each relay's messages, one for the arena's tokens; and what a
// closed-loop tool would have made of the relays.
#pragma once

#include <algorithm>
#include <deque>
#include <vector>

#include "metrics/ledger/closed_loop.hpp"
#include "metrics/ledger/ledger.hpp"
#include "metrics/record/recorder.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/session/context.hpp"

namespace gauntlet::sim {

/// What goes to everybody on a relay is owed to those on that relay alone, so each has a ledger of
/// its own.
/// @threads One at a time; events in the order of their time (see Ledger).
class Books final : public LedgerSink {
 public:
  /// @param plan        Who is on which relay; must outlive this.
  /// @param own_rounds  Whether an operator of ours says when an arena's rounds are over.
  /// @param under_way   How long the network may hold up a message that arrives all the same.
  Books(const scenarios::Plan& plan, bool own_rounds, Duration under_way = {})
      : plan_{plan},
        settings_{.warm_up_begins = plan.phases.connect,
                  .warm_up_ends = plan.phases.warm_up,
                  .memory = metrics::Ledger::Settings{}.memory + under_way,
                  .lanes_end = own_rounds} {
    for (std::uint32_t relay = 0; relay < plan.relays; ++relay)
      relays_.emplace_back(metrics::Ledger::kRelay, settings_);
  }

  void add(Track::Book book, const metrics::LedgerEvent& event) override {
    if (book == Track::Book::arena) return arena_.ledger.add(event);
    const std::uint32_t relay = plan_.relay_of(owner_of(event));
    metrics::Ledger& ledger = relays_[relay].ledger;
    if (event.what == metrics::LedgerEvent::What::arrived && plan_.relay_of(event.actor) != relay)
      return ledger.strayed(event);
    ledger.add(event);
    closed_loop_.add(event);
  }
  /// What was found to be broken, in order of time.
  std::vector<metrics::Breach> breaches() const {
    std::vector<metrics::Breach> all = arena_.ledger.breaches();
    for (const Book& relay : relays_) {
      const auto& more = relay.ledger.breaches();
      all.insert(all.end(), more.begin(), more.end());
    }
    std::ranges::stable_sort(all, {}, &metrics::Breach::at);
    return all;
  }
  bool broken() const {
    return !arena_.ledger.breaches().empty() || std::ranges::any_of(relays_, [](const Book& relay) {
      return !relay.ledger.breaches().empty();
    });
  }
  std::uint64_t open() const {
    std::uint64_t sum = arena_.ledger.open();
    for (const Book& relay : relays_) sum += relay.ledger.open();
    return sum;
  }
  void publish() {
    for (Book& relay : relays_) relay.ledger.publish();
    arena_.ledger.publish();
  }
  void close(Instant now, Duration patience) {
    for (Book& relay : relays_) relay.ledger.close(now, patience);
    arena_.ledger.close(now, patience);
  }
  /// What the ledgers found out: counters and delivery times.
  std::vector<const metrics::Recorder*> recorders() const {
    std::vector<const metrics::Recorder*> all{&arena_.recorder};
    for (const Book& relay : relays_) all.push_back(&relay.recorder);
    return all;
  }

 private:
  // A recorder of its own, since a ledger sets its totals there.
  struct Book {
    Book(const metrics::Ledger::Names& names, const metrics::Ledger::Settings& settings)
        : ledger{names, settings, recorder} {}
    metrics::Recorder recorder;
    metrics::Ledger ledger;
  };

  // Whose relay's business it is: a message is its sender's.
  static ActorId owner_of(const metrics::LedgerEvent& event) {
    return metrics::is_of_message(event.what) ? event.message.sender : event.actor;
  }

  const scenarios::Plan& plan_;
  metrics::Ledger::Settings settings_;
  std::deque<Book> relays_;  // a deque: a ledger refers to its recorder
  Book arena_{metrics::Ledger::kArena, settings_};
  metrics::ClosedLoop closed_loop_{settings_, arena_.recorder};
};

}  // namespace gauntlet::sim
