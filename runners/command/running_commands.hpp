// The commands that run now, for whoever ends a process without unwinding it.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>

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

  struct Started {
    pid_t group{0};  // 0: none was started
    std::size_t place{kPlaces};
  };
  /// Starts a command of this process, unless all are being killed.
  /// @param spawn  makes a group, and returns its number; 0 when it could not.
  static Started start(const std::function<pid_t()>& spawn);
  /// Before its number can become another's.
  static void remove(std::size_t place);

  /// Kills every command, and lets none begin any more. Async-signal-safe: what a process does
  /// before `_exit`. Waits for those that are being started, for a tenth of a second at most: the
  /// one that is may be who was interrupted for this.
  static void kill_all();
  /// Those of one process, which is no more; they are not in it afterwards.
  static void kill_of(pid_t process);
};

}  // namespace gauntlet::runners
