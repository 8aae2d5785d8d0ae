// What raw clients are measured at. Each piece of work ends by itself.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gauntlet::limit {

struct Task {
  std::uint16_t port;
  std::size_t clients{1000};
  std::size_t outstanding{1};  // closed loop: messages of each agent that are under way
  std::size_t batch{16};       // fan-out: broadcasts that leave together
  double rate_per_s{
      0};  // fan-out: broadcasts; arena: tokens, paced: messages, of all; 0: as fast as it goes
  double seconds{3};
};

struct Done {
  std::uint64_t work;
  double wall_seconds;
  double cpu_seconds;
};

/// Agents that write to themselves, and write again as soon as a message has come back. Work: the
/// messages that came back.
Done closed_loop(const Task& task);

/// Agents write to themselves in turn, each message when its time has come, whatever has come back.
/// Work: the messages that left.
Done paced(const Task& task);

/// One agent writes to all others. Work: the messages that they receive.
Done fan_out(const Task& task);

/// Agents register, connect, are welcomed, and leave. Work: agents.
Done connects(const Task& task);

/// Participants stream tokens in turn from the arena's challenge on. Work: tokens.
Done arena(const Task& task);

}  // namespace gauntlet::limit
