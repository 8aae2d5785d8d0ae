// A shell command as what generates an agent's answers.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "runners/contract/runner.hpp"

namespace gauntlet::sim {

/// Gives the command the prompt on its standard input, and its standard output back as one token.
/// A command that ends with anything but 0 has failed.
///
///   start -> the command, in a process group of its own
///         -> a thread that waits for it -> post() -> next()
///
/// @threads The worker's, but for what post() is given.
class ShellRunner final : public runners::Runner {
 public:
  /// Runs something on the worker's thread.
  using Post = std::function<void(std::function<void()>)>;

  ShellRunner(std::string command, Post post)
      : command_{std::move(command)}, post_{std::move(post)} {}
  ~ShellRunner() override { end(); }

  void start(Instant now, const runners::Prompt& prompt) override;
  void cancel(Instant) override { end(); }
  std::optional<Instant> next_deadline() const override;
  std::optional<runners::Output> next(Instant now) override;

 private:
  struct Result {
    std::string output;
    std::string failure;  // empty: none
  };
  enum class State : std::uint8_t { idle, running, told, ended };

  void watch(int output);
  void conclude(std::uint64_t job, Result result);
  void end();

  std::string command_;
  Post post_;
  std::thread watcher_;
  pid_t process_{0};  // its group has the same number; 0: none
  std::uint64_t job_{0};
  Result result_;
  State state_{State::idle};
};

}  // namespace gauntlet::sim
