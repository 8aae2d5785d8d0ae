// The faults of one client that go on for a time.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "scenarios/model/scenario.hpp"
#include "scenarios/plan/fault_schedule.hpp"

namespace gauntlet::sim {

class LastingFaults {
 public:
  /// Keeps a reference.
  explicit LastingFaults(const std::vector<scenarios::Fault>& faults) : faults_{faults} {}

  void begin(const scenarios::Blow& blow) { blows_.push_back(blow); }

  /// Null when none of the kind goes on; of several, the one that began last counts.
  const scenarios::FaultAction* find(FaultKind kind) const {
    for (auto blow = blows_.rbegin(); blow != blows_.rend(); ++blow)
      if (action_of(*blow).kind == kind) return &action_of(*blow);
    return nullptr;
  }
  bool has(FaultKind kind) const { return find(kind) != nullptr; }
  bool has(FaultPlace place) const {
    return std::ranges::any_of(blows_, [&](const scenarios::Blow& blow) {
      return def(action_of(blow).kind).place == place;
    });
  }
  /// Calls visit(kind) for each, in the order in which they began.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const scenarios::Blow& blow : blows_) visit(action_of(blow).kind);
  }

  std::optional<Instant> next_deadline() const {
    std::optional<Instant> next;
    for (const scenarios::Blow& blow : blows_)
      if (blow.until != Instant::max()) next = std::min(next.value_or(blow.until), blow.until);
    return next;
  }
  /// Ends those whose time is over.
  /// @return their kinds, in the order in which they began.
  std::vector<FaultKind> take_over(Instant now) {
    std::vector<FaultKind> over;
    std::erase_if(blows_, [&](const scenarios::Blow& blow) {
      if (blow.until > now) return false;
      over.push_back(action_of(blow).kind);
      return true;
    });
    return over;
  }

 private:
  const scenarios::FaultAction& action_of(const scenarios::Blow& blow) const {
    return faults_[blow.fault].action;
  }

  const std::vector<scenarios::Fault>& faults_;
  std::vector<scenarios::Blow> blows_;
};

}  // namespace gauntlet::sim
