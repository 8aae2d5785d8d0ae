// Whether this machine can hold a run, worked out before the first connect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/model/scenario.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/orchestrator/obstacle.hpp"

namespace gauntlet::sim {

/// How many connections that a target has not answered yet the whole generator has under way: most
/// servers' accept queues hold as many. Those that wait are late, and measured as such.
inline constexpr std::size_t kUnansweredMax = 1024;

/// How many processes a run may have.
inline constexpr std::uint32_t kProcessesMax = 64;

/// What the system allows; read by machine_limits().
struct MachineLimits {
  std::uint64_t files_max;         // that a process may have open
  std::uint64_t files_open;        // already, in this one
  std::uint64_t ports;             // that a connection's local end may have, for each address
  std::uint64_t memory_bytes;      // available
  std::uint64_t accept_queue_max;  // net.core.somaxconn
};
/// Of the system that this runs on, now. What it does not tell counts as plenty.
MachineLimits machine_limits();

/// One address that many connect to.
struct Crowding {
  std::string place;  // "127.0.0.1:8080"
  std::uint64_t connections;
  bool loopback;
};

/// What a run takes of a machine.
struct Needs {
  std::uint32_t processes;
  std::uint32_t shards;            // of which this machine has one; what follows is of that one
  std::uint64_t clients;           // that hold a connection throughout
  std::uint64_t clients_of_one;    // of them, in the largest process
  std::uint64_t embedded_clients;  // of them, whose other end is in the supervising process
  std::uint64_t beside;            // what faults add in one process: further connections, and those
                                   // that vanished, which stay open; as many as are to be expected
  std::vector<Crowding> crowds;    // by place
  std::uint64_t memory_bytes;      // an estimate
};
Needs needs_of(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
               std::uint32_t processes, std::uint32_t shards = 1);

/// From where to connect: those of `given` that can reach a destination; without any, several of
/// 127.0.0.0/8 where one could not hold a crowd on loopback with room to spare. Empty: the system's
/// choice.
std::vector<Ipv4> sources_for(const std::vector<Ipv4Range>& given, std::uint64_t connections,
                              bool loopback, std::uint64_t ports);

struct Finding {
  bool refuses;      // else a remark
  std::string what;  // a sentence without its full stop
  std::string fix;   // a command or a line of the scenario that mends it
};
/// All that is known to go wrong. A pure function of its arguments.
std::vector<Finding> preflight(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
                               const Needs& needs, const MachineLimits& limits);

/// Those of them that no machine mends: faults that may not come as they are meant.
std::vector<Finding> remarks_on_faults(const scenarios::Scenario& scenario,
                                       const scenarios::Plan& plan);

/// The first finding that refuses, if any does.
std::optional<Obstacle> obstacle_among(const std::vector<Finding>& findings);

/// What the run takes and what there is, in one line each.
std::vector<std::string> in_words(const scenarios::Scenario& scenario, const Needs& needs,
                                  const MachineLimits& limits);

/// Whether a URL's host is IPv4's loopback, as far as its name tells.
bool is_loopback_name(std::string_view host);

}  // namespace gauntlet::sim
