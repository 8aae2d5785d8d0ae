// Events for the ledgers on their way from one process to another.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory_resource>
#include <vector>

#include "sim/live/worker.hpp"

namespace gauntlet::sim {

/// A ring of fixed size, and the moment up to which what was taken from it is complete.
/// @threads One writer and one reader, perhaps in different processes. What a writer left behind
///          when it died can still be read.
class EventRing {
 public:
  static constexpr std::size_t kEvents = std::size_t{1} << 15U;

  explicit EventRing(std::pmr::memory_resource& memory, std::size_t events = kEvents)
      : events_(events, &memory) {}

  // ---- The writer's.

  /// @return false when it is full.
  bool push(const BookedEvent& event) {
    const std::uint64_t written = written_.load(std::memory_order_relaxed);
    if (written - read_.load(std::memory_order_acquire) == events_.size()) return false;
    events_[written % events_.size()] = event;
    written_.store(written + 1, std::memory_order_release);
    return true;
  }
  /// Whatever is still to be pushed happened at this moment or later.
  void complete_to(Instant moment) {
    complete_to_ns_.store(moment.time_since_epoch().count(), std::memory_order_release);
  }

  // ---- The reader's.

  /// Appends what is in it. @return The moment up to which nothing is missing.
  Instant take(std::vector<BookedEvent>& into) {
    // First the moment: what was pushed before it was said is seen afterwards.
    const Instant complete{Duration{complete_to_ns_.load(std::memory_order_acquire)}};
    const std::uint64_t written = written_.load(std::memory_order_acquire);
    std::uint64_t read = read_.load(std::memory_order_relaxed);
    for (; read != written; ++read) into.push_back(events_[read % events_.size()]);
    read_.store(read, std::memory_order_release);
    return complete;
  }

 private:
  std::pmr::vector<BookedEvent> events_;
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> read_{0};
  std::atomic<std::int64_t> complete_to_ns_{0};
};

/// The writer's side: what finds the ring full waits here.
class EventFeed {
 public:
  explicit EventFeed(EventRing& ring) : ring_{ring} {}

  /// @param complete  the moment up to which `events` and those before are complete.
  void ship(const std::vector<BookedEvent>& events, Instant complete) {
    waiting_.insert(waiting_.end(), events.begin(), events.end());
    while (!waiting_.empty() && ring_.push(waiting_.front())) waiting_.pop_front();
    for (const BookedEvent& event : waiting_) complete = std::min(complete, event.second.at);
    ring_.complete_to(complete);
  }

 private:
  EventRing& ring_;
  std::deque<BookedEvent> waiting_;
};

}  // namespace gauntlet::sim
