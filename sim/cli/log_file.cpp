#include "sim/cli/log_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <utility>

#include "scenarios/terms/match.hpp"

namespace gauntlet::sim {
namespace {

std::string_view name(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return "trace";
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::off:
      break;
  }
  return "off";
}

/// "2026-11-24T12:00:00.123456Z"
void append_time_of_day(fmt::memory_buffer& line) {
  const auto now =
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  fmt::format_to(std::back_inserter(line), "{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(second),
                 (now - second).count());
}

// spdlog finds the sink and serves many threads; what a line looks like is ours, so that the two
// forms say the same.
class LogFile final : public Log {
 public:
  LogFile(const LogFlags& flags, LogClock clock, spdlog::sink_ptr sink)
      : Log{flags.level}, json_{flags.json}, clock_{clock}, logger_{"gauntlet", std::move(sink)} {
    logger_.set_pattern("%v");
    logger_.set_level(spdlog::level::trace);
    logger_.flush_on(flags.shared ? spdlog::level::trace : spdlog::level::warn);
    logger_.set_error_handler([this](const std::string& problem) {
      if (!lacks_lines_.exchange(true))
        fmt::print(stderr, "gauntlet: mind: the log lacks lines from here on: {}\n", problem);
    });
  }
  ~LogFile() override { logger_.flush(); }

  void flush() override { logger_.flush(); }
  bool lacks_lines() const override { return lacks_lines_; }

  void write(LogLevel level, Instant at, LogSubject whom, std::string_view what,
             std::initializer_list<LogFact> facts) override {
    fmt::memory_buffer line;
    if (json_)
      write_json(line, level, at, whom, what, facts);
    else
      write_words(line, level, at, whom, what, facts);
    const auto urgent = level >= LogLevel::info ? spdlog::level::warn : spdlog::level::debug;
    logger_.log(urgent, spdlog::string_view_t{line.data(), line.size()});
  }

 private:
  void write_words(fmt::memory_buffer& line, LogLevel level, Instant at, LogSubject whom,
                   std::string_view what, std::initializer_list<LogFact> facts) const {
    const auto out = std::back_inserter(line);
    if (clock_ == LogClock::wall) {
      append_time_of_day(line);
      line.push_back(' ');
    }
    fmt::format_to(out, "{:11.6f}s {:<7} {}: {}", seconds(at.time_since_epoch()), name(level),
                   subject(whom), what);
    std::string_view before = "  ";
    for (const LogFact& fact : facts) {
      fmt::format_to(out, "{}{}=", std::exchange(before, " "), fact.name);
      std::visit(match{[&](std::uint64_t n) { fmt::format_to(out, "{}", n); },
                       [&](Duration d) { fmt::format_to(out, "{:.6f}s", seconds(d)); },
                       [&](std::string_view words) { fmt::format_to(out, "{}", words); }},
                 fact.value);
    }
  }

  void write_json(fmt::memory_buffer& line, LogLevel level, Instant at, LogSubject whom,
                  std::string_view what, std::initializer_list<LogFact> facts) const {
    const auto out = std::back_inserter(line);
    line.push_back('{');
    if (clock_ == LogClock::wall) {
      fmt::format_to(out, R"("time":")");
      append_time_of_day(line);
      fmt::format_to(out, R"(",)");
    }
    // Names and words are this program's own: none needs escaping.
    fmt::format_to(out, R"("at_s":{:.6f},"level":"{}","whom":"{}","what":"{}")",
                   seconds(at.time_since_epoch()), name(level), subject(whom), what);
    for (const LogFact& fact : facts)
      std::visit(match{[&](std::uint64_t n) { fmt::format_to(out, R"(,"{}":{})", fact.name, n); },
                       [&](Duration d) {
                         fmt::format_to(out, R"(,"{}_s":{:.6f})", fact.name, seconds(d));
                       },
                       [&](std::string_view words) {
                         fmt::format_to(out, R"(,"{}":"{}")", fact.name, words);
                       }},
                 fact.value);
    line.push_back('}');
  }

  static std::string subject(LogSubject whom) {
    return whom.number ? fmt::format("{} {}", whom.kind, *whom.number) : std::string{whom.kind};
  }

  bool json_;
  LogClock clock_;
  spdlog::logger logger_;
  std::atomic<bool> lacks_lines_{false};
};

}  // namespace

Result<std::unique_ptr<Log>, std::string> open_log(const LogFlags& flags, LogClock clock) {
  spdlog::sink_ptr sink;
  try {
    if (flags.file)
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(*flags.file, true);
    else
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } catch (const spdlog::spdlog_ex& problem) {
    return fail(fmt::format("the log cannot be written: {}", problem.what()));
  }
  return std::unique_ptr<Log>{std::make_unique<LogFile>(flags, clock, std::move(sink))};
}

}  // namespace gauntlet::sim
