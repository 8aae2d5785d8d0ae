#include "sim/terminal/narrated_participant.hpp"

#include "sim/actor/arena_participant.hpp"
#include "tests/sim/actor/stage.hpp"
#include "tests/support/machine_script.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kRegistered = R"({"type":"registered","participant_id":"me"})";
constexpr std::string_view kChallenge =
    R"({"type":"challenge","session_id":"s","round":1,"prompt":"Why\u001b[31m?",)"
    R"("max_tokens":9,"temperature":0.5,"deadline_ms":5000})";

scenarios::Scenario alone() {
  auto who = participants(1);
  who.reconnect = {.first = 2s, .max = 2s, .attempts = 1, .jitter = 0};
  auto scenario = arena_scenario(std::move(who), {});
  scenario.targets.arena =
      scenarios::ArenaAddress{.socket_url = "ws://x/ws", .control_url = {}, .pin = "777"};
  return scenario;
}

class Terminal : public testing::Test {
 protected:
  void join() { script.feed(Start{}).feed(Connected{}).feed(Received{kRegistered}); }
  std::string take() { return std::exchange(text, {}); }

  std::unique_ptr<Machine> me() {
    stage.crew.guise = Guise{"me", "My Name"};
    return std::make_unique<ArenaParticipant>(stage.crew, 0);
  }

  Stage stage{alone()};
  std::string text;
  NarratedParticipant participant{me(),
                                  {"ws://x/ws", "me", "My Name"},
                                  Narrator{[this](std::string_view more) { text += more; }}};
  MachineScript script{participant};
};

TEST_F(Terminal, ShowsTheChallengeTheTokensAndHowItWent) {
  join();
  EXPECT_EQ(take(), "registered at ws://x/ws as me (My Name)\n");
  script.until(10s).feed(Received{kChallenge});
  EXPECT_EQ(take(), "round 1: Why[31m?, at most 9 tokens, temperature 0.5, within 5.00 s\n")
      << "nothing in a prompt reaches the terminal's controls";
  script.until(10250ms).feed(Token{"Be", script.now()});
  script.until(11s).feed(Token{"cause", script.now()});
  EXPECT_EQ(take(), "Because") << "as they come";
  script.until(12s).feed(Generated{2});
  EXPECT_EQ(take(),
            "\nround 1 complete: 2 tokens in 2.00 s, the first after 250 ms, 1.0 tokens/s\n");
}

TEST_F(Terminal, IntroducesItselfAsSomebodyChose) {
  script.feed(Start{}).feed(Connected{});
  EXPECT_THAT(script.take().back(), testing::AllOf(HasSubstr(R"("participant_id":"me")"),
                                                   HasSubstr(R"("nickname":"My Name")")));
}

TEST_F(Terminal, SaysWhatFailedAndWhatComesNext) {
  join();
  script.feed(Received{kChallenge});
  take();
  script.feed(GenerationFailed{Outcome::server_error, "out of\nmemory"});
  EXPECT_THAT(take(), HasSubstr("round 1 failed: 0 tokens in 0 ns; out of\nmemory"));
  script.feed(Closed{1006, "", Outcome::reset});
  const std::string lost = take();
  EXPECT_THAT(lost, StartsWith("reset: "));
  EXPECT_THAT(lost, HasSubstr("\ntrying again in 2.00 s\n"));
  EXPECT_EQ(participant.hopeless(), std::nullopt);
  script.until(5s).feed(ConnectFailed{Outcome::refused});
  EXPECT_THAT(take(), StartsWith("refused: "));
  EXPECT_EQ(participant.hopeless(), Outcome::refused) << "that was the last attempt";
}

TEST_F(Terminal, GivesUpAtAWrongPin) {
  script.feed(Start{}).feed(Connected{});
  script.feed(Received{R"({"type":"error","message":"Invalid PIN."})"});
  EXPECT_THAT(take(), StartsWith("wrong_pin: "));
  EXPECT_EQ(participant.hopeless(), Outcome::wrong_pin);
}

TEST_F(Terminal, LeavesWithoutComplaints) {
  join();
  take();
  script.feed(Stop{}).feed(Leave{}).feed(Closed{1000, "", Outcome::closed_by_peer});
  EXPECT_EQ(take(), "");
  EXPECT_TRUE(participant.done());
}

}  // namespace
}  // namespace gauntlet::sim
