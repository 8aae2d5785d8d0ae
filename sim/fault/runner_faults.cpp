#include "sim/fault/runner_faults.hpp"

#include <algorithm>
#include <utility>

namespace gauntlet::sim {
namespace {

// What a runner says that has nothing to say.
constexpr std::string_view kMore = " more";

}  // namespace

bool RunnerFaults::take(Instant now, const Input& input) {
  const auto* token = std::get_if<Token>(&input);
  if (token == nullptr && !std::holds_alternative<Generated>(input)) return false;
  held_.push_back({now, token != nullptr ? std::string{token->text} : std::string{}, input});
  return true;
}

std::optional<Instant> RunnerFaults::next_deadline() const {
  if (held_.empty() || treatment_.stalled) return std::nullopt;
  const Held& held = held_.front();
  const bool token = std::holds_alternative<Token>(held.input);
  if (!last_ || (!token && !goes_on())) return held.since;
  Duration gap = token ? Duration{} : *treatment_.endless;
  if (treatment_.crawl) gap = std::max(gap, *treatment_.crawl);
  return std::max(held.since, *last_ + gap);
}

std::optional<Input> RunnerFaults::next(Instant now) {
  const auto due = next_deadline();
  if (!due || *due > now) return std::nullopt;
  if (goes_on()) {
    last_ = now;
    said_ = kMore;
    return Token{treatment_.emptied ? std::string_view{} : said_, now};
  }
  Held held = std::move(held_.front());
  held_.pop_front();
  const auto* token = std::get_if<Token>(&held.input);
  if (token == nullptr) return held.input;
  last_ = now;
  said_ = std::move(held.text);
  return Token{treatment_.emptied ? std::string_view{} : said_,
               held.since == now ? token->planned : now};
}

void RunnerFaults::forget() {
  held_.clear();
  last_.reset();
}

}  // namespace gauntlet::sim
