// The two ledgers of a run: one for the relay's messages, one for the arena's tokens.
#pragma once

#include "metrics/ledger/ledger.hpp"
#include "metrics/record/recorder.hpp"
#include "sim/session/context.hpp"

namespace gauntlet::sim {

/// @threads One at a time; events in the order of their time (see Ledger).
class Books final : public LedgerSink {
 public:
  explicit Books(const metrics::Ledger::Settings& settings)
      : relay_{metrics::Ledger::kRelay, settings, recorder_},
        arena_{metrics::Ledger::kArena, settings, recorder_} {}

  void add(Track::Book book, const metrics::LedgerEvent& event) override {
    (book == Track::Book::relay ? relay_ : arena_).add(event);
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
};

}  // namespace gauntlet::sim
