// What a participant's runner gives, as its faults let it through.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// Between a runner and its participant: holds back, slows down, empties, and goes on. Tokens keep
/// their order, and the end stays behind them. What was held is as planned from then on: the runner
/// was late, not the generator.
class RunnerFaults {
 public:
  struct Treatment {
    bool stalled{false};                // nothing comes
    bool emptied{false};                // tokens come without text
    std::optional<Duration> crawl{};    // the least between two tokens
    std::optional<Duration> endless{};  // it does not end; between the tokens behind its last
  };

  void treat(const Treatment& treatment) { treatment_ = treatment; }
  /// @return whether it is of the runner: it comes of next(), in its time.
  bool take(Instant now, const Input& input);
  /// What the participant is to hear now, one by one. Valid until the next call.
  std::optional<Input> next(Instant now);
  std::optional<Instant> next_deadline() const;
  /// The generation is over, and nothing more comes of it.
  void forget();

 private:
  struct Held {
    Instant since;
    std::string text;  // of a token
    Input input;
  };

  bool goes_on() const {
    return treatment_.endless && std::holds_alternative<Generated>(held_.front().input);
  }

  Treatment treatment_;
  std::deque<Held> held_;
  std::optional<Instant> last_;  // when a token came through
  std::string said_;             // the text of that
};

}  // namespace gauntlet::sim
