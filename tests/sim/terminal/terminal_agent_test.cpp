#include "sim/terminal/terminal_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/machine_script.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Ending = TerminalAgent::Ending;

constexpr std::string_view kRegistration = R"({"agent_id":"agent-7","token":"tok_secret"})";
constexpr std::string_view kHello =
    R"({"id":"m1","from":"bob","to":["*"],"payload":"hello","ts":1})";
constexpr std::string_view kQuestion =
    R"(send {"to":["*"],"payload":"why?","type":"question","ref":"q1"})";

class AtATerminal : public testing::Test {
 protected:
  MachineScript& with(TerminalAgent::Errand errand, std::string token = "tok_own",
                      AgentVoice::Form form = AgentVoice::Form::words) {
    agent.emplace(TerminalAgent::Orders{.relay = "http://x",
                                        .id = "",
                                        .token = std::move(token),
                                        .errand = std::move(errand),
                                        .throttle = throttle},
                  AgentVoice{form, [this](std::string_view more) { results += more; },
                             [this](std::string_view more) { remarks += more; }});
    script.emplace(*agent);
    return script->feed(Start{});
  }
  /// In at once, and what that took is forgotten.
  MachineScript& in(TerminalAgent::Errand errand, AgentVoice::Form form = AgentVoice::Form::words) {
    with(std::move(errand), "tok_own", form).feed(Connected{}).feed(Ponged{});
    return *script;
  }
  std::string take_results() { return std::exchange(results, {}); }
  std::string take_remarks() { return std::exchange(remarks, {}); }

  static TerminalAgent::Ask why() {
    return {{.to = {}, .payload = R"("why?")", .type = "question", .ref = "q1"}, 5s};
  }
  static TerminalAgent::Tell hello() { return {{.to = {"bob"}, .payload = R"("hello")"}}; }

  std::optional<scenarios::Throttle> throttle;
  std::string results;
  std::string remarks;
  std::optional<TerminalAgent> agent;
  std::optional<MachineScript> script;
};

TEST_F(AtATerminal, RegistersAndHandsOutTheToken) {
  with(TerminalAgent::Register{}, "").feed(HttpReply{200, kRegistration});
  EXPECT_THAT(script->take(), ElementsAre("post relay_http /register {}"));
  EXPECT_EQ(results, "registered as agent-7\ntoken: tok_secret\n");
  EXPECT_TRUE(agent->done());
  EXPECT_EQ(agent->ending(), Ending::met);
}

TEST_F(AtATerminal, KeepsTheTokenToItselfWhenItHasAnotherErrand) {
  with(TerminalAgent::Listen{}, "").feed(HttpReply{200, kRegistration});
  EXPECT_THAT(script->take(),
              ElementsAre("post relay_http /register {}", "connect relay_socket tok_secret"));
  script->feed(Connected{}).feed(Ponged{});
  EXPECT_EQ(remarks, "connected to http://x as agent-7\n") << "and a relay need not say welcome";
  EXPECT_EQ(results, "");
}

TEST_F(AtATerminal, DoesNotAskTwiceForANameThatIsTaken) {
  with(TerminalAgent::Listen{}, "")
      .feed(HttpReply{400, R"({"error":"agent_id_taken","message":"try\u001b another"})"});
  EXPECT_THAT(remarks, HasSubstr("refused (400): agent_id_taken: try another\n"));
  EXPECT_TRUE(agent->done());
  EXPECT_EQ(agent->ending(), Ending::turned_away);
}

TEST_F(AtATerminal, ShowsMessagesInWords) {
  in(TerminalAgent::Listen{}).feed(Received{kHello});
  EXPECT_EQ(take_results(), "[bob] → [*]: hello\n");
  script->feed(Received{
      R"({"id":"m2","from":"bob","to":["a","b"],"type":"data","payload":{"x":[1]},"ts":1})"});
  EXPECT_EQ(take_results(), "[bob] → [a, b] data: {\"x\":[1]}\n");
  script->feed(Received{
      R"({"id":"m3","from":"eve","to":["a"],"payload":"\u001b[2Jone\n[bob] → [a]: two","ts":1})"});
  EXPECT_EQ(take_results(), "[eve] → [a]: [2Jone\n    [bob] → [a]: two\n")
      << "nobody moves the cursor, nor speaks in another's name";
}

TEST_F(AtATerminal, ShowsMessagesAsTheyCameInJson) {
  in(TerminalAgent::Listen{}, AgentVoice::Form::json).feed(Received{kHello});
  EXPECT_EQ(take_results(), std::string{kHello} + '\n');
  script->feed(Received{"{\"from\":\"bob\",\r\n \"to\":[\"a\"],\"payload\":\"\xC2\x9B\x7F\"}"});
  EXPECT_EQ(take_results(), R"({"from":"bob",   "to":["a"],"payload":"\u009b\u007f"})"
                            "\n")
      << "on one line, and without what a terminal would obey";
}

TEST_F(AtATerminal, RemarksOnWhatIsNoMessage) {
  in(TerminalAgent::Listen{}, AgentVoice::Form::json);
  take_remarks();
  script->feed(Received{"[]"}).feed(Received{R"({"error":"overloaded","message":"later"})"});
  EXPECT_EQ(remarks,
            "a message of 2 bytes is not one of ARC's\nthe relay complains: overloaded: later\n");
  EXPECT_EQ(results, "") << "jq reads this";
}

TEST_F(AtATerminal, SubscribesAgainAfterAReconnect) {
  in(TerminalAgent::Listen{.subscribe_to = {"bob"}});
  const std::string subscribe =
      R"(send {"to":["relay"],"type":"subscribe","payload":{"agents":["bob"]}})";
  EXPECT_THAT(script->take(), ElementsAre("connect relay_socket tok_own", "ping", subscribe));
  script->feed(Closed{1006, "", Outcome::reset});
  EXPECT_THAT(remarks, HasSubstr("trying again in 2.00 s"));
  script->until(2s).feed(Connected{}).feed(Ponged{});
  EXPECT_THAT(script->take(), ElementsAre("connect relay_socket tok_own", "ping", subscribe));
}

TEST_F(AtATerminal, ShowsABroadcastOnceThoughTheRelayDeliversItAsASubscriptionToo) {
  in(TerminalAgent::Listen{.subscribe_to = {"bob"}}).feed(Received{kHello}).feed(Received{kHello});
  EXPECT_EQ(results, "[bob] → [*]: hello\n");
}

TEST_F(AtATerminal, LeavesOnceItsMessageHasMadeItsWay) {
  with(hello()).feed(Connected{});
  script->feed(Received{R"({"type":"welcome","relay":"r"})"});
  EXPECT_THAT(script->take(), ElementsAre("connect relay_socket tok_own", "ping",
                                          R"(send {"to":["bob"],"payload":"hello"})", "ping"));
  script->feed(Ponged{});
  EXPECT_THAT(script->take(), IsEmpty()) << "that was for the first ping";
  script->feed(Ponged{});
  EXPECT_THAT(script->take(), ElementsAre("close 1000"));
  script->feed(Closed{1000, "", Outcome::closed_by_peer});
  EXPECT_TRUE(agent->done());
  EXPECT_EQ(agent->ending(), Ending::met);
}

TEST_F(AtATerminal, DoesNotSendAMessageAgainThatMayHaveArrived) {
  in(hello()).feed(Closed{1006, "", Outcome::reset});
  EXPECT_THAT(remarks, HasSubstr("whether the message was taken is not known"));
  EXPECT_TRUE(agent->done());
  EXPECT_EQ(agent->ending(), Ending::turned_away);
}

TEST_F(AtATerminal, SaysWhenTheRelayRefusesItsMessage) {
  in(hello()).feed(
      Received{R"({"from":"relay","type":"error","payload":{"code":"too_large","message":"no"}})"});
  EXPECT_THAT(remarks, HasSubstr("the relay complains: too_large: no\n"));
  EXPECT_EQ(agent->ending(), Ending::turned_away);
}

TEST_F(AtATerminal, TakesTheFirstAnswerToItsOwnQuestion) {
  in(why());
  EXPECT_EQ(script->take().back(), kQuestion);
  script->feed(Received{kHello});
  script->feed(
      Received{R"({"id":"m2","from":"eve","to":["me"],"type":"answer","ref":"q0","payload":1})"});
  EXPECT_EQ(take_results(), "");
  script->feed(
      Received{R"({"id":"m3","from":"bob","to":["me"],"type":"answer","ref":"q1","payload":42})"});
  EXPECT_EQ(take_results(), "[bob] → [me] answer: 42\n");
  script->feed(
      Received{R"({"id":"m4","from":"eve","to":["me"],"type":"answer","ref":"q1","payload":43})"});
  EXPECT_EQ(take_results(), "");
  EXPECT_EQ(agent->ending(), Ending::met);
}

TEST_F(AtATerminal, WaitsForAnAnswerNoLongerThanItShould) {
  in(why()).until(4900ms);
  EXPECT_FALSE(agent->done());
  script->until(5s);
  EXPECT_EQ(script->take().back(), "close 1000");
  EXPECT_THAT(remarks, HasSubstr("no answer within 5.00 s\n"));
  EXPECT_EQ(agent->ending(), Ending::no_answer);
}

TEST_F(AtATerminal, StillHearsTheAnswerAfterAReconnect) {
  in(why()).feed(Closed{1006, "", Outcome::reset}).until(3s).feed(Connected{}).feed(Ponged{});
  EXPECT_THAT(script->take(),
              ElementsAre(testing::_, testing::_, kQuestion, testing::_, testing::_))
      << "and does not ask again";
  script->feed(Received{R"({"from":"bob","to":["me"],"type":"answer","ref":"q1","payload":42})"});
  EXPECT_EQ(results, "[bob] → [me] answer: 42\n");
}

TEST_F(AtATerminal, RegistersAnewWhenTheRelayHasForgottenIt) {
  with(TerminalAgent::Listen{}, "").feed(HttpReply{200, kRegistration}).feed(Connected{});
  script->take();
  script->feed(Closed{4001, "unknown token", Outcome::closed_by_peer}).until(2s);
  EXPECT_THAT(script->take(), ElementsAre(R"(post relay_http /register {"agent_id":"agent-7"})"));
}

TEST_F(AtATerminal, GivesUpWhenAGivenTokenIsRefused) {
  with(TerminalAgent::Listen{}).feed(ConnectFailed{Outcome::rejected, 401});
  EXPECT_TRUE(agent->done());
  EXPECT_EQ(agent->ending(), Ending::turned_away);
  EXPECT_THAT(remarks, Not(HasSubstr("tok_own")));
}

TEST_F(AtATerminal, AnswersOneQuestionAfterAnother) {
  in(TerminalAgent::Listen{.runner = TerminalAgent::Listen::Runner::answers});
  script->take();
  const auto ask = [&](std::string_view ref) {
    script->feed(Received{R"({"id":"m1","from":"ann","to":["*"],"type":"question")" +
                          std::string{ref} + R"(,"payload":"why?"})"});
  };
  ask(R"(,"ref":"q1")");
  ask("");
  EXPECT_THAT(script->take(), ElementsAre("generate 0 tokens for why?"));
  script->feed(Token{"because\n", script->now()}).feed(Generated{1});
  EXPECT_THAT(script->take(),
              ElementsAre(R"(send {"to":["ann"],"payload":"because","type":"answer","ref":"q1"})",
                          "generate 0 tokens for why?"));
  script->feed(GenerationFailed{Outcome::rejected, "the command ended with 1"});
  EXPECT_THAT(script->take(), IsEmpty());
  EXPECT_THAT(remarks, HasSubstr("no answer is given to ann: the command ended with 1\n"));
  ask("");
  script->take();
  script->feed(Token{"so", script->now()}).feed(Generated{1});
  EXPECT_THAT(script->take(),
              ElementsAre(R"(send {"to":["ann"],"payload":"so","type":"answer","ref":"m1"})"))
      << "a question without a ref is known by its id";
}

TEST_F(AtATerminal, SaysWhatIsTyped) {
  in(TerminalAgent::Listen{.runner = TerminalAgent::Listen::Runner::types});
  script->take();
  const auto type = [&](std::string_view line) { script->feed(Token{line, script->now()}); };
  for (const auto* line :
       {"hi all", "@bob,ann how are you?", "", "/subscribe bob", "/jump", "@bob"})
    type(line);
  EXPECT_THAT(
      script->take(),
      ElementsAre(R"(send {"to":["*"],"payload":"hi all"})",
                  R"(send {"to":["bob","ann"],"payload":"how are you?"})",
                  R"(send {"to":["relay"],"type":"subscribe","payload":{"agents":["bob"]}})"));
  EXPECT_THAT(remarks, HasSubstr("`/subscribe id` or `/quit`\n"));
  type("/quit");
  EXPECT_THAT(script->take(), ElementsAre("close 1000"));
}

TEST_F(AtATerminal, AnswersByHandTheQuestionThatWasAskedLast) {
  in(TerminalAgent::Listen{.runner = TerminalAgent::Listen::Runner::types})
      .feed(Received{R"({"id":"m1","from":"ann","to":["me"],"type":"question","payload":"one?"})"})
      .feed(Received{
          R"({"id":"m2","from":"bob","to":["me"],"type":"question","ref":"q2","payload":"two?"})"});
  EXPECT_THAT(remarks, HasSubstr("`/answer words` answers it"));
  script->take();
  take_remarks();
  for (const auto* line : {"/answer two", "/answer", "/answer it is one", "/answer three"})
    script->feed(Token{line, script->now()});
  EXPECT_THAT(
      script->take(),
      ElementsAre(R"(send {"to":["bob"],"payload":"two","type":"answer","ref":"q2"})",
                  R"(send {"to":["ann"],"payload":"it is one","type":"answer","ref":"m1"})"));
  EXPECT_THAT(remarks, HasSubstr("nobody has asked anything that is not answered\n"));
}

TEST_F(AtATerminal, NamesWhoAnnouncesItselfAndShowsOnlyWhatIsWanted) {
  in(TerminalAgent::Listen{.only = {"discovery"}})
      .feed(Received{kHello})
      .feed(Received{R"({"from":"eve","to":["*"],"type":"discovery","payload":{"knows":"Go"}})"})
      .feed(Received{R"({"from":"bob\n","to":["*"],"type":"discovery","payload":null})"});
  EXPECT_EQ(results, "agent discovered: eve {\"knows\":\"Go\"}\nagent discovered: bob\n    \n");
}

TEST_F(AtATerminal, SaysNoMoreThanItsThrottleAllows) {
  throttle = scenarios::Throttle{.rate = {0.5}, .burst = 2};
  in(TerminalAgent::Listen{.runner = TerminalAgent::Listen::Runner::types});
  script->take();
  take_remarks();
  for (const auto* line : {"one", "two", "three", "four"}) script->feed(Token{line, script->now()});
  script->feed(Generated{0});
  EXPECT_THAT(script->take(), testing::SizeIs(2));
  EXPECT_EQ(take_remarks(), "the next message waits for 2.00 s\n") << "said once";
  script->until(2s);
  EXPECT_THAT(script->take(), ElementsAre(R"(send {"to":["*"],"payload":"three"})"));
  script->until(4s);
  EXPECT_THAT(script->take(), ElementsAre(R"(send {"to":["*"],"payload":"four"})", "close 1000"));
}

TEST_F(AtATerminal, FallsSilentForAWhileWhenTheRelayFindsItTooLoud) {
  in(TerminalAgent::Listen{.runner = TerminalAgent::Listen::Runner::answers});
  script->feed(Received{R"({"error":"rate_limit","message":"slow down"})"});
  EXPECT_THAT(remarks, HasSubstr("rate_limit: slow down\nsaying nothing for 2.00 s\n"));
  script->feed(
      Received{R"({"id":"m1","from":"ann","to":["*"],"type":"question","payload":"why?"})"});
  script->feed(Token{"{\"so\": 1}\n", script->now()}).feed(Generated{1});
  script->take();
  script->until(1999ms);
  EXPECT_THAT(script->take(), IsEmpty());
  script->until(2s);
  EXPECT_THAT(script->take(),
              ElementsAre(R"(send {"to":["ann"],"payload":{"so": 1},"type":"answer","ref":"m1"})"));
}

TEST_F(AtATerminal, KeepsWhatIsTypedTooEarly) {
  with(TerminalAgent::Listen{.runner = TerminalAgent::Listen::Runner::types});
  script->feed(Token{"hi", script->now()}).feed(Generated{0}).feed(Connected{});
  script->take();
  script->feed(Ponged{});
  EXPECT_THAT(script->take(), ElementsAre(R"(send {"to":["*"],"payload":"hi"})", "close 1000"));
}

TEST_F(AtATerminal, SaysGoodbye) {
  in(TerminalAgent::Listen{}).feed(Stop{}).feed(Leave{});
  EXPECT_EQ(script->take().back(), "close 1000");
  script->feed(Closed{1000, "", Outcome::closed_by_peer});
  EXPECT_TRUE(agent->done());
  EXPECT_EQ(agent->ending(), Ending::met);
}

}  // namespace
}  // namespace gauntlet::sim
