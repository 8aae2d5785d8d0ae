#include "sim/actor/generation.hpp"

#include <chrono>

#include "sim/wire/arena_messages.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::Series;

/// What a participant keeps for an arena that it has lost: far more than a round's tokens.
constexpr std::size_t kQueueBytesMax = std::size_t{1024} * 1024;

double milliseconds(Duration d) { return seconds(d) * 1e3; }

}  // namespace

Generation::Generation(TokenTally& tally, const Author& author, const RoundTerms& terms)
    : tally_{&tally}, author_{author}, terms_{terms} {}

bool Generation::token(Instant now, const Token& token, bool in, Outbox& out) {
  if (!running() || token.text.empty()) return true;
  if (in) {
    send(now, token.text, token.planned, Lateness::ours, out);
    return true;
  }
  queue_bytes_ += token.text.size() + sizeof(Waiting);
  if (queue_bytes_ > kQueueBytesMax) return false;
  queue_.push_back({std::string{token.text}, token.planned});
  return true;
}

void Generation::began(Duration waited, Outbox& out) const {
  if (running()) out.push(Observe{Series::runner_queue, waited, terms_.intended});
}

void Generation::generated(Instant now, const Generated& result, bool in, Outbox& out) {
  if (!running()) return;
  if (result.counted) {
    out.push(Count{Counter::runner_tokens, result.tokens});
    out.push(Count{Counter::runner_tokens_claimed, *result.counted});
  }
  ending_ = Ending::complete;
  if (in) conclude(now, out);
}

void Generation::failed(Instant now, const GenerationFailed& failure, bool in, Outbox& out) {
  if (!running()) return;
  ending_ = Ending::failed;
  why_failed_ = failure.words;
  out.push(Count{metrics::runner_failure(failure.why)});
  if (in) conclude(now, out);
}

void Generation::resume(Instant now, Outbox& out) {
  if (closed_) return;
  for (const Waiting& waiting : queue_)
    send(now, waiting.text, waiting.planned, Lateness::of_the_connection, out);
  queue_.clear();
  queue_bytes_ = 0;
  if (!running()) conclude(now, out);
}

void Generation::send(Instant now, std::string_view text, Instant planned_at, Lateness lateness,
                      Outbox& out) {
  measure(now, planned_at, out);
  if (sent_ == 0) first_ = now;
  last_ = now;
  last_planned_ = planned_at;

  metrics::LedgerEvent event;
  event.what = metrics::LedgerEvent::What::sent_to_all;
  event.kind = metrics::MessageKind::token;
  event.actor = author_.id;
  event.message = {author_.id, terms_.lane, sent_};
  event.at = now;
  event.intended = planned_at;
  out.push(Track{Track::Book::arena, event});
  out.push(Count{Counter::arena_tokens_sent});

  const std::uint32_t from = out.mark();
  wire::append_arena_token(out.buffer(), terms_.round, author_.name, sent_, text);
  out.push(
      Send{out.since(from), lateness == Lateness::ours ? std::optional{planned_at} : std::nullopt});
  ++sent_;
  if (terms_.index) tally_->set(author_.number, *terms_.index, sent_);
}

void Generation::measure(Instant now, Instant planned_at, Outbox& out) const {
  if (sent_ == 0) {
    out.push(Observe{Series::arena_first_token, now - terms_.intended, terms_.intended});
    out.push(Observe{Series::arena_first_token_service, now - terms_.arrived, terms_.intended});
    return;
  }
  const Duration gap = now - last_;
  const Duration planned_gap = planned_at - last_planned_;
  out.push(Observe{Series::arena_inter_token, gap, planned_at});
  out.push(Observe{Series::arena_pacing_error, std::chrono::abs(gap - planned_gap), planned_at});
}

void Generation::conclude(Instant now, Outbox& out) {
  if (closed_) return;
  closed_ = true;
  if (ending_ == Ending::failed) {
    out.push(Count{Counter::arena_rounds_failed});
    return send_failure(out);
  }
  out.push(Count{Counter::arena_rounds_completed});
  out.push(Observe{Series::arena_round, now - terms_.intended, terms_.intended});
  send_complete(now, out);
}

void Generation::expire(Instant now, bool in, Outbox& out) {
  if (closed_) return;
  if (!in) return abandon(out);
  give_up(Counter::arena_rounds_expired, out);
  if (sent_ > 0) send_complete(now, out);
}

void Generation::abandon(Outbox& out) {
  if (!closed_) give_up(Counter::arena_rounds_cut, out);
}

void Generation::give_up(Counter as, Outbox& out) {
  closed_ = true;
  if (running()) out.push(CancelGeneration{});
  out.push(Count{as});
}

void Generation::send_complete(Instant now, Outbox& out) {
  if (sent_ > 1)
    out.push(Observe{Series::arena_tpot, (last_ - first_) / (sent_ - 1), terms_.intended});
  wire::ArenaCompletion completion{};
  completion.round = terms_.round;
  completion.participant_id = author_.name;
  completion.tokens = sent_;
  if (sent_ > 0) completion.latency_ms_first_token = milliseconds(first_ - terms_.arrived);
  completion.duration_ms = milliseconds(now - terms_.arrived);
  completion.model = author_.model;
  completion.runner = author_.runner;
  const std::uint32_t from = out.mark();
  wire::append_arena_complete(out.buffer(), completion);
  out.push(Send{out.since(from)});
}

void Generation::send_failure(Outbox& out) {
  const std::uint32_t from = out.mark();
  wire::append_arena_failure(out.buffer(), terms_.round, author_.name, "GENERATION_FAILED",
                             why_failed_);
  out.push(Send{out.since(from)});
}

}  // namespace gauntlet::sim
