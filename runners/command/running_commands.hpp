// The commands that run now, for whoever ends a process without unwinding it.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace gauntlet::runners {

/// A table of the process groups of commands, which this process and those that it forks later have
/// in common: fixed in size, so that a signal handler may read it.
///
/// Of more commands at a time than it has places for, the rest are not in it; they end by
/// themselves, or with their runner.
/// @threads Any, of any process.
class RunningCommands {
 public:
  static constexpr std::size_t kPlaces = 4096;

  /// Makes the table. Before a fork of processes that are to share it.
  /// @throws std::bad_alloc
  static void prepare();

  /// A command of this process has begun.
  /// @return its place, for remove().
  static std::size_t add(pid_t group);
  /// Before its number can become another's.
  static void remove(std::size_t place);

  /// Kills every command. Async-signal-safe: what a process does before `_exit`.
  static void kill_all();
  /// Those of one process, which is no more; they are not in it afterwards.
  static void kill_of(pid_t process);
};

}  // namespace gauntlet::runners
