// A participant and its script, for tests of one.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/actor/arena_participant.hpp"
#include "tests/sim/actor/stage.hpp"
#include "tests/support/machine_script.hpp"

namespace gauntlet::sim {

inline constexpr std::string_view kRegistered = R"({"type":"registered","participant_id":"x"})";
inline constexpr std::string_view kWrongPin = R"({"type":"error","message":"Invalid PIN."})";

inline std::string challenge(int round,
                             std::string_view rest = R"(,"max_tokens":9,"deadline_ms":5000)") {
  return R"({"type":"challenge","session_id":"s","prompt":"Why?","round":)" +
         std::to_string(round) + std::string{rest} + "}";
}

/// One participant, the second of three, whose arena the test plays.
struct ParticipantPlay {
  Stage stage;
  ArenaParticipant participant;
  MachineScript script;

  explicit ParticipantPlay(scenarios::Participants who = participants(3),
                           std::vector<scenarios::Round> rounds =
                               {round_at(std::chrono::seconds{3}, std::chrono::seconds{5}),
                                round_at(std::chrono::seconds{20}, std::chrono::seconds{5})})
      : stage{arena_scenario(std::move(who), std::move(rounds))},
        participant{stage.crew, 1},
        script{participant} {}

  ParticipantPlay& connect() {
    script.feed(Start{}).feed(Announced{"123456"}).feed(Connected{});
    return *this;
  }
  ParticipantPlay& join() {
    connect();
    script.feed(Received{kRegistered});
    script.take();
    return *this;
  }
  ParticipantPlay& reconnect() {
    script.until(seconds_later(1));
    script.feed(Connected{}).feed(Received{kRegistered});
    return *this;
  }
  void token(std::string_view text) { script.feed(Token{text, script.now()}); }
  Duration seconds_later(int s) const {
    return script.now().time_since_epoch() + std::chrono::seconds{s};
  }
  std::uint64_t failed(Outcome why) const { return script.count(metrics::arena_failure(why)); }
  std::uint64_t count(metrics::Counter counter) const { return script.count(counter); }
};

}  // namespace gauntlet::sim
