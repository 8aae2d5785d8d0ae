#include "sim/actor/awaited.hpp"

#include <algorithm>

namespace gauntlet::sim {

void Awaited::open(std::uint32_t n, Instant intended, Instant give_up) {
  open_.push_back({n, intended, give_up});
}

std::optional<Instant> Awaited::close(std::uint32_t n) {
  const auto found = std::ranges::find(open_, n, &Message::n);
  if (found == open_.end()) return std::nullopt;
  const Instant intended = found->intended;
  open_.erase(found);
  return intended;
}

std::size_t Awaited::expire(Instant now) {
  const auto first_alive =
      std::ranges::find_if(open_, [now](const Message& m) { return m.give_up > now; });
  const auto expired = static_cast<std::size_t>(first_alive - open_.begin());
  open_.erase(open_.begin(), first_alive);
  return expired;
}

std::size_t Awaited::abandon() {
  const std::size_t abandoned = open_.size();
  open_.clear();
  return abandoned;
}

}  // namespace gauntlet::sim
