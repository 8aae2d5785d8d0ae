#include "sim/terminal/narrated_participant.hpp"

#include <fmt/format.h>

#include <utility>

#include "metrics/report/explain.hpp"
#include "metrics/summary/words.hpp"
#include "scenarios/terms/match.hpp"
#include "sim/actor/decoders.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::in_words;

// The outcome that a failure counter stands for.
std::optional<Outcome> failure_of(Counter counter) {
  const auto first = static_cast<std::size_t>(Counter::arena_failures);
  const auto index = static_cast<std::size_t>(counter);
  if (index < first || index >= first + kOutcomeCount) return std::nullopt;
  return static_cast<Outcome>(index - first);
}

}  // namespace

void NarratedParticipant::handle(Instant now, const Input& input, Outbox& out) {
  before(now, input);
  const std::size_t from = out.effects().size();
  participant_->handle(now, input, out);
  for (std::size_t i = from; i < out.effects().size(); ++i) after(now, out.effects()[i]);
  look_ahead(now);
}

void NarratedParticipant::before(Instant now, const Input& input) {
  std::visit(match{
                 [&](const Received& received) { challenged(now, received.text); },
                 [&](const Token& token) {
                   if (!answer_ || token.text.empty()) return;
                   if (answer_->tokens++ == 0) answer_->first = now;
                   narrator_.stream(token.text);
                 },
                 [&](const GenerationBegan& began) {
                   if (began.waited > std::chrono::milliseconds{1})
                     narrator_.line(fmt::format("waited {} for the model", in_words(began.waited)));
                 },
                 [&](const GenerationFailed& failure) {
                   if (answer_) answer_->failure = printable(failure.words);
                 },
                 [&](const Leave&) { leaving_ = true; },
                 [](const auto&) {},
             },
             input);
}

void NarratedParticipant::challenged(Instant now, std::string_view message) {
  const wire::ArenaMessage* challenge = arena_decoder().decode(message);
  if (challenge == nullptr || challenge->type != wire::ArenaType::challenge || !challenge->round)
    return;
  if (answer_ && answer_->round == *challenge->round) return;  // said twice
  answer_ = Answer{.round = *challenge->round, .challenged = now};
  std::string terms;
  if (challenge->max_tokens) terms += fmt::format(", at most {} tokens", *challenge->max_tokens);
  if (challenge->temperature) terms += fmt::format(", temperature {}", *challenge->temperature);
  if (challenge->deadline_ms)
    terms +=
        fmt::format(", within {}", in_words(std::chrono::milliseconds{*challenge->deadline_ms}));
  narrator_.line(
      fmt::format("round {}: {}{}", *challenge->round, printable(challenge->prompt), terms));
}

void NarratedParticipant::after(Instant now, const Effect& effect) {
  std::visit(match{
                 [&](const Count& count) { counted(now, count.counter); },
                 [&](const Shift& shift) {
                   if (shift.gauge == metrics::Gauge::arena_participants) in_ = shift.by > 0;
                 },
                 [](const auto&) {},
             },
             effect);
}

void NarratedParticipant::counted(Instant now, Counter counter) {
  if (const auto why = failure_of(counter)) return failed(*why);
  switch (counter) {
    case Counter::arena_joined:
      return narrator_.line(
          fmt::format("registered at {} as {} ({})", words_.url, words_.id, words_.nickname));
    case Counter::arena_rounds_completed:
      return finish(now, "complete");
    case Counter::arena_rounds_failed:
      return finish(now, "failed");
    case Counter::arena_rounds_expired:
      return finish(now, "given up");
    case Counter::arena_rounds_cut:
      return finish(now, "cut off");
    default:
      return;
  }
}

void NarratedParticipant::failed(Outcome why) {
  last_failure_ = why;
  if (!leaving_) narrator_.line(fmt::format("{}: {}", name(why), metrics::explain(why)));
}

// "round 1 complete: 120 tokens in 3.12 s, the first after 210 ms, 41.2 tokens/s"
void NarratedParticipant::finish(Instant now, std::string_view how) {
  if (!answer_) return;
  const Answer answer = *std::exchange(answer_, std::nullopt);
  const Duration took = now - answer.challenged;
  std::string line = fmt::format("round {} {}: {} tokens in {}", answer.round, how,
                                 in_words(std::uint64_t{answer.tokens}), in_words(took));
  if (answer.tokens > 0) {
    line += fmt::format(", the first after {}", in_words(answer.first - answer.challenged));
    if (took > Duration::zero())
      line += fmt::format(", {} tokens/s", in_words(answer.tokens / seconds(took), 1));
  }
  if (!answer.failure.empty()) line += "; " + answer.failure;
  narrator_.line(line);
}

// After a failure: when the next attempt is, or that there is none.
void NarratedParticipant::look_ahead(Instant now) {
  if (!last_failure_ || leaving_ || done()) return;
  if (in_) {
    last_failure_.reset();
    return;
  }
  const auto next = participant_->next_deadline();
  if (*last_failure_ == Outcome::wrong_pin || !next) {
    hopeless_ = std::exchange(last_failure_, std::nullopt);
  } else if (*next > now) {
    narrator_.line(fmt::format("trying again in {}", in_words(*next - now)));
    last_failure_.reset();
  }
}

}  // namespace gauntlet::sim
