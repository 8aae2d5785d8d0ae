// What an agent may ask of the relay itself, and what the relay says in its own name.
#include <algorithm>

#include "sim/target/relay.hpp"
#include "sim/wire/json_text.hpp"

namespace gauntlet::sim {
namespace {

// Enough for any agent, and a bound on what a client can make the relay remember.
constexpr std::size_t kSubscriptionsMax = 10'000;

std::string names_json(std::span<const std::string> names) {
  std::string json = "[";
  for (const std::string& name : names) {
    if (json.size() > 1) json += ',';
    wire::append_json_string(json, name);
  }
  return json += ']';
}

void insert_sorted(std::vector<std::string>& names, const std::string& name) {
  const auto place = std::ranges::lower_bound(names, name);
  if (place == names.end() || *place != name) names.insert(place, name);
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
  if (message.type == "list_subscriptions") {
    ++seen_.commands;
    return reply(now, agent, "subscriptions",
                 R"({"agents":)" + names_json(roster_[agent].subscriptions) + '}', message.ref,
                 out);
  }
  if (message.type == "ping") {
    ++seen_.commands;
    return reply(now, agent, "pong", "{}", message.ref, out);
  }
  complain(now, agent, "unknown_command",
           "the relay knows subscribe, unsubscribe, list_subscriptions and ping", out);
}

// The acknowledgement repeats what was asked for. An agent that is not registered may be
// subscribed to: it may come later.
void EmbeddedRelay::subscribe(Instant now, AgentNumber agent, const wire::ArcMessage& message,
                              TargetOutbox& out) {
  const auto* agents = decoder_.decode_agents(message.payload);
  if (!agents)
    return complain(now, agent, "invalid_message", "payload.agents must be an array of agent ids",
                    out);
  auto& subscriptions = roster_[agent].subscriptions;
  const bool add = message.type == "subscribe";
  if (add && subscriptions.size() + agents->size() > kSubscriptionsMax)
    return complain(now, agent, "too_many_subscriptions", "unsubscribe from some agents first",
                    out);
  for (const std::string& name : *agents)
    add ? insert_sorted(subscriptions, name) : erase_sorted(subscriptions, name);
  ++seen_.commands;
  reply(
      now, agent, add ? "subscribed" : "unsubscribed",
      R"({"agents":)" + names_json(*agents) + R"(,"count":)" + std::to_string(agents->size()) + '}',
      message.ref, out);
}

void EmbeddedRelay::reply(Instant now, AgentNumber to, std::string_view type,
                          std::string_view payload, std::string_view ref, TargetOutbox& out) {
  const std::string_view name = roster_[to].name;
  const auto from = out.mark();
  wire::append_arc_delivery(out.buffer(),
                            {.id = next_message_id(),
                             .from = "relay",
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
  std::string payload = R"({"code":)";
  wire::append_json_string(payload, code);
  payload += R"(,"message":)";
  wire::append_json_string(payload, message);
  payload += '}';
  reply(now, to, "error", payload, {}, out);
}

// Valid until the next call.
std::string_view EmbeddedRelay::next_message_id() {
  id_text_ = "msg_" + std::to_string(++message_ids_);
  return id_text_;
}

}  // namespace gauntlet::sim
