// What goes wrong on purpose: when, for how long, to whom, and what.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/fault_kind.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::scenarios {

/// Whom a fault befalls.
struct Selection {
  enum class Among : std::uint8_t { everyone, agents, participants, observers, relay, arena };
  struct All {
    bool operator==(const All&) const = default;
  };
  struct Some {  // "5 participants": drawn anew each time
    std::uint32_t count{1};
    bool operator==(const Some&) const = default;
  };
  struct Share {  // "10% of agents": drawn anew each time; exactly so many, rounded up
    double share{1};
    bool operator==(const Share&) const = default;
  };
  struct One {  // "agent-17": by number, from 0, among those of its role
    std::uint32_t number{0};
    bool operator==(const One&) const = default;
  };
  Among among{Among::everyone};
  std::variant<All, Some, Share, One> which;
  /// "whoever holds round 2": those of whom it is true when the time has come. From 1, in the order
  /// of the file.
  std::optional<std::uint32_t> round;
  bool operator==(const Selection&) const = default;
};

/// Whether it is a target rather than clients.
constexpr bool is_target(Selection::Among among) {
  return among == Selection::Among::relay || among == Selection::Among::arena;
}

/// Which of a connection's two directions the network ill-treats.
enum class Direction : std::uint8_t { both, to_target, from_target };

/// What happens, with what it needs to know. Of the parameters, those count that the kind takes.
struct FaultAction {
  FaultKind kind{FaultKind::reset_connection};
  std::uint32_t code{1000};                      // close_connection
  std::uint32_t connections{1};                  // idle_connections, connect_storm, never_upgrade
  std::uint32_t guesses{10};                     // pin_guessing
  Duration gap{std::chrono::milliseconds{200}};  // runner_crawl, endless_tokens, connect_storm
  Direction direction{Direction::both};          // of the network's, those that have one
  Distribution delay{
      Constant{std::chrono::milliseconds{100}}};  // latency, slow_close, target_delay
  std::uint32_t per_second{16 * 1024};            // bandwidth, slow_reading: in bytes
  std::uint32_t piece{16};                        // slicing, in bytes
  Duration pause{std::chrono::milliseconds{1}};   // slicing, reconnect_storm
  std::uint32_t bytes{1024};                      // close_after_bytes, reset_after_bytes
  double share{0.1};  // target_drop, target_duplicate, target_reorder, target_corrupt: of messages
  bool operator==(const FaultAction&) const = default;
};

/// Something in a client's own life that a fault waits for. A target knows of `joined` alone: that
/// somebody is in.
enum class FaultEvent : std::uint8_t { registered, joined, challenged, first_token, completed };

struct After {
  FaultEvent event{FaultEvent::joined};
  Duration wait{};
  bool operator==(const After&) const = default;
};

struct Fault {
  Duration at{};                  // since the start of the run
  std::optional<Duration> every;  // and then again and again, until measuring ends
  std::optional<After> after;     // instead of `at`: each time that it happens to a client
  std::optional<Duration> lasts;  // unset: to the end of the run
  double probability{1};          // of each time and each client
  Selection to;
  FaultAction action;
  bool operator==(const Fault&) const = default;
};

}  // namespace gauntlet::scenarios
