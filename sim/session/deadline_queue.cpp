#include "sim/session/deadline_queue.hpp"

#include <algorithm>

namespace gauntlet::sim {

void DeadlineQueue::set(std::uint32_t number, std::optional<Instant> deadline) {
  const std::uint32_t index = place_[number];
  if (!deadline) {
    if (index != kNowhere) remove(index);
    return;
  }
  if (index == kNowhere) {
    heap_.push_back({*deadline, number});
    rise(heap_.size() - 1);
    return;
  }
  const Instant before = heap_[index].due;
  if (*deadline == before) return;
  heap_[index].due = *deadline;
  if (*deadline < before)
    rise(index);
  else
    sink(index);
}

std::optional<std::uint32_t> DeadlineQueue::take_due(Instant now) {
  if (heap_.empty() || heap_.front().due > now) return std::nullopt;
  const std::uint32_t number = heap_.front().number;
  remove(0);
  return number;
}

void DeadlineQueue::rise(std::size_t index) {
  const Item item = heap_[index];
  while (index > 0 && item < heap_[parent(index)]) {
    put(index, heap_[parent(index)]);
    index = parent(index);
  }
  put(index, item);
}

void DeadlineQueue::sink(std::size_t index) {
  const Item item = heap_[index];
  for (;;) {
    const std::size_t first = kChildren * index + 1;
    if (first >= heap_.size()) break;
    const std::size_t end = std::min(first + kChildren, heap_.size());
    std::size_t child = first;
    for (std::size_t other = first + 1; other < end; ++other)
      if (heap_[other] < heap_[child]) child = other;
    if (!(heap_[child] < item)) break;
    put(index, heap_[child]);
    index = child;
  }
  put(index, item);
}

void DeadlineQueue::remove(std::size_t index) {
  place_[heap_[index].number] = kNowhere;
  const Item last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  put(index, last);
  if (index > 0 && last < heap_[parent(index)])
    rise(index);
  else
    sink(index);
}

}  // namespace gauntlet::sim
