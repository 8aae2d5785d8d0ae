#include "sim/session/deadline_queue.hpp"

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
  while (index > 0 && item < heap_[(index - 1) / 2]) {
    put(index, heap_[(index - 1) / 2]);
    index = (index - 1) / 2;
  }
  put(index, item);
}

void DeadlineQueue::sink(std::size_t index) {
  const Item item = heap_[index];
  for (;;) {
    std::size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child]) ++child;
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
  if (index > 0 && last < heap_[(index - 1) / 2])
    rise(index);
  else
    sink(index);
}

}  // namespace gauntlet::sim
