// `gauntlet trace diff`: where do two runs part?
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "sim/cli/commands.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/trace_diff.hpp"

namespace gauntlet::sim {
namespace {

// What comes through a pipe cannot be looked at beforehand.
bool is_trace(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) return true;
  std::ifstream file{path};
  std::string line;
  return std::getline(file, line) && is_event(line);
}

}  // namespace

ExitCode trace_diff_command(const TraceDiffFlags& flags) {
  std::ifstream first{flags.first};
  std::ifstream second{flags.second};
  for (const auto& [file, path] :
       {std::pair{&first, &flags.first}, std::pair{&second, &flags.second}})
    if (const bool unreadable = !*file || std::filesystem::is_directory(*path);
        unreadable || !is_trace(*path))
      return refuse({Obstacle::Whose::user,
                     path->string() + (unreadable ? " cannot be read" : " is no trace"),
                     "give two traces, as `gauntlet simulate FILE --trace TRACE` writes them"});
  const auto parting = where_they_part(first, second);
  if (!parting) {
    fmt::print("The two are the same.\n");
    return ExitCode::met;
  }
  fmt::print("{}", in_words(*parting, flags.first.string(), flags.second.string()));
  return ExitCode::not_met;
}

}  // namespace gauntlet::sim
