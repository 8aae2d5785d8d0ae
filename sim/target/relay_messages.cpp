// What agents say, and whom it reaches.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "sim/target/json_body.hpp"
#include "sim/target/relay.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint16_t kUnacceptable = 1003;
constexpr std::uint16_t kTooManyMessages = 4029;

bool defined_by_arc(std::string_view field) {
  constexpr std::array<std::string_view, 7> kFields{"id", "from", "to", "payload",
                                                    "ts", "type", "ref"};
  return std::ranges::find(kFields, field) != kFields.end();
}

// Appends the fields of `text` that ARC does not define to a message that ends in '}'.
void append_unknown_fields(std::string& out, std::string_view text, bool strings_alone) {
  const auto object = parse_object(text);
  if (!object) return;
  out.pop_back();
  for (const auto& [key, value] : object->items()) {
    if (defined_by_arc(key) || (strings_alone && !value.is_string())) continue;
    out += ',' + dump(key) + ':' + dump(value);
  }
  out += '}';
}

}  // namespace

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
  const bool is_command = message->to.size() == 1 && message->to.front() == "relay";
  if (message->payload.empty()) {
    if (is_command && has(Defect::close_on_bare_command))
      return send_away(sender, "a command without a payload", out);
    return complain(now, sender, "invalid_message", "\"payload\" is missing", out);
  }
  if (is_command) return command(now, commander(sender, *message), *message, out);
  route(now, sender, *message, text, out);
}

void EmbeddedRelay::refuse_text(Instant now, AgentNumber sender, std::string_view text,
                                TargetOutbox& out) {
  if (has(Defect::choke_on_brackets) && text.size() > kLongText) lapses_.choked = true;
  if (has(Defect::silent_errors)) return;
  if (has(Defect::one_error_each) && lapses_.of(sender).errors > 0) return;
  if (has(Defect::close_on_error)) return send_away(sender, "not a message", out);
  for (int times = has(Defect::two_errors_each) ? 2 : 1; times > 0; --times)
    complain(now, sender, "invalid_message",
             "not a JSON object, or a field has a type that it cannot have", out);
}

void EmbeddedRelay::send_away(AgentNumber agent, std::string_view reason, TargetOutbox& out) {
  const ConnectionId connection = roster_[agent].connection;
  forget(connection);
  hang_up(out, connection, kUnacceptable, reason);
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
  if (message.unknown_fields > 0 && !strips(message))
    append_unknown_fields(out.buffer(), text, has(Defect::strip_odd_fields));
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
