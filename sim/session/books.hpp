// The two ledgers of a run, one for the relay's messages, one for the arena's tokens; and what a
// closed-loop tool would have made of the relay.
#pragma once

#include "metrics/ledger/closed_loop.hpp"
#include "metrics/ledger/ledger.hpp"
#include "metrics/record/recorder.hpp"
#include "sim/session/context.hpp"

namespace gauntlet::sim {

/// @threads One at a time; events in the order of their time (see Ledger).
class Books final : public LedgerSink {
 public:
  explicit Books(const metrics::Ledger::Settings& settings)
      : relay_{metrics::Ledger::kRelay, settings, recorder_},
        arena_{metrics::Ledger::kArena, settings, recorder_},
        closed_loop_{settings, recorder_} {}

  void add(Track::Book book, const metrics::LedgerEvent& event) override {
    if (book == Track::Book::arena) return arena_.add(event);
    relay_.add(event);
    closed_loop_.add(event);
  }
  std::uint64_t open() const { return relay_.open() + arena_.open(); }
  void publish() {
    relay_.publish();
    arena_.publish();
  }
  void close(Instant now, Duration patience) {
    relay_.close(now, patience);
    arena_.close(now, patience);
  }
  /// What the ledgers found out: counters and delivery times.
  const metrics::Recorder& recorder() const { return recorder_; }

 private:
  metrics::Recorder recorder_;
  metrics::Ledger relay_;
  metrics::Ledger arena_;
  metrics::ClosedLoop closed_loop_;
};

}  // namespace gauntlet::sim
