#include "runners/command/places.hpp"

#include <algorithm>
#include <utility>

namespace gauntlet::runners {

bool Places::take(const void* who, std::function<void()> granted) {
  const std::lock_guard lock{mutex_};
  if (free_ > 0) {
    --free_;
    return true;
  }
  waiting_.push_back({who, std::move(granted)});
  return false;
}

void Places::leave(const void* who) {
  const std::lock_guard lock{mutex_};
  if (std::erase_if(waiting_, [who](const Waiting& w) { return w.who == who; }) > 0) return;
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  const auto granted = std::move(waiting_.front().granted);
  waiting_.pop_front();
  granted();
}

}  // namespace gauntlet::runners
