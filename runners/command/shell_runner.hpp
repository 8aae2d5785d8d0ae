// A shell command as what generates an agent's answers.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "runners/command/places.hpp"
#include "runners/contract/runner.hpp"

namespace gauntlet::runners {

/// Gives the command the prompt on its standard input, and its standard output back as one token.
/// A command that ends with anything but 0 has failed.
///
///   start -> waits for a place
///         -> the command, in a process group of its own
///         -> a thread that waits for it -> post() -> next()
///
/// @threads The worker's, but for what post() is given.
class ShellRunner final : public Runner {
 public:
  /// Runs something on the worker's thread.
  using Post = std::function<void(std::function<void()>)>;

  struct Options {
    std::string command;
    Post post;
    std::optional<Duration> time_max{};  // from the start on, the wait for a place included
    Places* places{nullptr};             // null: it has one
  };

  explicit ShellRunner(Options options) : options_{std::move(options)} {}
  ~ShellRunner() override { end(); }

  void start(Instant now, const Prompt& prompt) override;
  void cancel(Instant) override { end(); }
  std::optional<Instant> next_deadline() const override;
  std::optional<Output> next(Instant now) override;

 private:
  struct Result {
    std::string output;
    std::string failure;  // empty: none
  };
  enum class State : std::uint8_t { idle, waiting, ready, running, ended, told };

  void launch();
  void watch(int output);
  void conclude(std::uint64_t job, Result result);
  void end();
  bool overdue(Instant now) const;

  Options options_;
  std::string prompt_;
  std::thread watcher_;
  pid_t process_{0};      // its group has the same number; 0: none
  std::size_t place_{0};  // among the commands that run, while there is a process
  int stop_{-1};          // an eventfd: the watcher is to return
  std::uint64_t job_{0};
  Result result_;
  Instant started_{};
  State state_{State::idle};
  bool queued_{false};  // has a place, or waits for one
};

}  // namespace gauntlet::runners
