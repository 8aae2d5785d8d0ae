// Standard input as what generates an agent's words: each line is a token, its end the end.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>

#include "runners/contract/runner.hpp"

namespace gauntlet::sim {

/// Reads from its construction on, whether it was started or not.
/// @threads The worker's, but for what post() is given.
class Keyboard final : public runners::Runner {
 public:
  /// Runs something on the worker's thread.
  using Post = std::function<void(std::function<void()>)>;

  explicit Keyboard(Post post);
  ~Keyboard() override;

  void start(Instant, const runners::Prompt&) override {}
  void cancel(Instant) override {}
  std::optional<Instant> next_deadline() const override;
  std::optional<runners::Output> next(Instant now) override;

 private:
  void read_lines();
  void typed(std::deque<std::string> lines, bool ended);

  Post post_;
  std::deque<std::string> lines_;
  std::string line_;  // the last one that was told
  bool ended_{false};
  int stop_;  // an eventfd: the reader is to return
  std::thread reader_;
};

}  // namespace gauntlet::sim
