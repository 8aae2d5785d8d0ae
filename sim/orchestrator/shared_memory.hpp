// Memory that this process and those that it forks have in common.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory_resource>

namespace gauntlet::sim {

/// At the same address in every process, so that what lies in it may point into it. Takes as much
/// of the machine as was touched. Nothing is given back before the end.
/// @threads Any, of any of the processes.
class SharedMemory final : public std::pmr::memory_resource {
 public:
  /// @throws std::bad_alloc
  explicit SharedMemory(std::size_t bytes_max);
  ~SharedMemory() override;
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::byte* base_;
  std::size_t bytes_max_;
  std::atomic<std::size_t>* used_;  // at the base itself
};

}  // namespace gauntlet::sim
