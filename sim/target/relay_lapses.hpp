// What a relay with defects has to remember in order to be wrong.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/machine/target.hpp"
#include "sim/target/minute_limit.hpp"
#include "sim/target/roster.hpp"

namespace gauntlet::sim {

/// Of a text or a body: as long as none is that is meant well.
inline constexpr std::size_t kLongText = 40'000;

/// Empty, and never asked, without defects.
struct RelayLapses {
  struct OfAgent {
    std::uint32_t visits{0};    // times that it got in
    std::uint32_t said{0};      // messages from it on this connection
    std::uint32_t heard{0};     // deliveries to it on this connection
    std::uint32_t errors{0};    // that it met
    std::uint32_t pings{0};     // commands, on this connection
    std::uint32_t numbered{0};  // messages of it, on this connection
    bool met_error{false};      // and has said nothing since
    bool pinged{false};         // the same
    bool barred{false};         // its connection broke off
    ConnectionId old_connection{0};
    std::uint32_t stale{0};           // deliveries that are still to go to the old one
    std::string last;                 // delivery
    std::vector<std::string> missed;  // deliveries while it was away
    std::vector<std::string> subscriptions;
    std::set<std::string> muted;  // whom it has left
    MinuteLimit minute;
  };

  OfAgent& of(AgentNumber agent) { return agents[agent]; }

  std::map<AgentNumber, OfAgent> agents;
  std::optional<AgentNumber> left;      // the last that left, until somebody spoke in its name
  std::optional<AgentNumber> moved;     // to the place of one that left
  std::optional<AgentNumber> nuisance;  // who has just said too much
  std::string last_broadcast;
  std::set<std::string> answered;  // questions
  std::set<std::string> assigned;  // ids
  bool choked{false};              // on a message: the next one is lost
  bool choked_on_body{false};      // the next registration fails
  std::string text;                // scratch
  std::string type;                // scratch
  std::string id;                  // scratch
};

}  // namespace gauntlet::sim
