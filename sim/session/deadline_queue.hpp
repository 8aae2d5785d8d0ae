// The earliest of many deadlines, each of which moves often.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

/// At most one deadline for each number in [0, size). A heap that knows where each number stands:
/// O(log n) to move one, no garbage, 20 bytes a number. Four children to a node: half the levels of
/// two, and those four are next to one another. Equal times come in the order of
/// their numbers, so that a run is the same every time.
class DeadlineQueue {
 public:
  explicit DeadlineQueue(std::size_t size) : place_(size, kNowhere) { heap_.reserve(size); }

  /// Sets, moves or removes the deadline of `number`.
  void set(std::uint32_t number, std::optional<Instant> deadline);

  std::optional<Instant> next() const {
    return heap_.empty() ? std::nullopt : std::optional{heap_.front().due};
  }
  /// Removes and returns a number whose deadline is not after `now`.
  std::optional<std::uint32_t> take_due(Instant now);

 private:
  static constexpr std::uint32_t kNowhere = ~0U;
  static constexpr std::size_t kChildren = 4;
  struct Item {
    Instant due;
    std::uint32_t number;
    bool operator<(const Item& other) const {
      return due != other.due ? due < other.due : number < other.number;
    }
  };
  static std::size_t parent(std::size_t index) { return (index - 1) / kChildren; }
  void put(std::size_t index, Item item) {
    heap_[index] = item;
    place_[item.number] = static_cast<std::uint32_t>(index);
  }
  void rise(std::size_t index);
  void sink(std::size_t index);
  void remove(std::size_t index);

  std::vector<Item> heap_;
  std::vector<std::uint32_t> place_;  // of each number in the heap
};

}  // namespace gauntlet::sim
