#include "sim/actor/commands.hpp"

#include <algorithm>

namespace gauntlet::sim {

std::optional<Instant> OpenCommands::acknowledge(ArcCommand command) {
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [command](const Open& o) { return o.command == command; });
  if (found == open_.end()) return std::nullopt;
  const Instant intended = found->intended;
  open_.erase(found);
  return intended;
}

std::size_t OpenCommands::expire(Instant now) {
  const auto first_alive =
      std::find_if(open_.begin(), open_.end(), [now](const Open& o) { return o.give_up > now; });
  const auto expired = static_cast<std::size_t>(first_alive - open_.begin());
  open_.erase(open_.begin(), first_alive);
  return expired;
}

}  // namespace gauntlet::sim
