#include "sim/target/relay.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "scenarios/terms/earliest.hpp"
#include "scenarios/terms/match.hpp"
#include "sim/target/json_body.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint16_t kUnacceptable = 1003;
constexpr std::uint16_t kReplaced = 4000;
constexpr std::uint16_t kBadToken = 4001;
constexpr std::uint16_t kSilent = 4008;
constexpr std::uint16_t kTooManyMessages = 4029;

// The rest, time and signs of life, says all it has to say by coming.
bool is_served(const TargetInput& input) {
  return std::holds_alternative<Asked>(input) || std::holds_alternative<Heard>(input) ||
         std::holds_alternative<Gone>(input);
}

void hang_up(TargetOutbox& out, ConnectionId to, std::uint16_t code, std::string_view reason) {
  out.push({to, HangUp{code, out.keep(reason)}});
}

bool defined_by_arc(std::string_view field) {
  constexpr std::array<std::string_view, 7> kFields{"id", "from", "to", "payload",
                                                    "ts", "type", "ref"};
  return std::ranges::find(kFields, field) != kFields.end();
}

// Appends the fields of `text` that ARC does not define to a message that ends in '}'.
void append_unknown_fields(std::string& out, std::string_view text) {
  const auto object = parse_object(text);
  if (!object) return;
  out.pop_back();
  for (const auto& [key, value] : object->items()) {
    if (defined_by_arc(key)) continue;
    out += ',' + dump(key) + ':' + dump(value);
  }
  out += '}';
}

}  // namespace

EmbeddedRelay::EmbeddedRelay(const scenarios::RelayOptions& options, Stream random,
                             std::int64_t epoch_unix_ms)
    : options_{mistuned(options)},
      clock_{epoch_unix_ms},
      roster_{Stream{random.next()}},
      queue_{{.service_time = options.service_time,
              .stall = options.stall,
              .messages_max = options.queue_max},
             Stream{random.next()}},
      flaws_{{.drop = options.drop_every,
              .duplicate = options.duplicate_every,
              .hold = options.reorder_every}},
      silence_{{.ask = options_.heartbeat, .give_up = options_.silence_max}} {}

void EmbeddedRelay::handle(Instant now, ConnectionId from, const TargetInput& input,
                           TargetOutbox& out) {
  const bool overheard = has(Defect::drop_quiet_peers) && std::holds_alternative<PeerPonged>(input);
  if (const auto sender = roster_.find_by_connection(from); sender && !overheard)
    silence_.heard_of(now, *sender);
  queue_.serve(
      now, [&](ConnectionId waited, const TargetInput& kept) { serve(now, waited, kept, out); });
  held_.release_expired(now, [&](AgentNumber receiver, std::string_view text) {
    if (roster_[receiver].online()) say(receiver, out.keep(text), out);
  });
  listen(now, out);
  if (!is_served(input)) return;
  switch (queue_.take(now, from, input)) {
    case ServiceQueue::Taken::now:
      return serve(now, from, input, out);
    case ServiceQueue::Taken::later:
      return;
    case ServiceQueue::Taken::refused:
      if (const auto sender = roster_.find_by_connection(from)) {
        ++seen_.messages;
        complain(now, *sender, "overloaded", "too many messages are waiting", out);
      }
      return;
  }
}

std::optional<Instant> EmbeddedRelay::next_deadline() const {
  return earliest(queue_.next_deadline(), held_.next_deadline(), silence_.next_deadline());
}

void EmbeddedRelay::serve(Instant now, ConnectionId from, const TargetInput& input,
                          TargetOutbox& out) {
  std::visit(match{
                 [&](const Asked& asked) {
                   if (asked.upgrade)
                     admit(now, from, asked, out);
                   else
                     push_answer(out, from, answer(now, asked));
                 },
                 [&](const Heard& heard) { hear(now, from, heard.text, out); },
                 [&](const Gone& gone) {
                   note_break(from, gone.code);
                   forget(from);
                 },
                 [](const auto&) {},  // never queued
             },
             input);
}

// ---- Getting in.

void EmbeddedRelay::admit(Instant now, ConnectionId from, const Asked& asked, TargetOutbox& out) {
  if (asked.path != "/arc" || asked.port != 0) return push_answer(out, from, not_found());
  const std::string token = !asked.bearer.empty() || has(Defect::ignore_query_token)
                                ? std::string{asked.bearer}
                                : query_value(asked.query, "token").value_or(std::string{});
  const auto agent = options_.defects.none() ? roster_.find_by_token(token) : who_has(token);
  if (!agent || bars(*agent)) return refuse_token(from, out);
  out.push({from, Accept{}});
  ++seen_.connected;
  const auto replaced = roster_.connect(*agent, from);
  if (replaced) {
    ++seen_.connections_replaced;
    held_.release(*agent);
    hang_up(out, *replaced, kReplaced, "replaced by a new connection");
  }
  silence_.begin(now, *agent);
  if (options_.welcome) welcome(now, *agent, out);
  if (has(Defect::welcome_twice)) welcome(now, *agent, out);
  note_arrival(*agent, replaced, out);
}

void EmbeddedRelay::refuse_token(ConnectionId from, TargetOutbox& out) {
  ++seen_.connections_refused;
  if (has(Defect::leave_hanging)) return out.push({from, Accept{}});
  if (options_.bad_token == scenarios::RelayOptions::BadToken::refuse_401)
    return push_answer(out, from, refusal(401, "unauthorized", "a token from /register is needed"));
  out.push({from, Accept{}});
  hang_up(out, from, kBadToken, "invalid token");
}

// What was held back for the agent goes with its connection: nothing is replayed to the next one.
void EmbeddedRelay::forget(ConnectionId connection) {
  const auto agent = roster_.find_by_connection(connection);
  if (!agent) return;
  held_.release(*agent);
  silence_.end(*agent);
  const std::uint32_t place = roster_[*agent].place;
  roster_.disconnect(connection);
  note_leave(*agent, place);
}

void EmbeddedRelay::listen(Instant now, TargetOutbox& out) {
  silence_.check(
      now,
      [&](AgentNumber agent) {
        out.push({roster_[agent].connection, Probe{}});
      },
      [&](AgentNumber agent) {
        ++seen_.silent;
        const ConnectionId connection = roster_[agent].connection;
        forget(connection);
        hang_up(out, connection, kSilent, "nothing came for too long");
      });
}

// Relays differ in where a welcome carries its fields, and so do clients: here it has them twice.
void EmbeddedRelay::welcome(Instant now, AgentNumber agent, TargetOutbox& out) {
  constexpr std::string_view kName = R"("relay":"gauntlet","version":"1.0")";
  constexpr std::string_view kFields =
      R"("relay":"gauntlet","version":"1.0","capabilities":["broadcast","direct","subscribe","ping"],"extensions":[])";
  const std::string_view fields = has(Defect::bare_welcome) ? kName : kFields;
  const std::string limits =
      R"("limits":{"message_bytes_max":)" + std::to_string(options_.message_bytes_max) +
      R"(,"messages_per_minute":)" +
      (options_.messages_per_minute == 0 ? std::string{"null"}
                                         : std::to_string(options_.messages_per_minute)) +
      '}';
  const std::string payload = '{' + std::string{fields} + ',' + limits + '}';
  const std::string_view me = roster_[agent].name;
  const auto from = out.mark();
  wire::append_arc_delivery(out.buffer(),
                            {.id = next_message_id(),
                             .from = "relay",
                             .to = std::span{&me, 1},
                             .ts_ms = clock_.unix_ms(now),
                             .type = "welcome"},
                            payload);
  out.buffer().pop_back();
  out.buffer().append(1, ',').append(fields).append(1, ',').append(limits).append(1, '}');
  out.push({roster_[agent].connection, Say{out.since(from)}});
}

// ---- Messages.

void EmbeddedRelay::hear(Instant now, ConnectionId from, std::string_view text, TargetOutbox& out) {
  const auto sender = roster_.find_by_connection(from);
  if (!sender) return;  // it was closed, and had not noticed yet
  ++seen_.messages;
  if (!options_.defects.none() && overlooks(now, *sender)) return;
  if (roster_[*sender].messages.allows(now, options_.messages_per_minute))
    return judge(now, *sender, text, out);
  constexpr std::string_view kWhy = "too many messages in a minute";
  if (options_.rate_limit == scenarios::RelayOptions::RateLimit::error)
    return complain(now, *sender, "rate_limited", kWhy, out);
  ++seen_.rate_limited;
  forget(from);
  hang_up(out, from, kTooManyMessages, kWhy);
}

void EmbeddedRelay::judge(Instant now, AgentNumber sender, std::string_view text,
                          TargetOutbox& out) {
  if (text.size() > options_.message_bytes_max) {
    if (has(Defect::silent_size_limit)) return;
    return complain(now, sender, "message_too_large", "the message is longer than the limit", out);
  }
  const wire::ArcMessage* message = decoder_.decode(text);
  if (!message) return refuse_text(now, sender, text, out);
  if (!options_.defects.none() && lets_pass(now, sender, *message, text, out)) return;
  if (!message->has_to || message->to.empty())
    return complain(now, sender, "invalid_message", "\"to\" must be an array of agent ids", out);
  if (message->payload.empty())
    return complain(now, sender, "invalid_message", "\"payload\" is missing", out);
  if (message->to.size() == 1 && message->to.front() == "relay")
    return command(now, sender, *message, out);
  route(now, sender, *message, text, out);
}

void EmbeddedRelay::refuse_text(Instant now, AgentNumber sender, std::string_view text,
                                TargetOutbox& out) {
  if (has(Defect::choke_on_brackets) && text.size() > kLongText) lapses_.choked = true;
  if (has(Defect::silent_errors)) return;
  if (has(Defect::one_error_each) && lapses_.of(sender).errors > 0) return;
  if (has(Defect::close_on_error)) {
    const ConnectionId connection = roster_[sender].connection;
    forget(connection);
    return hang_up(out, connection, kUnacceptable, "not a message");
  }
  complain(now, sender, "invalid_message",
           "not a JSON object, or a field has a type that it cannot have", out);
}

void EmbeddedRelay::route(Instant now, AgentNumber sender, const wire::ArcMessage& message,
                          std::string_view text, TargetOutbox& out) {
  ++seen_.routed;
  if (!options_.defects.none() && loses_from(sender, message)) return;
  choose_receivers(sender, message.to);
  if (!options_.defects.none()) misjudge_receivers(now, sender, message, out);
  if (receivers_.empty() && !has(Defect::store_for_absent)) return;
  Slice delivery = encode(now, sender, message, text, out);
  if (!options_.defects.none()) keep(message, delivery, out);
  for (const AgentNumber receiver : receivers_) {
    if (has(Defect::id_per_receiver)) delivery = encode(now, sender, message, text, out);
    if (holds_back(receiver, message)) {
      held_.hold(now, receiver, sender, out.text(delivery));
      continue;
    }
    deliver(now, sender, receiver, delivery, out);
    if (doubles(sender, receiver, message)) say(receiver, delivery, out);
  }
  if (!copies_to_subscribers() || std::ranges::find(message.to, "*") == message.to.end()) return;
  for (const AgentNumber receiver : receivers_) {
    if (receiver == sender) continue;
    if (!std::ranges::binary_search(roster_[receiver].subscriptions, roster_[sender].name))
      continue;
    ++seen_.subscription_copies;
    deliver(now, sender, receiver, delivery, out);
  }
}

// A subscription that goes on for too long shows in its copies alone.
bool EmbeddedRelay::copies_to_subscribers() const {
  return options_.double_delivery || has(Defect::forget_unsubscribe) ||
         has(Defect::keep_subscriptions);
}

// Once per message, whatever the number of receivers.
Slice EmbeddedRelay::encode(Instant now, AgentNumber sender, const wire::ArcMessage& message,
                            std::string_view text, TargetOutbox& out) {
  wire::ArcEnvelope envelope{.id = next_message_id(),
                             .from = name_shown(sender, message),
                             .to = message.to,
                             .ts_ms = clock_.unix_ms(now),
                             .type = message.type,
                             .ref = message.ref};
  std::string_view payload = message.payload;
  if (!options_.defects.none()) misstate(envelope, payload, message, text);
  const auto from = out.mark();
  wire::append_arc_delivery(out.buffer(), envelope, payload);
  if (message.unknown_fields > 0 && !has(Defect::strip_unknown_fields))
    append_unknown_fields(out.buffer(), text);
  return out.since(from);
}

void EmbeddedRelay::choose_receivers(AgentNumber sender, std::span<const std::string_view> to) {
  receivers_.clear();
  ++addressings_;
  if (std::ranges::find(to, "*") != to.end()) {
    receivers_.assign(roster_.online().begin(), roster_.online().end());
    std::erase(receivers_, sender);
    if (to.size() == 1) return;
    for (const AgentNumber receiver : receivers_) roster_[receiver].addressed_by = addressings_;
  }
  for (const std::string_view name : to) {
    const auto receiver = roster_.find(name);
    if (!receiver || !roster_[*receiver].online()) continue;
    if (std::exchange(roster_[*receiver].addressed_by, addressings_) != addressings_)
      receivers_.push_back(*receiver);
  }
}

// ---- Deliveries, and what goes wrong with them on purpose.

void EmbeddedRelay::deliver(Instant now, AgentNumber sender, AgentNumber receiver, Slice text,
                            TargetOutbox& out) {
  if (flaws_.none() && options_.defects.none()) return say(receiver, text, out);
  const Fate fate = flaws_.next();
  if (fate == Fate::dropped) {
    ++seen_.dropped;
    return;
  }
  if (fate == Fate::held && !held_.has(receiver))
    return held_.hold(now, receiver, sender, out.text(text));
  say(receiver, text, out);
  if (fate == Fate::duplicated) {
    ++seen_.duplicated;
    say(receiver, text, out);
  }
  overtake(sender, receiver, out);
}

void EmbeddedRelay::say(AgentNumber receiver, Slice text, TargetOutbox& out) {
  ++seen_.deliveries;
  if (loses_to(receiver, text, out)) return;
  out.push({roster_[receiver].connection, Say{text}});
}

// The delivery that `receiver` just got has overtaken the one that was held back from it.
void EmbeddedRelay::overtake(AgentNumber sender, AgentNumber receiver, TargetOutbox& out) {
  const auto held = held_.release(receiver);
  if (!held) return;
  ++seen_.reordered;
  if (held->sender == sender) ++seen_.reordered_same_sender;
  say(receiver, out.keep(held->text), out);
}

}  // namespace gauntlet::sim
