// Where a worker process and its supervisor leave word for each other.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "sim/actor/boards.hpp"
#include "sim/orchestrator/event_ring.hpp"
#include "sim/orchestrator/generator.hpp"

namespace gauntlet::sim {

/// Some of a worker's actors: written once, then read.
class ActorList {
 public:
  /// @param most  that it can hold.
  ActorList(std::pmr::memory_resource& memory, std::size_t most) : ids_(most, &memory) {}

  void write(const std::vector<ActorId>& ids) {
    std::ranges::copy(ids, ids_.begin());
    count_.store(static_cast<std::uint32_t>(ids.size()));
  }
  /// Nobody, before it is written.
  void append_to(std::vector<ActorId>& all) const {
    all.insert(all.end(), ids_.begin(), ids_.begin() + count_.load());
  }

 private:
  std::pmr::vector<ActorId> ids_;
  std::atomic<std::uint32_t> count_{0};
};

/// One for each worker process, in memory that they share. There is no other channel between them.
struct Desk {
  /// @param actors  that a worker has, at most.
  Desk(std::pmr::memory_resource& memory, std::size_t threads, std::size_t actors)
      : never_started{memory, actors},
        stuck{memory, actors},
        connected{memory, actors},
        loop_busy(threads, &memory),
        loop_starved(threads, &memory),
        events{memory} {}

  // ---- Written by the supervisor, read by the worker every few milliseconds.
  std::atomic<Order> order{Order::prepare};
  std::atomic<std::int64_t> epoch_ns{0};  // of the steady clock; before Order::start

  // ---- Written by the worker.
  std::atomic<bool> ready{false};
  std::atomic<Order> obeyed{Order::prepare};
  std::atomic<bool> busy{true};  // known from Order::stop on
  std::atomic<bool> done{false};
  std::atomic<bool> all_closed{false};
  ActorList never_started;  // known from Order::stop on
  ActorList stuck;          // known from Order::leave on
  ActorList connected;      // known from Order::end on
  std::atomic<std::uint64_t> rss_bytes{0};
  std::atomic<double> cpu_seconds{0};  // of the whole process
  // Of each thread with clients, and of the process, while it measured: known from Order::sum_up
  // on.
  std::pmr::vector<std::atomic<double>> loop_busy;
  std::pmr::vector<std::atomic<double>> loop_starved;
  std::atomic<std::int64_t> longest_pause_ns{0};
  std::atomic<std::int64_t> longest_pause_at_ns{0};
  EventRing events;
};

/// What one actor announces to all, whichever process it is in: the arena's PIN.
/// @threads Any, of any process.
class PinBoard final : public Announcer {
 public:
  explicit PinBoard(std::pmr::memory_resource& memory) : pins_{1, memory} {}
  void announce(SecretView pin) override { pins_.publish(0, pin.reveal()); }
  /// The newest; empty without. A new one lies elsewhere.
  std::string_view newest() const { return pins_.look_up(0); }

 private:
  NameBoard pins_;
};

}  // namespace gauntlet::sim
