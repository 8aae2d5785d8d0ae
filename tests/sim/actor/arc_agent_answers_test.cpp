// Questions, and answers: matched, thought over, or written by a command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/sim/actor/agent_play.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::LedgerEvent;
using metrics::MessageKind;
using metrics::Series;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using namespace std::chrono_literals;

TEST(ArcAgent, MatchesTheFirstAnswerToItsQuestionAndCountsTheOthers) {
  scenarios::Agents agents = quiet_agents(3);
  agents.ask = scenarios::Ask{.load = {.rate = scenarios::Rate{1}}, .timeout = 3s};
  AgentPlay play{agents};
  play.get_in();
  const auto planned = planned_operations(play.stage, 0);
  ASSERT_GE(planned.size(), 2U);
  play.script.until(planned[0].intended.time_since_epoch());
  EXPECT_THAT(play.script.take(), ElementsAre(AllOf(HasSubstr(R"("type":"question")"),
                                                    HasSubstr(R"("ref":"q-0badcafe-0-0")"))));
  EXPECT_TRUE(play.agent.busy());
  play.hear("a-1", "answer", "q-0badcafe-0-0", {1, 1, 0});
  play.hear("a-2", "answer", "q-0badcafe-0-0", {2, 1, 0});
  play.hear("a-2", "answer", "q-0badcafe-0-00", {2, 1, 1});
  play.hear("a-2", "answer", "", {2, 1, 2});
  EXPECT_EQ(play.count(Counter::relay_answered), 1);
  EXPECT_EQ(play.count(Counter::relay_answers_unmatched), 3);
  EXPECT_THAT(play.script.samples(Series::relay_answer), ElementsAre(Duration::zero()));

  play.script.until(120s);
  EXPECT_EQ(play.count(Counter::relay_asked), planned.size());
  EXPECT_EQ(play.count(Counter::relay_unanswered), planned.size() - 1);
  EXPECT_FALSE(play.agent.busy());
}

TEST(ArcAgent, AnswersAQuestionOnceAfterThinkingAndToItsRef) {
  scenarios::Agents agents = quiet_agents(3);
  agents.answer = scenarios::Answer{.probability = 1, .after = Constant{40ms}};
  AgentPlay play{agents};
  play.get_in();
  play.script.until(1s);
  play.hear("a-1", "question", "their-ref", {1, 0, 5});
  play.hear("a-1", "question", "their-ref", {1, 0, 5});  // the subscription's copy
  play.hear("a-2", "question", "", {2, 0, 0});
  EXPECT_THAT(play.script.take(), IsEmpty());
  EXPECT_TRUE(play.agent.busy());
  play.script.until(1040ms);
  EXPECT_THAT(play.script.take(),
              ElementsAre(AllOf(HasSubstr(R"("a-1")"), HasSubstr(R"("ref":"their-ref")")),
                          AllOf(HasSubstr(R"("a-2")"), HasSubstr(R"("ref":"m-1")"))));
  const auto sent = play.script.tracked(LedgerEvent::What::sent_to);
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].kind, MessageKind::answer);
  EXPECT_EQ(sent[0].actor, 1U);
  EXPECT_EQ(sent[1].message, (metrics::MessageKey{0, 1, 1}));
  EXPECT_EQ(sent[0].intended, at(1040ms));
  EXPECT_FALSE(play.agent.busy());
}

struct ByCommand : AgentPlay {
  ByCommand() : AgentPlay{agents()} {
    get_in();
    script.until(1s);
  }
  static scenarios::Agents agents() {
    scenarios::Agents agents = quiet_agents(3);
    agents.answer = scenarios::Answer{.after = Constant{40ms}, .with = "./reply.sh"};
    return agents;
  }
  void ask(std::uint32_t n) { hear("a-1", "question", "ref-" + std::to_string(n), {1, 0, n}); }
  void write(std::string_view output) {
    script.feed(Token{output, script.now()}).feed(Generated{1});
  }
};

TEST(ArcAgentWithACommand, AnswersOneQuestionAfterAnotherWithWhatItWrites) {
  ByCommand play;
  play.ask(0);
  play.ask(1);
  EXPECT_THAT(play.script.take(), IsEmpty()) << "it thinks first";
  play.script.until(1040ms);
  EXPECT_THAT(play.script.take(),
              ElementsAre(AllOf(StartsWith("generate "), HasSubstr(R"("run":"0badcafe")"))));
  play.script.feed(GenerationBegan{300ms}).until(3s);
  play.write("because\n");
  EXPECT_THAT(
      play.script.take(),
      ElementsAre(AllOf(HasSubstr(R"("to":["a-1"])"), HasSubstr(R"("ref":"ref-0")"),
                        HasSubstr(R"("at":3000000000,"answer":"because"},"type":"answer")")),
                  StartsWith("generate ")));
  play.write("{\"why\": 1}\n");
  EXPECT_THAT(play.script.take(),
              ElementsAre(HasSubstr(R"("answer":{"why": 1}},"type":"answer")")));
  EXPECT_FALSE(play.agent.busy());
  const auto sent = play.script.tracked(LedgerEvent::What::sent_to);
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].intended, at(3s)) << "how long the command takes is not the relay's doing";
  EXPECT_THAT(play.script.samples(Series::runner_queue), ElementsAre(300ms));
}

TEST(ArcAgentWithACommand, CountsWhatCannotBeAnsweredAndGoesOn) {
  ByCommand play;
  for (std::uint32_t n = 0; n < 3; ++n) play.ask(n);
  play.script.until(1040ms);
  play.script.take();
  play.script.feed(GenerationFailed{Outcome::rejected, "the command ended with 1"});
  EXPECT_EQ(play.count(metrics::runner_failure(Outcome::rejected)), 1);
  EXPECT_THAT(play.script.take(), ElementsAre(StartsWith("generate ")));
  play.script.until(31040ms).feed(GenerationFailed{Outcome::timed_out, "it took too long"});
  EXPECT_EQ(play.count(metrics::runner_failure(Outcome::timed_out)), 2)
      << "the next one has waited as long";
  EXPECT_THAT(play.script.take(), IsEmpty());
  EXPECT_FALSE(play.agent.busy());
}

TEST(ArcAgentWithACommand, EndsItWithTheRunAndGivesNoAnswerWithoutAConnection) {
  ByCommand play;
  play.ask(0);
  play.script.until(1040ms).feed(Closed{1006, "", Outcome::reset});
  play.script.take();
  play.write("because");
  EXPECT_THAT(play.script.take(), IsEmpty());

  ByCommand leaver;
  leaver.ask(0);
  leaver.script.until(1040ms).feed(Stop{});
  EXPECT_TRUE(leaver.agent.busy());
  leaver.script.take();
  leaver.script.feed(Leave{});
  EXPECT_THAT(leaver.script.take(), ElementsAre("cancel generation", "close 1000"));
}

}  // namespace
}  // namespace gauntlet::sim
