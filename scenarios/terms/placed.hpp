// Objects in memory of somebody's choice, such as memory that several processes share.
#pragma once

#include <memory>
#include <memory_resource>
#include <utility>

namespace gauntlet {

struct Dispose {
  std::pmr::memory_resource* memory{nullptr};
  template <class T>
  void operator()(T* object) const {
    std::pmr::polymorphic_allocator<>{memory}.delete_object(object);
  }
};

/// Owns an object that lives in a memory_resource, which outlives it.
template <class T>
using Placed = std::unique_ptr<T, Dispose>;

template <class T, class... Arguments>
Placed<T> place(std::pmr::memory_resource& memory, Arguments&&... arguments) {
  std::pmr::polymorphic_allocator<> allocator{&memory};
  T* space = allocator.allocate_object<T>();
  return Placed<T>{::new (space) T(std::forward<Arguments>(arguments)...), Dispose{&memory}};
}

}  // namespace gauntlet
