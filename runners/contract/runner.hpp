// Who generates the tokens: the contract between a participant's driver and its runner.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "scenarios/terms/outcome.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::runners {

struct Prompt {
  std::string_view text;
  std::uint32_t max_tokens;
  double temperature;
  std::optional<std::int64_t> seed;
  std::uint32_t round;  // numbers the generation, for random draws
};

struct TokenOut {
  std::string_view text;  // valid until the next call; may be empty
  Instant planned;        // when the runner meant it to come
};
/// It works on the prompt now, after the prompt waited so long for its turn.
struct Began {
  Duration waited;
};
struct Finished {
  std::uint32_t tokens;                    // that came, empty ones not counted
  std::optional<std::uint32_t> counted{};  // by a model server, in its own way
};
struct Failed {
  Outcome why;
  std::string_view words;  // valid until the next call
};
using Output = std::variant<Began, TokenOut, Finished, Failed>;

/// A source of tokens as a pure state machine: time is an argument.
class Runner {
 public:
  Runner() = default;
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  virtual ~Runner() = default;

  /// Begins a generation; one at a time (a second start cancels the first).
  virtual void start(Instant now, const Prompt& prompt) = 0;
  /// Forgets the generation; nothing more comes of it.
  virtual void cancel(Instant now) = 0;
  /// When next() may have something; unset while idle.
  virtual std::optional<Instant> next_deadline() const = 0;
  /// The next output that is due at `now`, or nothing. Call until it returns nothing.
  virtual std::optional<Output> next(Instant now) = 0;

  /// Told when next_deadline() has moved outside a call from its driver: a real model's token came.
  void set_wake(std::function<void()> wake) { wake_ = std::move(wake); }

 protected:
  void wake() {
    if (wake_) wake_();
  }

 private:
  std::function<void()> wake_;
};

}  // namespace gauntlet::runners
