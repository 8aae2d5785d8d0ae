#include "sim/wire/message_type.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/wire/json_value.hpp"

namespace gauntlet::sim::wire {
namespace {

constexpr std::array<std::string_view, 29> kTypes{
    // ARC; the first few are between agents, by habit
    "message", "question", "answer", "welcome", "error", "subscribe", "unsubscribe", "subscribed",
    "unsubscribed", "list_subscriptions", "subscriptions", "ping", "pong",
    // Gambiarra
    "register", "registered", "challenge", "token", "complete", "heartbeat", "telao_register",
    "registered_telao", "telao_registered", "state_snapshot", "participant_registered",
    "participant_disconnected", "round_started", "round_state", "token_update", "completion"};

}  // namespace

std::string_view message_type(std::string_view text) {
  const nlohmann::json value = json_value(text);
  if (value.is_discarded()) return "not_json";
  const auto type = value.is_object() ? value.find("type") : value.end();
  if (type == value.end() || !type->is_string()) return "none";
  const auto known = std::ranges::find(kTypes, type->get_ref<const std::string&>());
  return known == kTypes.end() ? "other" : *known;
}

}  // namespace gauntlet::sim::wire
