// Deliveries that a flaw holds back, so that a later one overtakes them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/terms/time.hpp"
#include "sim/target/roster.hpp"

namespace gauntlet::sim {

/// At most one for each receiver. One that nothing overtakes goes out late, rather than never: a
/// relay that reorders does not lose.
class HeldDeliveries {
 public:
  static constexpr Duration kHeldMax = std::chrono::seconds{1};

  struct Held {
    AgentNumber sender;
    std::string text;
    std::uint64_t serial;
  };

  bool has(AgentNumber receiver) const { return held_.contains(receiver); }

  void hold(Instant now, AgentNumber receiver, AgentNumber sender, std::string_view text) {
    held_.insert_or_assign(receiver, Held{sender, std::string{text}, ++serial_});
    expiries_.push_back({now + kHeldMax, receiver, serial_});
  }

  std::optional<Held> release(AgentNumber receiver) {
    auto node = held_.extract(receiver);
    return node ? std::optional{std::move(node.mapped())} : std::nullopt;
  }

  /// Calls deliver(receiver, text) for each that has waited long enough.
  template <class Deliver>
  void release_expired(Instant now, Deliver&& deliver) {
    while (!expiries_.empty() && expiries_.front().at <= now) {
      const Expiry expiry = expiries_.front();
      expiries_.pop_front();
      const auto held = held_.find(expiry.receiver);
      if (held == held_.end() || held->second.serial != expiry.serial) continue;
      deliver(expiry.receiver, held->second.text);
      held_.erase(held);
    }
  }

  std::optional<Instant> next_deadline() const {
    return expiries_.empty() ? std::nullopt : std::optional{expiries_.front().at};
  }

 private:
  struct Expiry {
    Instant at;
    AgentNumber receiver;
    std::uint64_t serial;
  };

  std::map<AgentNumber, Held> held_;
  std::deque<Expiry> expiries_;  // in order of time, since all wait equally long
  std::uint64_t serial_{0};
};

}  // namespace gauntlet::sim
