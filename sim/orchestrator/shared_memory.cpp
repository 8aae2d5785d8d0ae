#include "sim/orchestrator/shared_memory.hpp"

#include <sys/mman.h>

#include <new>

namespace gauntlet::sim {

static_assert(std::atomic<std::size_t>::is_always_lock_free, "else it is not one across processes");

SharedMemory::SharedMemory(std::size_t bytes_max) : bytes_max_{bytes_max} {
  void* const base = ::mmap(nullptr, bytes_max, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) throw std::bad_alloc{};
  base_ = static_cast<std::byte*>(base);
  used_ = ::new (base) std::atomic<std::size_t>{sizeof(*used_)};
}

SharedMemory::~SharedMemory() { ::munmap(base_, bytes_max_); }

void* SharedMemory::do_allocate(std::size_t bytes, std::size_t alignment) {
  const std::size_t taken = used_->fetch_add(bytes + alignment - 1, std::memory_order_relaxed);
  const std::size_t begin = (taken + alignment - 1) / alignment * alignment;
  if (begin + bytes > bytes_max_) throw std::bad_alloc{};
  return base_ + begin;
}

}  // namespace gauntlet::sim
