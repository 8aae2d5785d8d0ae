// A queue in one block of memory that it uses again and again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace gauntlet::metrics {

/// First in, first out, and any item by its place. Grows by doubling and allocates nothing else: a
/// queue that keeps its length costs no allocation for what goes through it, as a deque would.
template <class T>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  std::uint32_t size() const { return size_; }

  /// @param index  from the front, below size().
  T& operator[](std::uint32_t index) { return slots_[place(index)]; }
  const T& operator[](std::uint32_t index) const { return slots_[place(index)]; }
  T& front() { return (*this)[0]; }

  T& push_back(T item) {
    if (size_ == slots_.size()) grow();
    return slots_[place(size_++)] = std::move(item);
  }
  T pop_front() {
    T item = std::move(front());
    head_ = static_cast<std::uint32_t>(place(1));
    --size_;
    return item;
  }

 private:
  static constexpr std::size_t kFirstSlots = 4;  // a power of two, as every later number

  std::size_t place(std::uint32_t index) const {
    return (head_ + std::size_t{index}) & (slots_.size() - 1);
  }
  void grow() {
    std::vector<T> slots(slots_.empty() ? kFirstSlots : 2 * slots_.size());
    for (std::uint32_t i = 0; i < size_; ++i) slots[i] = std::move((*this)[i]);
    slots_ = std::move(slots);
    head_ = 0;
  }

  std::vector<T> slots_;
  std::uint32_t head_{0};
  std::uint32_t size_{0};
};

}  // namespace gauntlet::metrics
