// What a relay with defects does wrong with messages: whose it takes, who gets them, and what they
// look like then. Each is one rule of relay.cpp, broken in one small way.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>

#include "sim/target/json_body.hpp"
#include "sim/target/relay.hpp"
#include "sim/target/spoilt_text.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint32_t kErrorsMax = 10;
constexpr std::uint32_t kMessagesPerMinute = 100;
constexpr std::size_t kRecipientsMax = 8;
constexpr std::size_t kCrowd = 1000;
constexpr std::size_t kLongType = 10'000;
constexpr std::size_t kRefChars = 64;
constexpr std::size_t kTypeChars = 32;
constexpr std::size_t kRecipientsRead = 24;
constexpr std::size_t kSomeRecipients = 40;
constexpr std::size_t kBroadcastBytes = 16 * 1024;
constexpr std::size_t kLongPayload = 4 * 1024;
constexpr std::int64_t kZoneAheadMs = 3 * 3'600'000;
// Even where the payload is all characters of six bytes, two by two, none is cut in half.
constexpr std::size_t kPayloadBytes = 1 + 6 * 2048;

constexpr std::string_view kEverybody = "*";
constexpr std::string_view kTooDeep = "[[[[[[[[[[[[[[[[[";

bool is_to_all(const wire::ArcMessage& message) {
  return std::ranges::find(message.to, kEverybody) != message.to.end();
}

bool subscribes(const KnownAgent& agent, const std::string& to) {
  return std::ranges::binary_search(agent.subscriptions, to);
}

bool is_number(std::string_view json) {
  return !json.empty() && (json.front() == '-' || (json.front() >= '0' && json.front() <= '9'));
}

bool is_empty(std::string_view json) { return json == R"("")" || json == "{}" || json == "[]"; }

bool is_string(std::string_view json) { return json.starts_with('"'); }

bool is_whole(std::string_view json) {
  return is_number(json) && json.find_first_of(".eE") == std::string_view::npos;
}

bool is_fraction(std::string_view json) {
  return is_number(json) && json.find('.') != std::string_view::npos &&
         json.find_first_of("eE") == std::string_view::npos;
}

// Halves of pairs are written \ud800 to \udfff.
std::string with_broken_pairs(std::string_view json) {
  constexpr std::string_view kInstead = R"(\ufffd)";
  std::string text{json};
  for (auto at = text.find(R"(\ud)"); at != std::string::npos; at = text.find(R"(\ud)", at))
    text.replace(at, kInstead.size(), kInstead);
  return text;
}

std::string as_a_double_has_it(std::string_view number) {
  return dump(static_cast<std::int64_t>(std::strtod(std::string{number}.c_str(), nullptr)));
}

std::string without_repeats(std::string_view array) {
  auto rest = nlohmann::json::array();
  const auto read = nlohmann::json::parse(array, nullptr, false);
  if (!read.is_array()) return std::string{array};
  for (const auto& element : read)
    if (std::find(rest.begin(), rest.end(), element) == rest.end()) rest.push_back(element);
  return dump(rest);
}

std::string without_sign(std::string_view number) {
  const long long value = std::strtoll(std::string{number}.c_str(), nullptr, 10);
  return std::to_string(static_cast<std::uint64_t>(value));
}

// What many languages take for nothing.
bool is_nothing(std::string_view json) {
  return json == "null" || json == "false" || json == "0" || json == R"("")";
}

std::string with_small_keys(std::string_view object) {
  auto small = nlohmann::json::object();
  if (const auto read = parse_object(object))
    for (const auto& [key, value] : read->items()) small[in_small_letters(key)] = value;
  return dump(small);
}

std::string in_six_digits(std::string_view number) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.6g",
                                   std::strtod(std::string{number}.c_str(), nullptr));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

// ---- Whose messages it takes.

bool EmbeddedRelay::overlooks(Instant now, AgentNumber sender) {
  RelayLapses::OfAgent& lapses = lapses_.of(sender);
  if (has(Defect::deaf_after_errors) && lapses.errors >= kErrorsMax) return true;
  if (!has(Defect::silent_rate_limit) && !has(Defect::punish_others)) return false;
  if (lapses.minute.allows(now, kMessagesPerMinute)) return false;
  lapses_.nuisance = sender;
  return has(Defect::silent_rate_limit);
}

// What is no message, or not for everybody, is passed on all the same. True when that is all that
// becomes of it.
bool EmbeddedRelay::lets_pass(Instant now, AgentNumber sender, const wire::ArcMessage& message,
                              std::string_view text, TargetOutbox& out) {
  wire::ArcMessage better = message;
  if (message.payload.empty()) {
    if (has(Defect::error_to_recipients))
      for (const std::string_view name : message.to)
        if (const auto named = roster_.find(name); named && roster_[*named].online())
          complain(now, *named, "invalid_message", "\"payload\" is missing", out);
    if (!may_lack_payload(message, text)) return false;
    better.payload = "null";
    route(now, sender, better, text, out);
    return true;
  }
  if (has(Defect::drop_null) && message.payload == "null") {
    complain(now, sender, "invalid_message", "\"payload\" is missing", out);
    return true;
  }
  if (refuses(now, sender, message, text, out)) return true;
  if (takes_for_command(message)) {
    command(now, sender, message, out);
    return true;
  }
  const bool lost = has(Defect::broadcast_without_to) && message.to.empty();
  if (!lost && !passes_on(message)) return false;
  better.to = std::span{&kEverybody, 1};
  route(now, sender, better, text, out);
  return lost;
}

// What is a message, and meets an error all the same.
bool EmbeddedRelay::refuses(Instant now, AgentNumber sender, const wire::ArcMessage& message,
                            std::string_view text, TargetOutbox& out) {
  const bool to_all = is_to_all(message);
  const bool refused =
      (has(Defect::answer_needs_ref) && message.type == "answer" && message.ref.empty()) ||
      (has(Defect::broadcast_needs_payload) && to_all && is_nothing(message.payload)) ||
      (has(Defect::low_broadcast_limit) && to_all && text.size() > kBroadcastBytes);
  if (refused) complain(now, sender, "invalid_message", "not to be passed on", out);
  return refused;
}

bool EmbeddedRelay::may_lack_payload(const wire::ArcMessage& message, std::string_view text) const {
  if (has(Defect::accept_missing_payload)) return true;
  if (has(Defect::ref_is_enough)) return !message.ref.empty();
  if (has(Defect::type_is_enough)) return !message.type.empty();
  if (!has(Defect::null_type_is_enough)) return false;
  const auto object = parse_object(text);
  return object && object->contains("type") && (*object)["type"].is_null();
}

bool EmbeddedRelay::passes_on(const wire::ArcMessage& message) const {
  if (has(Defect::pass_on_commands)) return message.type == "subscribe";
  constexpr std::array<std::string_view, 4> kKnown{"subscribe", "unsubscribe", "list_subscriptions",
                                                   "ping"};
  return has(Defect::pass_on_unknown_commands) && message.to.size() == 1 &&
         message.to.front() == "relay" && std::ranges::find(kKnown, message.type) == kKnown.end();
}

// For whom a command is done.
AgentNumber EmbeddedRelay::commander(AgentNumber sender, const wire::ArcMessage& message) const {
  if (!has(Defect::trust_from_of_commands)) return sender;
  const auto named = roster_.find(message.from);
  return named && roster_.agents()[*named].online() ? *named : sender;
}

bool EmbeddedRelay::strips(const wire::ArcMessage& message) const {
  return has(Defect::strip_unknown_fields) || (has(Defect::strip_broadcasts) && is_to_all(message));
}

bool EmbeddedRelay::takes_for_command(const wire::ArcMessage& message) const {
  const bool to_all = is_to_all(message);
  return (has(to_all ? Defect::ping_to_all : Defect::ping_to_one) && message.type == "ping") ||
         (has(to_all ? Defect::subscribe_to_all : Defect::subscribe_to_one) &&
          message.type == "subscribe");
}

bool EmbeddedRelay::loses_from(AgentNumber sender, const wire::ArcMessage& message) {
  RelayLapses::OfAgent& agent = lapses_.of(sender);
  const bool first = agent.visits > 1 && agent.said++ == 0;
  const bool disgraced = std::exchange(agent.met_error, false);
  const bool pinged = std::exchange(agent.pinged, false);
  if (std::exchange(lapses_.choked, false)) return true;
  lapses_.choked = (has(Defect::choke_on_crowd) && message.to.size() > kCrowd) ||
                   (has(Defect::choke_on_long_type) && message.type.size() > kLongType);
  const bool punished = has(Defect::punish_others) && lapses_.nuisance.value_or(sender) != sender;
  if (punished) lapses_.nuisance.reset();
  if (has(Defect::first_answer_only) && message.type == "answer" && !message.to.empty() &&
      !lapses_.answered.insert(std::string{message.to.front()} + ' ' + std::string{message.ref})
           .second)
    return true;
  return punished || (has(Defect::swallow_first) && first) ||
         (has(Defect::drop_after_error) && disgraced) ||
         (has(Defect::swallow_after_ping) && pinged);
}

// ---- Who gets them.

bool EmbeddedRelay::knows_all(const wire::ArcMessage& message) const {
  return std::ranges::all_of(message.to, [&](std::string_view name) {
    const auto known = roster_.find(name);
    return name == kEverybody || (known && roster_.agents()[*known].online());
  });
}

// Whom it takes for a receiver by a name that is nobody's, and whom not by a name of its own.
void EmbeddedRelay::misread_names(const wire::ArcMessage& message) {
  if (is_to_all(message)) return;
  const auto add = [&](AgentNumber agent) {
    if (roster_[agent].online() && std::ranges::find(receivers_, agent) == receivers_.end())
      receivers_.push_back(agent);
  };
  for (const std::string_view name : message.to) {
    if (has(Defect::fold_recipients))
      if (const auto meant = roster_.find(in_small_letters(name))) add(*meant);
    if (has(Defect::trim_recipients))
      if (const auto meant = roster_.find(without_outer(name, ' '))) add(*meant);
    if (has(Defect::recipient_by_prefix))
      for (const AgentNumber agent : roster_.online())
        if (roster_[agent].name.size() == name.size() + 1 && roster_[agent].name.starts_with(name))
          add(agent);
  }
  const std::size_t most = has(Defect::read_few_recipients)    ? kRecipientsRead
                           : has(Defect::read_some_recipients) ? kSomeRecipients
                                                               : message.to.size();
  if (message.to.size() <= most) return;
  const auto read = message.to.first(most);
  std::erase_if(receivers_, [&](AgentNumber agent) {
    return std::ranges::find(read, roster_[agent].name) == read.end();
  });
}

// Who follows whom is no reason to get more than others, or less.
void EmbeddedRelay::misjudge_followers(AgentNumber sender, const wire::ArcMessage& message) {
  const std::string& name = roster_[sender].name;
  const bool to_all = is_to_all(message);
  if (has(Defect::echo_to_own_follower) && to_all && subscribes(roster_[sender], name))
    receivers_.push_back(sender);
  if (has(Defect::leak_several) && message.to.size() > 1)
    for (const AgentNumber agent : roster_.online())
      if (subscribes(roster_[agent], name) &&
          std::ranges::find(receivers_, agent) == receivers_.end())
        receivers_.push_back(agent);
  if (!has(Defect::latest_follower_alone) || !to_all) return;
  std::optional<AgentNumber> latest;
  for (const AgentNumber agent : receivers_)
    if (subscribes(roster_[agent], name)) latest = agent;
  std::erase_if(receivers_, [&](AgentNumber agent) {
    return agent != latest && subscribes(roster_[agent], name);
  });
}

void EmbeddedRelay::misjudge_visitors(bool to_all) {
  const auto has_come_often = [this](AgentNumber agent) { return lapses_.of(agent).visits >= 3; };
  if (has(Defect::forget_third_visit) && to_all) std::erase_if(receivers_, has_come_often);
  if (!has(Defect::double_third_visit)) return;
  for (std::size_t i = 0, count = receivers_.size(); i < count; ++i)
    if (has_come_often(receivers_[i])) receivers_.push_back(AgentNumber{receivers_[i]});
}

void EmbeddedRelay::misjudge_receivers(Instant now, AgentNumber sender,
                                       const wire::ArcMessage& message, TargetOutbox& out) {
  if (has(Defect::tell_message_id))
    out.push({roster_[sender].connection,
              Say{out.keep(R"({"accepted":"msg_)" + std::to_string(message_ids_ + 1) + R"("})")}});
  if (has(Defect::acknowledge)) reply(now, sender, "accepted", "{}", message.ref, out);
  if (has(Defect::complain_of_unknown) && !knows_all(message))
    complain(now, sender, "unknown_recipient", "nobody of this name is in", out);
  const bool to_all = is_to_all(message);
  const auto add = [&](AgentNumber agent) {
    if (std::ranges::find(receivers_, agent) == receivers_.end()) receivers_.push_back(agent);
  };
  misread_names(message);
  misjudge_followers(sender, message);
  misjudge_visitors(to_all);
  const auto add_all = [&](auto&& chosen) {
    for (const AgentNumber agent : roster_.online())
      if (agent != sender && chosen(roster_[agent])) add(agent);
  };
  if (has(Defect::skip_last_recipient) && !to_all && message.to.size() > 1 && receivers_.size() > 1)
    receivers_.pop_back();
  if (has(Defect::cap_recipients) && !to_all && receivers_.size() > kRecipientsMax)
    receivers_.resize(kRecipientsMax);
  if (has(Defect::type_for_first) && !to_all && !message.type.empty() && receivers_.size() > 1)
    receivers_.erase(receivers_.begin() + 1, receivers_.end());
  if (has(Defect::repeat_to_first) && !to_all && receivers_.size() > 1)
    receivers_.push_back(receivers_.front());
  if (has(Defect::spoil_mixed) && !knows_all(message)) receivers_.clear();
  if (has(Defect::skip_after_leave) && to_all && lapses_.moved && lapses_.left == sender + 1)
    std::erase(receivers_, *std::exchange(lapses_.moved, std::nullopt));
  if (has(Defect::skip_subscribers) && to_all)
    std::erase_if(receivers_, [&](AgentNumber agent) {
      return subscribes(roster_[agent], roster_[sender].name);
    });
  if (has(Defect::followed_only) && to_all)
    std::erase_if(receivers_, [&](AgentNumber agent) {
      return !roster_[agent].subscriptions.empty() &&
             !subscribes(roster_[agent], roster_[sender].name);
    });
  if (has(Defect::unsubscribe_mutes) && to_all)
    std::erase_if(receivers_, [&](AgentNumber agent) {
      return lapses_.of(agent).muted.contains(roster_[sender].name);
    });
  if (has(Defect::broadcast_to_sender) && to_all) add(sender);
  if (has(Defect::echo_direct) && !to_all) add(sender);
  if (has(Defect::leak_to_subscribers) && !to_all)
    add_all([&](const KnownAgent& agent) { return subscribes(agent, roster_[sender].name); });
  if (has(Defect::leak_answer) && message.type == "answer")
    add_all([](const KnownAgent&) { return true; });
  if (has(Defect::misdeliver_absent) && !roster_.online().empty())
    for (const std::string_view name : message.to)
      if (const auto meant = roster_.find(name);
          meant && !roster_[*meant].online() && lapses_.of(*meant).visits > 0)
        add(roster_.online().back());
  if (has(Defect::deliver_by_star_and_name) && to_all)
    for (const std::string_view name : message.to)
      if (const auto named = roster_.find(name); named && roster_[*named].online())
        receivers_.push_back(*named);
  if (has(Defect::deliver_per_mention))
    for (auto name = message.to.begin(); name != message.to.end(); ++name)
      if (const auto meant = roster_.find(*name);
          meant && std::find(message.to.begin(), name, *name) != name)
        receivers_.push_back(*meant);
}

bool EmbeddedRelay::loses_to(AgentNumber receiver, Slice text, TargetOutbox& out) {
  if (options_.defects.none()) return false;
  RelayLapses::OfAgent& agent = lapses_.of(receiver);
  const bool first = agent.visits > 1 && agent.heard++ == 0;
  if (has(Defect::drop_on_reconnect) && first) return true;
  if (has(Defect::stale_connection) && agent.stale > 0) {
    --agent.stale;
    out.push({agent.old_connection, Say{text}});
    return true;
  }
  if (has(Defect::replay_on_reconnect)) agent.last = out.text(text);
  return false;
}

bool EmbeddedRelay::holds_back(AgentNumber receiver, const wire::ArcMessage& message) const {
  const bool waits =
      is_to_all(message) ? has(Defect::broadcasts_wait) : has(Defect::reorder_direct);
  const bool too_long = has(Defect::long_messages_wait) && message.payload.size() > kLongPayload;
  return (waits || too_long) && !held_.has(receiver);
}

bool EmbeddedRelay::doubles(AgentNumber sender, AgentNumber receiver,
                            const wire::ArcMessage& message) {
  return has(Defect::duplicate_on_subscribe) && !is_to_all(message) &&
         subscribes(roster_[receiver], roster_[sender].name);
}

// For those who are to get it although they were not there.
void EmbeddedRelay::keep(const wire::ArcMessage& message, Slice delivery, const TargetOutbox& out) {
  if (has(Defect::replay_to_newcomer) && is_to_all(message))
    lapses_.last_broadcast = out.text(delivery);
  if (!has(Defect::store_for_absent)) return;
  for (const std::string_view name : message.to)
    if (const auto absent = roster_.find(name);
        absent && !roster_[*absent].online() && lapses_.of(*absent).visits > 0)
      lapses_.of(*absent).missed.emplace_back(out.text(delivery));
}

// ---- What they look like.

std::string_view EmbeddedRelay::name_shown(AgentNumber sender, const wire::ArcMessage& message) {
  if (!has(Defect::leak_from) || lapses_.left != sender + 1 || !is_to_all(message))
    return roster_[sender].name;
  return roster_[*std::exchange(lapses_.left, std::nullopt)].name;
}

void EmbeddedRelay::misstate(wire::ArcEnvelope& envelope, std::string_view& payload,
                             const wire::ArcMessage& message, std::string_view text) {
  const bool conversation = message.type == "question" || message.type == "answer";
  if (has(Defect::trust_id) && !message.id.empty()) envelope.id = message.id;
  if (has(Defect::trust_from) && !message.from.empty()) envelope.from = message.from;
  misstate_question(envelope, message);
  misstate_broadcast(envelope, message);
  if (has(Defect::count_ids_anew)) envelope.id = lapses_.id = id_on_this_connection(envelope.from);
  misstate_ts(envelope, text);
  if (has(Defect::blur_recipients)) envelope.to = std::span{&kEverybody, 1};
  if (has(Defect::forget_type) && !conversation) envelope.type = {};
  if (has(Defect::invent_type) && message.type.empty()) envelope.type = "message";
  if (has(Defect::fold_type)) envelope.type = lapses_.type = in_small_letters(message.type);
  if (has(Defect::clip_type)) envelope.type = envelope.type.substr(0, kTypeChars);
  if (has(Defect::ref_needs_type) && message.type.empty()) envelope.ref = {};
  if (has(Defect::bare_broadcast) && is_to_all(message) && !conversation) envelope.ref = {};
  if (has(Defect::forget_ref) && message.type == "answer") envelope.ref = {};
  if (has(Defect::clip_ref)) envelope.ref = envelope.ref.substr(0, kRefChars);
  payload = payload_shown(payload);
}

void EmbeddedRelay::misstate_question(wire::ArcEnvelope& envelope,
                                      const wire::ArcMessage& message) const {
  if (message.type != "question") return;
  if (has(Defect::trust_from_of_questions) && !message.from.empty()) envelope.from = message.from;
  if (has(Defect::trust_id_of_questions) && !message.id.empty()) envelope.id = message.id;
}

void EmbeddedRelay::misstate_broadcast(wire::ArcEnvelope& envelope,
                                       const wire::ArcMessage& message) const {
  if (has(Defect::trust_id_in_broadcasts) && is_to_all(message) && !message.id.empty())
    envelope.id = message.id;
}

std::string EmbeddedRelay::id_on_this_connection(std::string_view sender) {
  const auto known = roster_.find(sender);
  const std::uint64_t number = known ? ++lapses_.of(*known).numbered : 0;
  return "msg_" + std::string{sender} + '_' + std::to_string(number);
}

void EmbeddedRelay::misstate_ts(wire::ArcEnvelope& envelope, std::string_view text) const {
  const bool to_all = std::ranges::find(envelope.to, kEverybody) != envelope.to.end();
  if (has(Defect::trust_ts) || (has(Defect::trust_ts_in_broadcasts) && to_all))
    if (const auto sent = parse_object(text); sent && sent->contains("ts"))
      envelope.ts_ms = sent->value("ts", envelope.ts_ms);
  if (has(Defect::seconds_in_ts)) envelope.ts_ms /= 1000;
  if (has(Defect::turn_clock_back) && message_ids_ % 5 == 0) envelope.ts_ms -= 1000;
  if (has(Defect::frozen_clock)) envelope.ts_ms = clock_.unix_ms(Instant{});
  if (has(Defect::local_time)) envelope.ts_ms += kZoneAheadMs;
}

std::string_view EmbeddedRelay::payload_shown(std::string_view payload) {
  std::string& text = lapses_.text;
  if (loses_members() && payload.starts_with('{')) return text = without_members(payload);
  if (has(Defect::fold_keys) && payload.starts_with('{')) return text = with_small_keys(payload);
  if (has(Defect::double_precision) && is_whole(payload)) return text = as_a_double_has_it(payload);
  if (has(Defect::empty_to_null) && is_empty(payload)) return "null";
  if (has(Defect::round_numbers) && is_number(payload)) return text = in_six_digits(payload);
  if (has(Defect::stringify_objects) && payload.starts_with('{'))
    return text = dump(std::string{payload});
  if (has(Defect::booleans_as_numbers) && payload == "true") return "1";
  if (has(Defect::booleans_as_numbers) && payload == "false") return "0";
  if (has(Defect::cut_fractions) && is_fraction(payload))
    return payload.substr(0, payload.find('.'));
  if (has(Defect::drop_repeats) && payload.starts_with('[')) return text = without_repeats(payload);
  if (has(Defect::unsigned_numbers) && is_whole(payload) && payload.starts_with('-'))
    return text = without_sign(payload);
  if (has(Defect::drop_nulls) && payload.starts_with('['))
    return text = without_all(payload, "null,");
  if (has(Defect::null_when_deep) && payload.starts_with(kTooDeep)) return "null";
  return is_string(payload) ? string_shown(payload) : payload;
}

bool EmbeddedRelay::loses_members() const {
  return has(Defect::drop_empty_members) || has(Defect::drop_odd_keys);
}

std::string EmbeddedRelay::without_members(std::string_view payload) const {
  auto left = nlohmann::json::object();
  if (const auto read = parse_object(payload))
    for (const auto& [key, value] : read->items()) {
      const bool odd = key.starts_with('_') || key.starts_with('$');
      const auto* text = value.get_ptr<const std::string*>();
      const bool empty = value.is_null() || value == false || value == 0 ||
                         (text != nullptr && text->empty()) ||
                         (value.is_structured() && value.empty());
      if (!(has(Defect::drop_odd_keys) && odd) && !(has(Defect::drop_empty_members) && empty))
        left[key] = value;
    }
  return dump(left);
}

std::string_view EmbeddedRelay::string_shown(std::string_view payload) {
  std::string& text = lapses_.text;
  if (has(Defect::drop_control_characters)) return text = without_all(payload, R"(\u0001)");
  if (has(Defect::drop_line_separators))
    return text = without_all(without_all(payload, R"(\u2028)"), R"(\u2029)");
  if (has(Defect::break_surrogate_pairs)) return text = with_broken_pairs(payload);
  const std::string_view content = payload.substr(1, payload.size() - 2);
  if (has(Defect::trim_payload)) return text = '"' + std::string{without_outer(content, ' ')} + '"';
  if (has(Defect::escape_html)) return text = with_all(payload, "<", "&lt;");
  if (has(Defect::fold_line_ends))
    return text = with_all(with_all(payload, R"(\r\n)", R"(\n)"), R"(\r)", R"(\n)");
  if (has(Defect::drop_byte_order_mark))
    return text = without_all(without_all(payload, R"(\ufeff)"), "\xEF\xBB\xBF");
  if (has(Defect::parse_strings) && !content.empty() &&
      content.find_first_not_of("0123456789") == std::string_view::npos)
    return content;
  const std::size_t nul = payload.find("\\u0000");
  if (has(Defect::stop_at_nul) && nul != std::string_view::npos)
    return text = std::string{payload.substr(0, nul)} + '"';
  if (has(Defect::cut_long_payload) && payload.size() > kPayloadBytes)
    return text = std::string{payload.substr(0, kPayloadBytes)} + '"';
  return payload;
}

}  // namespace gauntlet::sim
