// What a terminal agent says and hears once it is in.
#include <fmt/format.h>

#include <algorithm>

#include "metrics/summary/words.hpp"
#include "scenarios/terms/match.hpp"
#include "sim/actor/commands.hpp"
#include "sim/actor/decoders.hpp"
#include "sim/actor/outcomes.hpp"
#include "sim/actor/replies.hpp"
#include "sim/terminal/terminal_agent.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::string_view kRelay = "relay";  // what a relay calls itself in `from`
constexpr std::size_t kHeardMax = 64;

/// How long the relay may take to show that it has read what was sent.
constexpr Duration kReceipt = std::chrono::seconds{2};

bool is_wanted(const TerminalAgent::Listen& listen, std::string_view type) {
  return listen.only.empty() || std::ranges::find(listen.only, type) != listen.only.end();
}

std::vector<std::string_view> views(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

}  // namespace

// ---- The errand.

void TerminalAgent::pursue(Instant now, Outbox& out) {
  std::visit(match{
                 [](const Register&) {},
                 [&](const Listen& listen) {
                   subscribe(listen.subscribe_to, out);
                   say_what_waits(now, out);
                 },
                 [&](const Tell& tell) {
                   send(tell.message, out);
                   told_ = true;
                   deadline_ = now + kReceipt;
                   ping(out);
                 },
                 [&](const Ask& ask) {
                   if (told_) return;
                   send(ask.question, out);
                   told_ = true;
                   answer_due_ = now + ask.timeout;
                 },
             },
             orders_.errand);
}

void TerminalAgent::subscribe(const std::vector<std::string>& to, Outbox& out) const {
  if (to.empty()) return;
  const std::uint32_t from = out.mark();
  wire::append_arc_command(out.buffer(), request_word(ArcCommand::subscribe), views(to));
  out.push(Send{out.since(from)});
  voice_.remark(fmt::format("subscribing to {}", fmt::join(to, ", ")));
}

void TerminalAgent::send(const Message& message, Outbox& out) const {
  const std::uint32_t from = out.mark();
  if (message.to.empty())
    wire::append_arc_broadcast(out.buffer(), message.payload, message.type, message.ref);
  else
    wire::append_arc_direct(out.buffer(), views(message.to), message.payload, message.type,
                            message.ref);
  out.push(Send{out.since(from)});
}

void TerminalAgent::ping(Outbox& out) {
  ++pings_open_;
  out.push(Ping{});
}

/// A relay acknowledges no message; but a pong to a ping that was sent behind one shows that it
/// came that far.
void TerminalAgent::ponged(Instant now, Outbox& out) {
  heartbeat_.answered();
  if (pings_open_ > 0) --pings_open_;
  if (state_ == State::entering)
    enter(now, out);
  else if (state_ == State::in && has_told() && pings_open_ == 0)
    conclude(Ending::met, now, out);
}

// ---- What the others say.

void TerminalAgent::hear(Instant now, std::string_view text, Outbox& out) {
  const wire::ArcMessage* message = arc_decoder().decode(text);
  if (message == nullptr)
    voice_.remark(fmt::format("a message of {} bytes is not one of ARC's", text.size()));
  else if (message->from.empty() || message->from == kRelay)
    hear_relay(now, *message, text, out);
  else
    hear_agent(now, *message, text, out);
}

void TerminalAgent::hear_relay(Instant now, const wire::ArcMessage& message, std::string_view text,
                               Outbox& out) {
  if (message.error) {
    voice_.remark("the relay complains: " + complaint_of(text));
    if (is_rate_limit(message.error_code)) restrain(now);
    if (has_told()) conclude(Ending::turned_away, now, out);
  } else if (message.type == "welcome") {
    if (id_.empty() && message.to.size() == 1) id_ = message.to.front();
    if (state_ == State::entering) enter(now, out);
  } else if (!command_of_reply(message.type) && std::holds_alternative<Listen>(orders_.errand)) {
    voice_.message(message, text);
  }
}

void TerminalAgent::hear_agent(Instant now, const wire::ArcMessage& message, std::string_view text,
                               Outbox& out) {
  std::visit(match{
                 [&](const Listen& listen) {
                   if (is_second_copy(message)) return;
                   if (is_wanted(listen, message.type)) voice_.message(message, text);
                   if (message.type != "question") return;
                   if (listen.runner == Listen::Runner::answers) asked(message, out);
                   if (listen.runner == Listen::Runner::types) open_to_reply(message);
                 },
                 [&](const Ask& ask) {
                   if (answer_due_ == kNever || message.type != "answer" ||
                       message.ref != ask.question.ref)
                     return;
                   voice_.message(message, text);
                   conclude(Ending::met, now, out);
                 },
                 [](const auto&) {},
             },
             orders_.errand);
  if (state_ == State::entering) enter(now, out);
}

/// Some relays deliver a broadcast to a subscriber twice, under the same id.
bool TerminalAgent::is_second_copy(const wire::ArcMessage& message) {
  if (std::get<Listen>(orders_.errand).subscribe_to.empty() || message.id.empty()) return false;
  if (std::ranges::find(heard_, message.id) != heard_.end()) return true;
  heard_.emplace_back(message.id);
  if (heard_.size() > kHeardMax) heard_.pop_front();
  return false;
}

// ---- Answers.

TerminalAgent::Question TerminalAgent::question_of(const wire::ArcMessage& message) {
  return {.asker = std::string{message.from},
          .ref = std::string{message.ref.empty() ? message.id : message.ref},
          .text = text_of_payload(message.payload)};
}

void TerminalAgent::asked(const wire::ArcMessage& message, Outbox& out) {
  if (questions_.size() == kQuestionsMax)
    return voice_.remark("too many questions wait: one was left out");
  questions_.push_back(question_of(message));
  if (questions_.size() == 1) think(out);
}

void TerminalAgent::think(Outbox& out) const {
  if (questions_.empty()) return;
  out.push(Generate{.prompt = out.keep(questions_.front().text),
                    .max_tokens = 0,
                    .temperature = 0,
                    .seed = std::nullopt,
                    .round = 0});
}

void TerminalAgent::answer(Instant now, Outbox& out) {
  if (questions_.empty()) return;
  if (state_ != State::in) return drop_question("the connection is lost", out);
  const Question& question = questions_.front();
  say(now,
      {.to = {question.asker},
       .payload = payload_of_output(answer_),
       .type = "answer",
       .ref = question.ref},
      out);
  answer_.clear();
  questions_.pop_front();
  think(out);
}

void TerminalAgent::drop_question(std::string_view why, Outbox& out) {
  if (questions_.empty()) return;
  voice_.remark(fmt::format("no answer is given to {}: {}", questions_.front().asker, why));
  answer_.clear();
  questions_.pop_front();
  think(out);
}

// ---- A person's lines.

void TerminalAgent::open_to_reply(const wire::ArcMessage& message) {
  if (open_.empty()) voice_.remark("`/answer words` answers it");
  if (open_.size() == kQuestionsMax) open_.pop_front();
  open_.push_back(question_of(message));
}

void TerminalAgent::answer_last(std::string_view words) {
  if (open_.empty()) return voice_.remark("nobody has asked anything that is not answered");
  const Question& question = open_.back();
  unsaid_.push_back({.to = {question.asker},
                     .payload = payload_of(words),
                     .type = "answer",
                     .ref = question.ref});
  open_.pop_back();
}

void TerminalAgent::typed(Instant now, std::string_view line, Outbox& out) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) return;
  if (std::holds_alternative<Quit>(read_typed(line))) return leave(now, out);
  typed_.emplace_back(line);
  if (state_ == State::backing_off) voice_.remark("not connected: this will be said later");
  say_what_waits(now, out);
}

void TerminalAgent::say_what_waits(Instant now, Outbox& out) {
  if (state_ != State::in) return;
  for (; !typed_.empty(); typed_.pop_front()) obey(now, read_typed(typed_.front()), out);
  for (; !unsaid_.empty() && now >= free(); unsaid_.pop_front()) {
    if (orders_.throttle) throttle_.spend(*orders_.throttle, now);
    restraint_.sent(now, orders_.reconnect);
    send(unsaid_.front(), out);
  }
  const bool waits = !unsaid_.empty();
  if (waits && !waits_)
    voice_.remark(fmt::format("the next message waits for {}", metrics::in_words(free() - now)));
  waits_ = waits;
  if (typed_all_ && !waits) leave(now, out);
}

// ---- Moderation.

void TerminalAgent::say(Instant now, Message message, Outbox& out) {
  unsaid_.push_back(std::move(message));
  say_what_waits(now, out);
}

void TerminalAgent::restrain(Instant now) {
  const auto* listen = std::get_if<Listen>(&orders_.errand);
  if (listen == nullptr || listen->runner == Listen::Runner::none) return;
  if (const auto pause = restraint_.complained(now, orders_.reconnect))
    voice_.remark(fmt::format("saying nothing for {}", metrics::in_words(*pause)));
}

/// When the next message may be said.
Instant TerminalAgent::free() const {
  const Instant free = restraint_.free();
  return orders_.throttle ? std::max(free, throttle_.next(*orders_.throttle)) : free;
}

void TerminalAgent::obey(Instant now, const Typed& typed, Outbox& out) {
  std::visit(match{
                 [&](const Utterance& say) {
                   unsaid_.push_back({.to = say.to, .payload = payload_of(say.words)});
                 },
                 [&](const Reply& reply) { answer_last(reply.words); },
                 [&](const Follow& follow) {
                   auto& followed = std::get<Listen>(orders_.errand).subscribe_to;
                   followed.insert(followed.end(), follow.whom.begin(), follow.whom.end());
                   subscribe(follow.whom, out);
                 },
                 [&](const Quit&) { leave(now, out); },
                 [&](const NotUnderstood& wrong) { voice_.remark(wrong.fix); },
             },
             typed);
}

}  // namespace gauntlet::sim
