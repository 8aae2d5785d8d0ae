// The log of a command: how much, where to, and in which form.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "scenarios/terms/result.hpp"
#include "sim/session/log.hpp"

namespace gauntlet::sim {

struct LogFlags {
  LogLevel level{LogLevel::off};
  std::optional<std::string> file;  // without: standard error
  bool json{false};                 // an object a line
  bool shared{false};               // several processes write it: each line leaves as a whole

  bool to_standard_error() const { return level != LogLevel::off && !file; }
};

/// What the times in the log are.
enum class LogClock : std::uint8_t {
  wall,      // the time of day, and seconds since the start
  virtual_,  // seconds of virtual time and nothing else: the same run makes the same log
};

/// @error A sentence for the user: the file cannot be written.
Result<std::unique_ptr<Log>, std::string> open_log(const LogFlags& flags, LogClock clock);

}  // namespace gauntlet::sim
