// One agent on a stage with a script: what most tests of agents begin with.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/actor/arc_agent.hpp"
#include "tests/sim/actor/stage.hpp"
#include "tests/support/machine_script.hpp"

namespace gauntlet::sim {

inline constexpr std::string_view kWelcomed = R"({"from":"relay","type":"welcome","payload":{}})";
inline constexpr std::string_view kEnlisted = R"({"agent_id":"a-0","token":"tok_1"})";

/// One agent and its script, from the first step or already in.
struct AgentPlay {
  Stage stage;
  ArcAgent agent;
  MachineScript script;

  explicit AgentPlay(scenarios::Agents agents)
      : stage{relay_scenario(std::move(agents))}, agent{stage.crew, 0}, script{agent} {}

  AgentPlay& enlist() {
    script.feed(Start{}).feed(HttpReply{200, kEnlisted});
    return *this;
  }
  AgentPlay& get_in() {
    enlist();
    script.feed(Connected{}).feed(Received{kWelcomed});
    script.take();
    return *this;
  }
  std::uint64_t failed(Outcome why) const { return script.count(metrics::relay_failure(why)); }
  std::uint64_t count(metrics::Counter counter) const { return script.count(counter); }

  void hear(std::string_view from, std::string_view type, std::string_view ref,
            metrics::MessageKey message, std::string_view run = "0badcafe") {
    std::string payload;
    wire::append_payload(payload, {run, message, 0}, 120);
    std::string text;
    const std::string_view to = "a-0";
    wire::append_arc_delivery(
        text, {.id = "m-1", .from = from, .to = {&to, 1}, .ts_ms = 1, .type = type, .ref = ref},
        payload);
    script.feed(Received{text});
  }
};

inline scenarios::Agents senders(scenarios::Recipients to) {
  scenarios::Agents agents = quiet_agents(5);
  scenarios::SendRule rule;
  rule.to = to;
  rule.load.rate = scenarios::Rate{1};
  agents.send.push_back(rule);
  return agents;
}

inline std::vector<scenarios::Operation> planned_operations(const Stage& stage, ActorId agent) {
  scenarios::AgentSchedule schedule{stage.scenario, stage.plan, agent};
  std::vector<scenarios::Operation> all;
  while (schedule.next_time()) all.push_back(schedule.take());
  return all;
}

}  // namespace gauntlet::sim
