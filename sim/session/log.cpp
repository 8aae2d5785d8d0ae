#include "sim/session/log.hpp"

namespace gauntlet::sim {
namespace {

class NoLog final : public Log {
 public:
  NoLog() : Log{LogLevel::off} {}
  void write(LogLevel, Instant, LogSubject, std::string_view,
             std::initializer_list<LogFact>) override {}
};

}  // namespace

Log& no_log() {
  static NoLog log;
  return log;
}

}  // namespace gauntlet::sim
