// An embedded relay with agents that are called by their ids.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/target/relay.hpp"
#include "tests/support/target_script.hpp"

namespace gauntlet::sim {

inline constexpr std::int64_t kEpochMs = 1'700'000'000'000;

class RelayScript : public TargetScript {
 public:
  explicit RelayScript(const scenarios::RelayOptions& options = {})
      : TargetScript{relay}, relay{options, Stream{7}, kEpochMs} {}

  /// Registers `id`; its token is kept.
  ScriptedAnswer enroll(const std::string& id) {
    const auto answer = post("/register", {{"agent_id", id}});
    if (answer.status == 200) tokens[id] = answer.json().value("token", "");
    return answer;
  }
  /// Connects a registered agent and takes its welcome away.
  void join(const std::string& id) {
    ASSERT_EQ(connect(id, {.path = "/arc", .bearer = tokens[id]}).status, 101);
    heard(id);
  }
  void enter(const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      ASSERT_EQ(enroll(id).status, 200) << id;
      join(id);
    }
  }
  void send(const std::string& from, const std::vector<std::string>& to,
            const nlohmann::json& payload) {
    say(from, nlohmann::json{{"to", to}, {"payload", payload}});
  }
  void command(const std::string& from, const std::string& type,
               const nlohmann::json& payload = nlohmann::json::object()) {
    say(from, nlohmann::json{{"to", {"relay"}}, {"type", type}, {"payload", payload}});
  }
  std::vector<nlohmann::json> payloads(const std::string& of) {
    std::vector<nlohmann::json> all;
    for (const auto& message : heard(of)) all.push_back(message.at("payload"));
    return all;
  }

  EmbeddedRelay relay;
  std::map<std::string, std::string> tokens;
};

}  // namespace gauntlet::sim
