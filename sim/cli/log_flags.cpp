#include "sim/cli/log_flags.hpp"

#include <map>
#include <string>

#include "sim/cli/read_app.hpp"

namespace gauntlet::sim {

void add_log_flags(CLI::App& command, LogFlags& log) {
  static const std::map<std::string, LogLevel> kLevels{{"warning", LogLevel::warning},
                                                       {"info", LogLevel::info},
                                                       {"debug", LogLevel::debug},
                                                       {"trace", LogLevel::trace}};
  auto* level = command
                    .add_option_function<std::string>(
                        "--log", [&log](const std::string& word) { log.level = kLevels.at(word); },
                        "Keep a log: of what went wrong, of the run's steps, of every "
                        "conversation's, or of every message")
                    ->check(CLI::IsMember({"warning", "info", "debug", "trace"}));
  command.add_option("--log-file", log.file, "Write it there, and not to standard error")
      ->type_name(kFile)
      ->needs(level);
  command.add_flag("--log-json", log.json, "As JSON, an object a line")->needs(level);
}

}  // namespace gauntlet::sim
