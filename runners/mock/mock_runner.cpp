#include "runners/mock/mock_runner.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace gauntlet::runners {
namespace {

/// Tokens as a model writes them: most begin a word, some end one or are punctuation.
constexpr std::array<std::string_view, 32> kVocabulary{
    " the",   " relay", " carries", " a",     " message", " from",  " one",   " agent",
    " to",    " all",   " others",  ",",      " and",     " every", " token", " arrives",
    " in",    " order", ".",        " Under", " load",    " it",    " slows", " but",
    " holds", "ing",    "s",        " wires", " hum",     " until", " night", "\n"};

}  // namespace

MockRunner::MockRunner(const scenarios::MockRunner& spec, std::uint64_t seed, std::uint32_t actor,
                       MockLoad& load)
    : spec_{spec}, seed_{seed}, load_{load}, actor_{actor} {}

MockRunner::~MockRunner() { stop(); }

void MockRunner::start(Instant now, const Prompt& prompt) {
  stop();
  random_ = Stream{seed_, actor_, Purpose::generation, prompt.round};
  const auto [fewest, most] = std::minmax(spec_.tokens.min, spec_.tokens.max);
  const std::uint64_t choices = std::uint64_t{most} - fewest + 1;
  const auto drawn = static_cast<std::uint32_t>(fewest + random_.below(choices));
  tokens_ = std::min(drawn, prompt.max_tokens);
  emitted_ = 0;
  fails_after_.reset();
  if (random_.chance(spec_.failure_probability))
    fails_after_ = static_cast<std::uint32_t>(random_.below(std::max(tokens_, 1U)));
  due_ = now + draw(spec_.first_token, random_);
  active_ = true;
  load_.active.fetch_add(1, std::memory_order_relaxed);
}

void MockRunner::cancel(Instant) { stop(); }

void MockRunner::stop() {
  if (!active_) return;
  active_ = false;
  load_.active.fetch_sub(1, std::memory_order_relaxed);
}

std::optional<Instant> MockRunner::next_deadline() const {
  return active_ ? std::optional{due_} : std::nullopt;
}

std::optional<Output> MockRunner::next(Instant now) {
  if (!active_ || now < due_) return std::nullopt;
  if (fails_after_ && emitted_ == *fails_after_) {
    stop();
    return Failed{Outcome::injected, "the mock model failed, as its scenario wants it to"};
  }
  if (emitted_ == tokens_) {
    stop();
    return Finished{tokens_};
  }
  return emit();
}

TokenOut MockRunner::emit() {
  const TokenOut token{kVocabulary[random_.below(kVocabulary.size())], due_};
  const Duration until_next = gap();
  // A generation ends with its last token, not a gap later.
  if (++emitted_ < tokens_) due_ += until_next;
  return token;
}

Duration MockRunner::gap() {
  const Duration alone = draw(spec_.gap, random_);
  if (spec_.slow_down <= 0) return alone;
  const std::uint32_t active = load_.active.load(std::memory_order_relaxed);
  const double others = active > 0 ? active - 1 : 0;
  return from_seconds(seconds(alone) * (1 + spec_.slow_down * others));
}

}  // namespace gauntlet::runners
