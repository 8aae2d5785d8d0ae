// An embedded arena with participants and screens that are called by name.
#pragma once

#include <string>
#include <vector>

#include "sim/target/arena.hpp"
#include "tests/support/target_script.hpp"

namespace gauntlet::sim {

class ArenaScript : public TargetScript {
 public:
  static constexpr std::int64_t kEpochMs = 1'700'000'000'000;  // 2023-11-14T22:13:20Z

  /// Few hash rounds: tests register often.
  static scenarios::ArenaOptions quick() { return {.pin_hash_rounds = 2}; }

  explicit ArenaScript(const scenarios::ArenaOptions& options = quick())
      : TargetScript{arena}, arena{options, Stream{7}, kEpochMs} {}

  void open_session() {
    const auto answer = post("/session", nlohmann::json::object());
    ASSERT_EQ(answer.status, 200);
    pin = answer.json().at("pin").get<std::string>();
    session_id = answer.json().at("session_id").get<std::string>();
  }
  void connect(const std::string& name) {
    ASSERT_EQ(TargetScript::connect(name, {.path = "/ws"}).status, 101);
  }
  nlohmann::json registration(const std::string& id) const {
    return {{"type", "register"}, {"participant_id", id}, {"nickname", "nick of " + id},
            {"pin", pin},         {"runner", "mock"},     {"model", "mock-1"}};
  }
  /// Connects and registers, and takes the acknowledgement away.
  void join(const std::string& id) {
    connect(id);
    say(id, registration(id));
    ASSERT_EQ(heard_one(id).value("type", ""), "registered");
  }
  void watch(const std::string& screen) {
    connect(screen);
    say(screen, {{"type", "telao_register"}, {"view", "arena"}});
    ASSERT_FALSE(heard(screen).empty());
  }
  /// Makes a round and starts it; its index is returned.
  std::int64_t play(const nlohmann::json& settings = {{"prompt", "a haiku"}}) {
    const auto round = post("/rounds", settings).json();
    round_id = round.value("id", "");
    EXPECT_EQ(post("/rounds/start", {{"roundId", round_id}}).status, 200);
    return round.value("index", std::int64_t{0});
  }
  ScriptedAnswer stop() { return post("/rounds/stop", {{"roundId", round_id}}); }

  void token(const std::string& id, std::int64_t round, std::int64_t seq,
             const std::string& content) {
    say(id, {{"type", "token"},
             {"round", round},
             {"participant_id", id},
             {"seq", seq},
             {"content", content}});
  }
  nlohmann::json completion(const std::string& id, std::int64_t round, std::int64_t tokens) const {
    return {{"type", "complete"}, {"round", round},     {"participant_id", id},
            {"tokens", tokens},   {"duration_ms", 500}, {"latency_ms_first_token", 120}};
  }
  void complete(const std::string& id, std::int64_t round, std::int64_t tokens) {
    say(id, completion(id, round, tokens));
  }
  nlohmann::json score_rows() {
    return get("/scoreboard", "roundId=" + round_id).json().at("scoreboard");
  }

  EmbeddedArena arena;
  std::string pin;
  std::string session_id;
  std::string round_id;
};

}  // namespace gauntlet::sim
