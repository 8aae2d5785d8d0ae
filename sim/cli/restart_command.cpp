#include "sim/cli/restart_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <thread>

#include "metrics/summary/words.hpp"

namespace gauntlet::sim {
namespace {

constexpr auto kLookAgain = std::chrono::milliseconds{10};

// A handler may touch nothing else.
volatile std::sig_atomic_t signal_seen = 0;

extern "C" void keep_signal(int signal) { signal_seen = signal; }

// While it lives, the signals that end a command are kept; then the last one is passed on. Whoever
// handles them else may be an event loop, which does not turn meanwhile.
class KeptSignals {
 public:
  KeptSignals() {
    signal_seen = 0;
    struct sigaction keep {};
    keep.sa_handler = keep_signal;
    sigemptyset(&keep.sa_mask);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      sigaction(kSignals[i], nullptr, &before_[i]);
      if (before_[i].sa_handler != SIG_IGN) sigaction(kSignals[i], &keep, nullptr);
    }
  }
  ~KeptSignals() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
    if (seen()) std::raise(signal_seen);
  }
  KeptSignals(const KeptSignals&) = delete;
  KeptSignals& operator=(const KeptSignals&) = delete;

  bool seen() const { return signal_seen != 0; }

 private:
  static constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, kSignals.size()> before_{};
};

/// @return The process, or nothing.
std::optional<pid_t> spawn(std::string command) {
  posix_spawn_file_actions_t files{};
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);  // the report is not its
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);

  posix_spawnattr_t attributes{};
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  sigset_t usual{};
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &usual);

  std::string shell = "sh";
  std::string flag = "-c";
  const std::array<char*, 4> words{shell.data(), flag.data(), command.data(), nullptr};
  pid_t process = 0;
  const int error = posix_spawn(&process, "/bin/sh", &files, &attributes, words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error == 0 ? std::optional{process} : std::nullopt;
}

TargetCommandEnd end_of(int status) {
  if (WIFSIGNALED(status))
    return {.trouble = fmt::format("was ended by signal {}", WTERMSIG(status))};
  if (WEXITSTATUS(status) == 0) return {};
  return {.trouble = fmt::format("ended with {}", WEXITSTATUS(status))};
}

}  // namespace

TargetCommandEnd run_target_command(const std::string& command, Duration limit) {
  const KeptSignals signals;
  const auto until = std::chrono::steady_clock::now() + limit;
  const auto process = spawn(command);
  if (!process) return {.trouble = "cannot be started"};
  int status = 0;
  while (waitpid(*process, &status, WNOHANG) == 0) {
    const bool late = std::chrono::steady_clock::now() >= until;
    if (!late && !signals.seen()) {
      std::this_thread::sleep_for(kLookAgain);
      continue;
    }
    kill(-*process, SIGKILL);
    waitpid(*process, nullptr, 0);
    if (signals.seen()) return {.interrupted = true};
    return {
        .trouble = fmt::format("was not over after {}, and was killed", metrics::in_words(limit)),
        .fix = "let it go on in the background: end the command with `&`"};
  }
  if (signals.seen()) return {.interrupted = true};
  return end_of(status);
}

bool run_restart_command(const std::string& command) {
  const TargetCommandEnd end = run_target_command(command);
  if (end.interrupted) return false;
  if (!end.trouble.empty())
    fmt::print(stderr, "gauntlet: mind: the restart command `{}` {}\n", command, end.trouble);
  if (!end.fix.empty()) fmt::print(stderr, "  fix: {}\n", end.fix);
  return true;
}

}  // namespace gauntlet::sim
