// Commands to the relay that wait for their acknowledgement.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/actor/patience.hpp"

namespace gauntlet::sim {

enum class ArcCommand : std::uint8_t { subscribe, unsubscribe, list, ping };

struct CommandWords {
  std::string_view request;  // the `type` of the command
  std::string_view reply;    // the `type` of its acknowledgement
};
inline constexpr std::array kCommandWords{
    CommandWords{"subscribe", "subscribed"},
    CommandWords{"unsubscribe", "unsubscribed"},
    CommandWords{"list_subscriptions", "subscriptions"},
    CommandWords{"ping", "pong"},
};
constexpr std::string_view request_word(ArcCommand command) {
  return kCommandWords[static_cast<std::size_t>(command)].request;
}
constexpr std::optional<ArcCommand> command_of_reply(std::string_view word) {
  for (std::size_t i = 0; i < kCommandWords.size(); ++i)
    if (kCommandWords[i].reply == word) return static_cast<ArcCommand>(i);
  return std::nullopt;
}

/// The commands of one agent that were sent and not yet acknowledged. An acknowledgement does not
/// say which command it is for: the oldest of its kind it is.
class OpenCommands {
 public:
  void open(ArcCommand command, Instant intended, Instant give_up) {
    open_.push_back({command, intended, give_up});
  }
  /// Closes the oldest of its kind; its intended time, or nothing when none is open.
  std::optional<Instant> acknowledge(ArcCommand command);
  /// Forgets those whose time is up; how many.
  std::size_t expire(Instant now);
  /// Forgets all; how many.
  std::size_t abandon() { return std::exchange(open_, {}).size(); }
  bool empty() const { return open_.empty(); }

  Instant next() const { return open_.empty() ? kNever : open_.front().give_up; }

 private:
  struct Open {
    ArcCommand command;
    Instant intended;
    Instant give_up;
  };
  std::vector<Open> open_;  // in the order of sending, which is that of giving up
};

}  // namespace gauntlet::sim
