// What an agent may ask of the relay itself, and what the relay says in its own name.
#include <algorithm>

#include "sim/target/relay.hpp"
#include "sim/wire/json_text.hpp"

namespace gauntlet::sim {
namespace {

// Enough for any agent, and a bound on what a client can make the relay remember.
constexpr std::size_t kSubscriptionsMax = 10'000;

// Of a relay that keeps too few.
constexpr std::size_t kFewSubscriptions = 8;

// Of a relay that begins anew with them.
constexpr std::uint64_t kIdsMax = 500;

std::string names_json(std::span<const std::string> names) {
  std::string json = "[";
  for (const std::string& name : names) {
    if (json.size() > 1) json += ',';
    wire::append_json_string(json, name);
  }
  return json += ']';
}

void insert_sorted(std::vector<std::string>& names, const std::string& name, bool again) {
  const auto place = std::ranges::lower_bound(names, name);
  if (again || place == names.end() || *place != name) names.insert(place, name);
}

void erase_sorted(std::vector<std::string>& names, const std::string& name) {
  const auto place = std::ranges::lower_bound(names, name);
  if (place != names.end() && *place == name) names.erase(place);
}

}  // namespace

void EmbeddedRelay::command(Instant now, AgentNumber agent, const wire::ArcMessage& message,
                            TargetOutbox& out) {
  if (message.type == "subscribe" || message.type == "unsubscribe")
    return subscribe(now, agent, message, out);
  if (message.type == "list_subscriptions" && !has(Defect::no_subscription_list)) {
    ++seen_.commands;
    const std::string names = names_json(subscriptions_told_to(agent));
    if (has(Defect::list_and_forget)) roster_[agent].subscriptions.clear();
    return reply(now, agent, has(Defect::list_as_command) ? message.type : "subscriptions",
                 R"({"agents":)" + names + '}', message.ref, out);
  }
  if (message.type == "ping") {
    ++seen_.commands;
    if (!options_.defects.none() && withholds_pong(agent)) return;
    if (has(Defect::pong_to_all))
      for (const AgentNumber other : roster_.online())
        if (other != agent) reply(now, other, "pong", "{}", message.ref, out);
    return reply(now, agent, "pong", "{}", message.ref, out);
  }
  if (has(Defect::close_on_unknown_command)) return send_away(agent, "an unknown command", out);
  complain(now, agent, "unknown_command",
           "the relay knows subscribe, unsubscribe, list_subscriptions and ping", out);
}

// The acknowledgement repeats what was asked for. An agent that is not registered may be
// subscribed to: it may come later.
void EmbeddedRelay::subscribe(Instant now, AgentNumber agent, const wire::ArcMessage& message,
                              TargetOutbox& out) {
  static const std::vector<std::string> nobody;
  const auto* agents = decoder_.decode_agents(message.payload);
  if (!agents && has(Defect::accept_any_agents)) agents = &nobody;
  if (!agents)
    return complain(now, agent, "invalid_message", "payload.agents must be an array of agent ids",
                    out);
  if (has(Defect::close_on_nobody) && agents->size() == 1 && !roster_.find(agents->front()))
    return send_away(agent, "nobody of this name is known", out);
  auto& subscriptions = roster_[agent].subscriptions;
  const bool add = message.type == "subscribe";
  if (add && subscriptions.size() + agents->size() > kSubscriptionsMax)
    return complain(now, agent, "too_many_subscriptions", "unsubscribe from some agents first",
                    out);
  if (has(add ? Defect::subscribe_replaces : Defect::unsubscribe_all)) subscriptions.clear();
  if (has(add ? Defect::subscribe_nobody : Defect::unsubscribe_nobody) && agents->empty())
    subscriptions.clear();
  if (add || !has(Defect::forget_unsubscribe))
    for (const std::string& name : *agents) {
      if (add && has(Defect::leave_for_good) && lapses_.of(agent).muted.contains(name)) continue;
      if (!add && has(Defect::stop_at_unfollowed) &&
          !std::ranges::binary_search(subscriptions, name))
        break;
      add ? insert_sorted(subscriptions, name, has(Defect::subscribe_twice))
          : erase_sorted(subscriptions, name);
      if (!add && has(Defect::unsubscribe_first_alone)) break;
    }
  if (has(Defect::cap_subscriptions) && subscriptions.size() > kFewSubscriptions)
    subscriptions.resize(kFewSubscriptions);
  note_subscriptions(agent);
  if (!add) note_unsubscribed(agent, *agents);
  ++seen_.commands;
  const std::size_t count = agents->size() + (has(Defect::miscount_subscriptions) ? 1 : 0);
  reply(now, agent, add ? "subscribed" : "unsubscribed",
        R"({"agents":)" + names_json(*agents) + R"(,"count":)" + std::to_string(count) + '}',
        message.ref, out);
}

void EmbeddedRelay::reply(Instant now, AgentNumber to, std::string_view type,
                          std::string_view payload, std::string_view ref, TargetOutbox& out) {
  const std::string_view name = roster_[to].name;
  const bool in_wrong_name = (has(Defect::ack_as_agent) && type == "subscribed") ||
                             (has(Defect::pong_as_agent) && type == "pong");
  const auto from = out.mark();
  wire::append_arc_delivery(out.buffer(),
                            {.id = next_message_id(),
                             .from = in_wrong_name ? name : "relay",
                             .to = std::span{&name, 1},
                             .ts_ms = clock_.unix_ms(now),
                             .type = type,
                             .ref = ref},
                            payload);
  out.push({roster_[to].connection, Say{out.since(from)}});
}

void EmbeddedRelay::complain(Instant now, AgentNumber to, std::string_view code,
                             std::string_view message, TargetOutbox& out) {
  ++seen_.errors;
  note_error(to);
  std::string payload = "{";
  if (!has(Defect::codeless_error)) {
    payload += R"("code":)";
    wire::append_json_string(payload, code);
    payload += ',';
  }
  payload += R"("message":)";
  wire::append_json_string(payload, message);
  payload += '}';
  reply(now, to, "error", payload, {}, out);
}

// Valid until the next call.
std::string_view EmbeddedRelay::next_message_id() {
  ++message_ids_;
  const std::uint64_t number = has(Defect::repeat_ids) ? message_ids_ / 2
                               : has(Defect::wrap_ids) ? message_ids_ % kIdsMax
                                                       : message_ids_;
  id_text_ = "msg_" + std::to_string(number);
  return id_text_;
}

}  // namespace gauntlet::sim
