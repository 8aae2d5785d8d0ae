// The answers in an agent's conversation: those that it waits for, and those that it gives.
#include "sim/actor/arc_conversation.hpp"
#include "sim/actor/replies.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::LedgerEvent;
using metrics::MessageKind;
using metrics::Series;

/// Planned messages and answers are numbered apart: which comes first depends on the network.
constexpr std::uint32_t kAnswers = 1;

}  // namespace

bool ArcConversation::answered(std::string_view ref, Instant now, Outbox& out) {
  const auto n = question_number(ref, crew_->run, agent_);
  if (!n) return false;
  const auto intended = questions_.close(*n);
  if (!intended) return false;
  if (loops_) loops_->questions_closed(1, now);
  out.push(Count{Counter::relay_answered});
  out.push(Observe{Series::relay_answer, now - *intended, *intended});
  return true;
}

void ArcConversation::asked(const wire::ArcMessage& question, Instant now) {
  if (!rules_->answer || !question.tag) return;
  const auto [asker, lane, n] = question.tag->message;
  const auto thinking = think_time(*rules_->answer, crew_->plan.seed, asker, n, agent_);
  if (!thinking || !answers_.is_new(asker, n)) return;
  const std::string_view ref = question.ref.empty() ? question.id : question.ref;
  answers_.add({.due = now + *thinking,
                .order = 0,
                .asker = asker,
                .to = std::string{question.from},
                .ref = std::string{ref},
                .question = std::string{rules_->answer->with ? question.payload : ""}});
}

void ArcConversation::give(PendingAnswer pending, Instant now, Outbox& out) {
  if (!rules_->answer->with) return answer(pending, now, out);
  commanded_.push_back(std::move(pending));
  if (commanded_.size() == 1) run_command(now, out);
}

void ArcConversation::answer(const PendingAnswer& pending, Instant now, Outbox& out) {
  LedgerEvent sent;
  sent.what = LedgerEvent::What::sent_to;
  sent.kind = MessageKind::answer;
  sent.actor = pending.asker;
  const std::uint32_t asker = crew_->plan.actors[pending.asker].number;
  sent.outdated =
      crew_->contacts.look_up(asker) != pending.to && crew_->contacts.has_been(asker, pending.to);
  sent.message = {agent_, kAnswers, answered_++};
  sent.at = now;
  sent.intended = pending.due;
  out.push(Track{Track::Book::relay, sent});
  out.push(Count{Counter::relay_sent_answer});

  thread_local std::string payload;
  payload.clear();
  const wire::PayloadTag tag{crew_->run, sent.message, pending.due.time_since_epoch().count()};
  if (rules_->answer->with)
    wire::append_answer_payload(payload, tag, payload_of_output(output_));
  else
    wire::append_payload(payload, tag, rules_->answer->payload_bytes);
  const std::string_view to = pending.to;
  const std::uint32_t from = out.mark();
  wire::append_arc_direct(out.buffer(), {&to, 1}, payload, "answer", pending.ref);
  out.push(Send{out.since(from), pending.due});
}

// ---- Answers by a command, one after another.

/// What has waited for as long as a command may take is not answered any more.
void ArcConversation::run_command(Instant now, Outbox& out) {
  output_.clear();
  for (; !commanded_.empty(); commanded_.pop_front()) {
    const PendingAnswer& next = commanded_.front();
    if (now - next.due < scenarios::kCommandTime) {
      const std::string prompt = text_of_payload(next.question);
      return out.push(Generate{.prompt = out.keep(prompt),
                               .max_tokens = 0,
                               .temperature = 0,
                               .seed = std::nullopt,
                               .round = 0});
    }
    out.push(Count{metrics::runner_failure(Outcome::timed_out)});
  }
}

/// An answer is due when its command has written it: how long that took is not the relay's doing.
void ArcConversation::written_all(Instant now, bool in, Outbox& out) {
  if (commanded_.empty()) return;
  commanded_.front().due = now;
  if (in) answer(commanded_.front(), now, out);
  commanded_.pop_front();
  run_command(now, out);
}

void ArcConversation::not_written(Instant now, Outcome why, Outbox& out) {
  if (commanded_.empty()) return;
  out.push(Count{metrics::runner_failure(why)});
  commanded_.pop_front();
  run_command(now, out);
}

void ArcConversation::drop_commands(Outbox& out) {
  if (commanded_.empty()) return;
  commanded_.clear();
  out.push(CancelGeneration{});
}

}  // namespace gauntlet::sim
