#include "runners/command/shell_runner.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

#include "runners/command/running_commands.hpp"

namespace gauntlet::runners {
namespace {

constexpr std::size_t kOutputMax = 1024 * 1024;

/// The prompt as a file without a name: unlike a pipe it never fills up, so that a command may read
/// and write in any order.
int file_of(std::string_view text) {
  const int file = memfd_create("prompt", MFD_CLOEXEC);
  if (file < 0) return file;
  while (!text.empty()) {
    const ssize_t n = write(file, text.data(), text.size());
    if (n < 0) {
      close(file);
      return -1;
    }
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

/// @return The process, or 0.
pid_t spawn(std::string command, int input, int output) {
  posix_spawn_file_actions_t files{};
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);  // our sockets among them

  // A group of its own: Ctrl-C is for us, and we end whatever the command has started.
  posix_spawnattr_t attributes{};
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  sigset_t usual{};
  sigemptyset(&usual);
  // What a worker process ignores would stay ignored.
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) sigaddset(&usual, signal);
  posix_spawnattr_setsigdefault(&attributes, &usual);

  std::string shell = "sh";
  std::string flag = "-c";
  const std::array<char*, 4> words{shell.data(), flag.data(), command.data(), nullptr};
  pid_t process = 0;
  if (posix_spawn(&process, "/bin/sh", &files, &attributes, words.data(), environ) != 0)
    process = 0;
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return process;
}

/// Everything up to the end, or one byte more than there may be, or what there is when it is to
/// stop: a process that left the group may keep the file open for ever.
std::string read_all(int file, int stop) {
  std::string all;
  std::array<char, 4096> piece{};
  std::array<pollfd, 2> sources{{{file, POLLIN, 0}, {stop, POLLIN, 0}}};
  while (all.size() <= kOutputMax) {
    if (poll(sources.data(), sources.size(), -1) < 0 && errno == EINTR) continue;
    if (sources[1].revents != 0) break;
    const ssize_t n = read(file, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    all.append(piece.data(), static_cast<std::size_t>(n));
  }
  return all;
}

std::string failure_of(const siginfo_t& end) {
  if (end.si_code != CLD_EXITED)
    return fmt::format("the command was ended by signal {}", end.si_status);
  return end.si_status == 0 ? "" : fmt::format("the command ended with {}", end.si_status);
}

}  // namespace

void ShellRunner::start(Instant now, const Prompt& prompt) {
  end();
  ++job_;
  started_ = now;
  prompt_ = prompt.text;
  state_ = State::ready;
  if (options_.places == nullptr) return;
  queued_ = true;
  const auto granted = [this, job = job_] {
    options_.post([this, job] {
      if (job != job_ || state_ != State::waiting) return;
      state_ = State::ready;
      wake();
    });
  };
  if (!options_.places->take(this, granted)) state_ = State::waiting;
}

void ShellRunner::launch() {
  state_ = State::running;
  std::array<int, 2> output{};
  const int input = file_of(prompt_);
  stop_ = eventfd(0, EFD_CLOEXEC);
  const bool piped = input >= 0 && stop_ >= 0 && pipe2(output.data(), O_CLOEXEC) == 0;
  if (piped) {
    const auto started =
        RunningCommands::start([&, this] { return spawn(options_.command, input, output[1]); });
    process_ = started.group;
    place_ = started.place;
  }
  if (input >= 0) close(input);
  if (piped) close(output[1]);
  if (process_ != 0) {
    try {
      watcher_ = std::thread{[this, from = output[0]] { watch(from); }};
      return;
    } catch (const std::system_error&) {  // there are too many
    }
  }
  if (piped) close(output[0]);
  conclude(job_, {"", "the command cannot be started"});
}

// On the watcher's thread. The process stays a zombie, so that its number stays its own until the
// worker's thread has no more use for it.
void ShellRunner::watch(int output) {
  Result result{.output = read_all(output, stop_), .failure = {}};
  close(output);
  siginfo_t end{};
  if (result.output.size() > kOutputMax)
    result.failure = "the command wrote too much";
  else if (waitid(P_PID, static_cast<id_t>(process_), &end, WEXITED | WNOWAIT) == 0)
    result.failure = failure_of(end);
  options_.post([this, job = job_, result = std::move(result)] { conclude(job, result); });
}

void ShellRunner::conclude(std::uint64_t job, Result result) {
  if (job != job_ || state_ != State::running) return;  // cancelled meanwhile
  end();
  result_ = std::move(result);
  state_ = State::ended;
  wake();
}

void ShellRunner::end() {
  state_ = State::idle;
  if (process_ != 0) kill(-process_, SIGKILL);
  if (watcher_.joinable()) {
    eventfd_write(stop_, 1);
    watcher_.join();
  }
  if (process_ != 0) {
    RunningCommands::remove(place_);
    waitpid(std::exchange(process_, 0), nullptr, 0);
  }
  if (stop_ >= 0) close(std::exchange(stop_, -1));
  if (std::exchange(queued_, false)) options_.places->leave(this);
}

bool ShellRunner::overdue(Instant now) const {
  return options_.time_max && now - started_ >= *options_.time_max;
}

std::optional<Instant> ShellRunner::next_deadline() const {
  switch (state_) {
    case State::idle:
      return std::nullopt;
    case State::waiting:
    case State::running:
      return options_.time_max ? std::optional{started_ + *options_.time_max} : std::nullopt;
    case State::ready:
    case State::ended:
    case State::told:
      return Instant{};
  }
  return std::nullopt;
}

std::optional<Output> ShellRunner::next(Instant now) {
  switch (state_) {
    case State::idle:
      return std::nullopt;
    case State::waiting:
    case State::running:
      if (!overdue(now)) return std::nullopt;
      end();
      return Failed{Outcome::timed_out, "the command took too long"};
    case State::ready:
      launch();
      return Began{now - started_};
    case State::ended:
      if (!result_.failure.empty()) {
        state_ = State::idle;
        return Failed{Outcome::rejected, result_.failure};
      }
      state_ = State::told;
      return TokenOut{result_.output, now};
    case State::told:
      state_ = State::idle;
      return Finished{1};
  }
  return std::nullopt;
}

}  // namespace gauntlet::runners
