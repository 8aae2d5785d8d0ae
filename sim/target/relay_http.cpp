// The relay's HTTP side: registration, statistics, health.
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/target/json_body.hpp"
#include "sim/target/relay.hpp"

namespace gauntlet::sim {

bool EmbeddedRelay::serves_http_on(std::uint8_t port) const {
  return port == (options_.register_port_apart ? 1 : 0);
}

HttpAnswer EmbeddedRelay::answer(Instant now, const Asked& asked, TargetOutbox& out) {
  if (asked.path == "/arc" && asked.port == 0)
    return refusal(426, "upgrade_required", "this path speaks WebSocket");
  if (!serves_http_on(asked.port)) return not_found();
  if (asked.path == "/register")
    return asked.method == "POST" ? register_agent(now, asked.body, out) : method_not_allowed();
  if (asked.path == "/stats") return asked.method == "GET" ? stats(now) : method_not_allowed();
  if (asked.path == "/health")
    return asked.method == "GET" ? HttpAnswer{.body = R"({"status":"ok"})"} : method_not_allowed();
  return not_found();
}

HttpAnswer EmbeddedRelay::register_agent(Instant now, std::string_view body, TargetOutbox& out) {
  const auto refuse = [this](int status, std::string_view error, std::string_view message) {
    ++seen_.registrations_refused;
    if (has(Defect::wordless_refusal)) return HttpAnswer{.status = status, .body = "{}"};
    return refusal(status, error, message);
  };
  if (!registrations_.allows(now, options_.registrations_per_minute))
    return refuse(429, "rate_limited", "too many registrations in a minute");
  if (std::exchange(lapses_.choked_on_body, false))
    return refuse(500, "internal_error", "something went wrong before");
  if (has(Defect::array_as_nothing) && body.starts_with('[') && body.size() < kLongText)
    body = "{}";
  const auto request = parse_object(body);
  lapses_.choked_on_body = !request && (has(Defect::choke_on_any_body) ||
                                        (has(Defect::choke_on_body) && body.size() > kLongText));
  if (!request) return refuse(400, "invalid_json", "the body must be a JSON object");

  if (has(Defect::refuse_unknown_fields) && request->size() > request->count("agent_id"))
    return refuse(400, "invalid_request", "there is a field that is not known");
  const auto wanted = request->find("agent_id");
  const bool choose = wanted == request->end() || wanted->is_null() ||
                      (has(Defect::ignore_odd_id) && !wanted->is_string()) ||
                      (has(Defect::assign_for_empty) && wanted->is_string() &&
                       wanted->get_ref<const std::string&>().empty());
  std::string name = !choose && wanted->is_string() ? wanted->get<std::string>() : "";
  if (!choose && has(Defect::booleans_as_ids) && wanted->is_boolean()) name = wanted->dump();
  if (!choose && !takes_name(name))
    return refuse(
        400, "invalid_agent_id",
        "an agent_id has 3 to 64 characters of a-z, 0-9 and '-', none of '-' at its ends");
  if (!choose && is_taken(now, name)) {
    disturb_owner(name, out);
    return refuse(400, "agent_id_taken", "this agent_id is registered already");
  }

  ++seen_.registered;
  const AgentNumber agent = choose ? add_unnamed() : roster_.add(name);
  roster_[agent].registered = now;
  return {.body = dump({{"agent_id", roster_[agent].name}, {"token", token_given(agent)}})};
}

HttpAnswer EmbeddedRelay::stats(Instant now) const {
  auto agents = nlohmann::json::array();
  for (const KnownAgent& agent : roster_.agents()) {
    if (has(Defect::stats_without_absent) && !agent.online()) continue;
    agents.push_back({{"agent_id", agent.name}, {"connected", agent.online()}});
    if (has(Defect::stats_without_names)) agents.back().erase("agent_id");
  }
  const auto uptime = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  return {.body = dump({{"relay", "gauntlet"},
                        {"uptime_ms", uptime.count()},
                        {"registered_agents", roster_.agents().size()},
                        {"connected_agents", roster_.online().size()},
                        {"agents", std::move(agents)},
                        {"messages",
                         {{"received", seen_.messages},
                          {"routed", seen_.routed},
                          {"delivered", seen_.deliveries},
                          {"errors", seen_.errors}}}})};
}

}  // namespace gauntlet::sim
