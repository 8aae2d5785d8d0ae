// The agents that a relay knows: names, tokens, connections, subscriptions.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/terms/random.hpp"
#include "sim/machine/target.hpp"
#include "sim/target/minute_limit.hpp"

namespace gauntlet::sim {

/// From 0, in the order of registration.
using AgentNumber = std::uint32_t;

struct KnownAgent {
  static constexpr std::uint32_t kOffline = 0xFFFFFFFF;

  std::string name;
  std::array<std::uint64_t, 2> secret{};
  Instant registered{};
  ConnectionId connection{0};     // while online
  std::uint32_t place{kOffline};  // in Roster::online()
  std::uint32_t addressed_by{0};  // the last message that listed it
  MinuteLimit messages;
  std::vector<std::string> subscriptions;  // sorted; of this connection

  bool online() const { return place != kOffline; }
};

/// About 250 bytes for each connected agent, everything included. An id stays taken for the life
/// of the roster.
class Roster {
 public:
  explicit Roster(Stream random) : random_{random} {}

  /// ARC's rule: 3 to 64 characters of a-z, 0-9 and '-', no '-' at either end.
  static bool well_formed(std::string_view name);

  /// The name must be well-formed and free.
  AgentNumber add(std::string_view name);
  AgentNumber add_unnamed();  // "agent-" and eight hex digits

  std::optional<AgentNumber> find(std::string_view name) const;
  std::string token(AgentNumber number) const;
  std::optional<AgentNumber> find_by_token(std::string_view token) const;
  std::optional<AgentNumber> find_by_connection(ConnectionId connection) const;

  /// A new connection starts without subscriptions. Returns the connection that it replaces.
  std::optional<ConnectionId> connect(AgentNumber number, ConnectionId connection);
  void disconnect(ConnectionId connection);

  KnownAgent& operator[](AgentNumber number) { return agents_[number]; }
  const std::deque<KnownAgent>& agents() const { return agents_; }
  std::span<const AgentNumber> online() const { return online_; }

 private:
  Stream random_;
  std::deque<KnownAgent> agents_;  // a deque: names must not move
  // Looked up, never walked.
  boost::unordered_flat_map<std::string_view, AgentNumber> by_name_;
  boost::unordered_flat_map<ConnectionId, AgentNumber> by_connection_;
  std::vector<AgentNumber> online_;
};

}  // namespace gauntlet::sim
