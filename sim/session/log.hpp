// The log of a process, as those see it who have something to say. What is written where is for
// others to decide; nothing here costs more than a comparison while nobody listens.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "scenarios/terms/outcome.hpp"
#include "scenarios/terms/secret.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

enum class LogLevel : std::uint8_t {
  trace,    // every message and every sample
  debug,    // every step of every conversation
  info,     // the run's own steps
  warning,  // what went wrong
  off,
};

/// Who something is said of: "agent 17", the "run", or "relay 3" for a connection to it.
struct LogSubject {
  std::string_view kind;
  std::optional<std::uint64_t> number{};
};

/// A fact in a line. There is none for a message's text, and a secret is one by its type.
struct LogFact {
  LogFact(std::string_view fact, std::uint64_t n) : name{fact}, value{n} {}
  LogFact(std::string_view fact, int n) : name{fact}, value{static_cast<std::uint64_t>(n)} {}
  LogFact(std::string_view fact, Duration length) : name{fact}, value{length} {}
  LogFact(std::string_view fact, Outcome why) : name{fact}, value{gauntlet::name(why)} {}
  /// Words of this program's own.
  LogFact(std::string_view fact, std::string_view words) : name{fact}, value{words} {}
  LogFact(std::string_view fact, const char* words) : name{fact}, value{std::string_view{words}} {}
  LogFact(std::string_view fact, SecretView) : name{fact}, value{kRedacted} {}

  std::string_view name;
  std::variant<std::uint64_t, Duration, std::string_view> value;
};

/// @threads Any.
class Log {
 public:
  explicit Log(LogLevel least) : least_{least} {}
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  virtual ~Log() = default;

  bool wants(LogLevel level) const { return level >= least_ && level != LogLevel::off; }

  /// One line: when, about whom, what, and why. Call it for levels that are wanted.
  /// @param what  one or a few words, always the same for the same thing.
  virtual void write(LogLevel level, Instant at, LogSubject whom, std::string_view what,
                     std::initializer_list<LogFact> facts) = 0;
  /// Nothing of what was written stays behind in this process.
  virtual void flush() {}
  /// Whether something that was written could not be kept.
  virtual bool lacks_lines() const { return false; }

 private:
  LogLevel least_;
};

/// For those who have nobody to tell.
Log& no_log();

}  // namespace gauntlet::sim
