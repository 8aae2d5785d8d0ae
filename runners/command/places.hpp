// How many commands may run at once in this process.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace gauntlet::runners {

/// Places that are given in the order in which they were asked for.
/// @threads Any.
class Places {
 public:
  explicit Places(std::size_t places) : free_{places} {}

  /// @param granted  Called once there is a place, if there is none now: on the thread that gave it
  ///                 back, and it must not come back here.
  /// @return Whether there is one now.
  bool take(const void* who, std::function<void()> granted);
  /// Gives the place back, or no longer waits for one.
  void leave(const void* who);

 private:
  struct Waiting {
    const void* who;
    std::function<void()> granted;
  };

  std::mutex mutex_;
  std::size_t free_;
  std::deque<Waiting> waiting_;
};

}  // namespace gauntlet::runners
