// gauntlet: the command line.
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/cli/agent_flags.hpp"
#include "sim/cli/app.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/misuse.hpp"

namespace gauntlet::sim {
namespace {

// One file each for two thousand clients and more: take what the system allows.
void raise_open_files_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// `help` and `version` are what people try first.
std::vector<const char*> as_options(std::span<char*> words) {
  std::vector<const char*> all{words.begin(), words.end()};
  const std::string first = all.size() > 1 ? all[1] : "";
  if (first == "help") {
    all.erase(all.begin() + 1);
    all.push_back("--help");
  }
  if (first == "version") all[1] = "--version";
  return all;
}

int run(int argc, char** argv) {
  ExitCode code = ExitCode::met;
  const auto app = make_app(code);
  const auto words = as_options({argv, static_cast<std::size_t>(argc)});
  if (const auto problem =
          misspelt_command(*app, std::span{words}.subspan(words.empty() ? 0 : 1))) {
    std::cerr << "gauntlet: " << *problem << '\n';
    return static_cast<int>(ExitCode::usage);
  }
  try {
    const auto all = with_default_errand(words);
    app->parse(static_cast<int>(all.size()), all.data());
  } catch (const CLI::Success& success) {
    return app->exit(success);
  } catch (const CLI::ParseError& error) {
    std::cerr << misuse(*app, error) << '\n';
    return static_cast<int>(ExitCode::usage);
  }
  return static_cast<int>(code);
}

// What a shell says of a command whose reader, `head` for one, had enough.
constexpr int kReaderGone = 128 + SIGPIPE;

bool is_reader_gone() {
  pollfd out{STDOUT_FILENO, 0, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

// A full disk shows no later than here.
std::optional<int> output_lost() {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return std::nullopt;
  if (is_reader_gone()) return kReaderGone;
  std::cerr << "gauntlet: standard output cannot be written";
  if (errno != 0) std::cerr << ": " << std::strerror(errno);
  std::cerr << '\n';
  return static_cast<int>(ExitCode::usage);
}

}  // namespace
}  // namespace gauntlet::sim

int main(int argc, char** argv) {
  using gauntlet::sim::ExitCode;
  std::signal(SIGPIPE, SIG_IGN);
  try {
    gauntlet::sim::raise_open_files_limit();
    const int code = gauntlet::sim::run(argc, argv);
    return gauntlet::sim::output_lost().value_or(code);
  } catch (const std::exception& bug) {
    // Printing throws when the output is full; that is nobody's bug.
    if (const auto code = gauntlet::sim::output_lost()) return *code;
    std::cerr << "gauntlet: a bug: " << bug.what() << "\nplease report it with the seed\n";
    return static_cast<int>(ExitCode::bug);
  }
}
