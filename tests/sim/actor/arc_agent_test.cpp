#include "sim/actor/arc_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/sim/actor/stage.hpp"
#include "tests/support/machine_script.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using metrics::Gauge;
using metrics::LedgerEvent;
using metrics::MessageKind;
using metrics::Series;
using scenarios::Operation;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using namespace std::chrono_literals;

constexpr std::string_view kWelcome = R"({"from":"relay","type":"welcome","payload":{}})";
constexpr std::string_view kRegistered = R"({"agent_id":"a-0","token":"tok_1"})";

static_assert(sizeof(ArcAgent) <= 256, "ten thousand idle agents share a small machine");

/// One agent and its script, from the first step or already in.
struct Play {
  Stage stage;
  ArcAgent agent;
  MachineScript script;

  explicit Play(scenarios::Agents agents)
      : stage{relay_scenario(std::move(agents))}, agent{stage.crew, 0}, script{agent} {}

  Play& enlist() {
    script.feed(Start{}).feed(HttpReply{200, kRegistered});
    return *this;
  }
  Play& get_in() {
    enlist();
    script.feed(Connected{}).feed(Received{kWelcome});
    script.take();
    return *this;
  }
  std::uint64_t failed(Outcome why) const { return script.count(metrics::relay_failure(why)); }
  std::uint64_t count(Counter counter) const { return script.count(counter); }

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

scenarios::Agents senders(scenarios::Recipients to) {
  scenarios::Agents agents = quiet_agents(5);
  scenarios::SendRule rule;
  rule.to = to;
  rule.load.rate = scenarios::Rate{1};
  agents.send.push_back(rule);
  return agents;
}

std::vector<Operation> planned_operations(const Stage& stage, ActorId agent) {
  scenarios::AgentSchedule schedule{stage.scenario, stage.plan, agent};
  std::vector<Operation> all;
  while (schedule.next_time()) all.push_back(schedule.take());
  return all;
}

TEST(ArcAgent, RegistersUnderItsOwnNameThenConnectsWithTheToken) {
  Play play{quiet_agents(1)};
  play.script.feed(Start{});
  EXPECT_THAT(play.script.take(),
              ElementsAre(R"(post relay_http /register {"agent_id":"gauntlet-0badcafe-0"})"));
  play.script.until(5ms).feed(HttpReply{200, kRegistered});
  EXPECT_THAT(play.script.take(), ElementsAre("connect relay_socket tok_1"));
  EXPECT_EQ(play.stage.crew.contacts.look_up(0), "a-0");
  EXPECT_THAT(play.script.samples(Series::relay_register), ElementsAre(5ms));
}

TEST(ArcAgent, LetsTheRelayChooseAnIdWhenTheScenarioSaysSo) {
  scenarios::Agents agents = quiet_agents(1);
  agents.choose_id = false;
  Play play{agents};
  play.script.feed(Start{});
  EXPECT_THAT(play.script.take(), ElementsAre("post relay_http /register {}"));
  play.script.feed(HttpReply{200, R"({"token":"tok_1"})"});
  EXPECT_EQ(play.failed(Outcome::bad_reply), 1) << "nobody could write to it";
}

TEST(ArcAgent, IsInWhenWelcomedWhateverTheFormOfTheWelcome) {
  for (const std::string_view welcome :
       {kWelcome,
        std::string_view{R"({"type":"welcome","relay":"r","version":"1","limits":{}})"}}) {
    Play play{quiet_agents(1)};
    play.enlist();
    play.script.until(3ms).feed(Connected{}).until(9ms).feed(Received{welcome});
    EXPECT_EQ(play.count(Counter::relay_connected), 1);
    EXPECT_EQ(play.script.gauge(Gauge::relay_agents), 1);
    EXPECT_THAT(play.script.samples(Series::relay_connect), ElementsAre(3ms));
    EXPECT_THAT(play.script.tracked(LedgerEvent::What::entered), SizeIs(1));
  }
}

TEST(ArcAgent, IsInAfterARoundTripWithARelayThatDoesNotWelcome) {
  Play play{quiet_agents(1)};
  play.enlist().script.take();
  play.script.feed(Connected{});
  EXPECT_THAT(play.script.take(), ElementsAre("ping"));
  EXPECT_EQ(play.count(Counter::relay_connected), 0);
  play.script.feed(Ponged{});
  EXPECT_EQ(play.count(Counter::relay_connected), 1);
  play.script.feed(Received{kWelcome});
  EXPECT_EQ(play.count(Counter::relay_connected), 1) << "a late welcome is no second entry";
}

TEST(ArcAgent, CountsEachRefusalUnderItsOwnNameAndTriesAgain) {
  const std::vector<std::pair<HttpReply, Outcome>> refusals{
      {{429, ""}, Outcome::rate_limited},
      {{400, R"({"error":"agent_id_taken"})"}, Outcome::id_taken},
      {{409, "nonsense"}, Outcome::id_taken},
      {{400, R"({"error":"invalid_agent_id"})"}, Outcome::rejected},
      {{401, ""}, Outcome::unauthorized},
      {{503, "<html>"}, Outcome::server_error},
      {{200, "not JSON"}, Outcome::bad_reply},
      {{200, R"({"token":17})"}, Outcome::bad_reply},
      {{200, R"([[[{"token":"t"}]]])"}, Outcome::bad_reply},
      {{302, ""}, Outcome::bad_reply},
  };
  for (const auto& [reply, outcome] : refusals) {
    SCOPED_TRACE(name(outcome));
    Play play{quiet_agents(1)};
    play.script.feed(Start{});
    play.script.take();
    play.script.feed(reply);
    EXPECT_EQ(play.failed(outcome), 1);
    EXPECT_EQ(play.script.failures(), 1);
    EXPECT_THAT(play.script.take(), IsEmpty());
    play.script.until(1s);
    EXPECT_THAT(play.script.take(), ElementsAre(StartsWith("post relay_http /register")));
  }
}

TEST(ArcAgent, ReconnectsWithTheSameTokenButRegistersAnewWhenItIsRefused) {
  Play play{quiet_agents(1)};
  play.get_in();
  play.script.feed(Closed{1006, "", Outcome::reset});
  EXPECT_EQ(play.failed(Outcome::reset), 1);
  EXPECT_EQ(play.script.gauge(Gauge::relay_agents), 0);
  EXPECT_THAT(play.script.tracked(LedgerEvent::What::left), SizeIs(1));
  play.script.until(1s);
  EXPECT_THAT(play.script.take(), ElementsAre("connect relay_socket tok_1"));
  EXPECT_EQ(play.count(Counter::relay_reconnects), 1);

  play.script.feed(ConnectFailed{Outcome::rejected, 401});
  EXPECT_EQ(play.failed(Outcome::unauthorized), 1);
  play.script.until(4s);
  EXPECT_THAT(play.script.take(), ElementsAre(StartsWith("post relay_http /register")));
}

TEST(ArcAgent, MeasuresHowLongItWasAway) {
  Play play{quiet_agents(1)};
  play.get_in();
  EXPECT_THAT(play.script.samples(Series::relay_reconnect), IsEmpty()) << "it was never away";
  play.script.until(10s).feed(Closed{1006, "", Outcome::reset});
  play.script.until(11s).feed(ConnectFailed{Outcome::refused});
  play.script.until(14s).feed(Connected{});
  play.script.until(15s).feed(Ponged{});
  EXPECT_THAT(play.script.samples(Series::relay_reconnect), ElementsAre(5s));
}

TEST(ArcAgent, TakesClose4001ForARefusedTokenAnd4029ForARateLimit) {
  for (const auto& [code, outcome] : {std::pair{std::uint16_t{4001}, Outcome::unauthorized},
                                      std::pair{std::uint16_t{4029}, Outcome::rate_limited}}) {
    Play play{quiet_agents(1)};
    play.get_in();
    play.script.feed(Closed{code, "expired", Outcome::closed_by_peer});
    EXPECT_EQ(play.failed(outcome), 1);
    play.script.until(1s);
    EXPECT_THAT(play.script.take(),
                ElementsAre(StartsWith(code == 4001 ? "post relay_http" : "connect relay_socket")));
  }
}

TEST(ArcAgent, GivesUpAfterTheLastAttemptAndStillCountsWhatThePlanWanted) {
  scenarios::Agents agents = senders(scenarios::Everyone{});
  agents.reconnect = {.first = 10ms, .max = 10ms, .attempts = 2};
  Play play{agents};
  play.script.feed(Start{});
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_THAT(play.script.take(), SizeIs(1));
    play.script.feed(HttpFailed{Outcome::refused});
    play.script.until(50ms * (attempt + 1));
  }
  play.script.until(60s);
  EXPECT_THAT(play.script.take(), IsEmpty());
  const auto planned = planned_operations(play.stage, 0).size();
  EXPECT_GT(planned, 0U);
  EXPECT_EQ(play.count(Counter::relay_offered), planned);
  EXPECT_EQ(play.count(Counter::relay_unsent), planned);
  EXPECT_FALSE(play.agent.done()) << "the run has not ended";
  play.script.feed(Leave{});
  EXPECT_TRUE(play.agent.done());
}

TEST(ArcAgent, NeverWaitsLongerThanItsTimeoutForAnyStep) {
  for (int step = 0; step < 3; ++step) {
    SCOPED_TRACE(step);
    Play play{quiet_agents(1)};
    play.script.feed(Start{});
    if (step > 0) play.script.feed(HttpReply{200, kRegistered});
    if (step > 1) play.script.feed(Connected{});
    play.script.take();
    play.script.until(10s);
    EXPECT_EQ(play.failed(Outcome::timed_out), 1);
    EXPECT_THAT(play.script.take(), ElementsAre(step == 0 ? "cancel request" : "abort"));
  }
}

TEST(ArcAgent, SendsWhatIsDueAtItsIntendedTimesAndTellsTheLedgerOfEachReceiver) {
  Play play{senders(scenarios::RandomAgents{2})};
  play.get_in();
  const auto planned = planned_operations(play.stage, 0);
  ASSERT_GE(planned.size(), 3U);
  play.script.until(60s);

  const auto sent = play.script.tracked(LedgerEvent::What::sent_to);
  ASSERT_EQ(sent.size(), planned.size() * 2);
  for (std::size_t i = 0; i < planned.size(); ++i) {
    EXPECT_EQ(play.script.intended()[i + 1], planned[i].intended);  // after the registration's
    for (std::size_t receiver = 0; receiver < 2; ++receiver) {
      const LedgerEvent& event = sent[2 * i + receiver];
      EXPECT_EQ(event.kind, MessageKind::direct);
      EXPECT_EQ(event.actor, planned[i].to[receiver]);
      EXPECT_EQ(event.message, (metrics::MessageKey{0, 0, static_cast<std::uint32_t>(i)}));
      EXPECT_EQ(event.intended, planned[i].intended);
    }
  }
  EXPECT_EQ(play.count(Counter::relay_sent_direct), planned.size());
  EXPECT_EQ(play.count(Counter::relay_offered), planned.size());
  EXPECT_EQ(play.count(Counter::relay_unsent), 0);
}

TEST(ArcAgent, CatchesUpWhenTheDriverIsLateAndKeepsPlannedTimes) {
  Play play{senders(scenarios::Everyone{})};
  play.get_in();
  const auto planned = planned_operations(play.stage, 0);
  Outbox out;
  play.agent.handle(at(60s), TimePassed{}, out);
  std::vector<Instant> intended;
  for (const Effect& effect : out.effects())
    if (const auto* send = std::get_if<Send>(&effect)) intended.push_back(send->intended.value());
  ASSERT_EQ(intended.size(), planned.size());
  for (std::size_t i = 0; i < planned.size(); ++i) EXPECT_EQ(intended[i], planned[i].intended);
}

// Two at once, then one every four seconds; what the end of the run finds waiting is never sent.
TEST(ArcAgent, HoldsBackWhatItsOwnThrottleForbids) {
  scenarios::Agents agents = senders(scenarios::Everyone{});
  agents.throttle = scenarios::Throttle{.rate = {0.25}, .burst = 2};
  Play play{agents};
  play.get_in();
  const auto planned = planned_operations(play.stage, 0);
  ASSERT_GE(planned.size(), 5U);
  const Instant end = planned.back().intended;
  play.script.until(end.time_since_epoch()).feed(Stop{});

  const auto sent = play.script.tracked(LedgerEvent::What::sent_to_all);
  ASSERT_GE(sent.size(), 3U);
  EXPECT_LT(sent.size(), planned.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(sent[i].intended, planned[i].intended) << "its latency runs from the planned moment";
    EXPECT_EQ(play.script.intended()[i + 1], sent[i].at) << "and its slip from when it might leave";
  }
  for (std::size_t i = 2; i < sent.size(); ++i) EXPECT_GE(sent[i].at - sent[i - 2].at, 4s);
  EXPECT_THAT(play.script.samples(Series::relay_throttle), SizeIs(testing::Ge(1U)));
  EXPECT_EQ(play.count(Counter::relay_offered), planned.size());
  EXPECT_EQ(play.count(Counter::relay_unsent), planned.size() - sent.size());
}

// Twenty planned messages a second; a relay that complains of the first one after each pause.
TEST(ArcAgent, HoldsBackForLongerAndLongerWhileTheRelayComplainsOfItsRate) {
  scenarios::Agents agents = senders(scenarios::Everyone{});
  agents.send[0].load.rate = scenarios::Rate{20};
  agents.reconnect = {.first = 200ms, .max = 500ms, .attempts = 0, .jitter = 0};
  Play play{agents};
  play.get_in();
  const auto planned = planned_operations(play.stage, 0);
  const auto complain = [&] {
    play.script.feed(Received{
        R"({"from":"relay","type":"error","payload":{"code":"rate_limited","message":"m"}})"});
  };
  const auto sent = [&] { return play.script.tracked(LedgerEvent::What::sent_to_all).size(); };
  play.script.until(planned[0].intended.time_since_epoch());
  for (const Duration pause : {200ms, 400ms, 500ms, 500ms}) {
    const std::size_t before = sent();
    const Duration now = play.script.now().time_since_epoch();
    complain();
    play.script.until(now + 100ms);
    complain();  // of what was sent before the pause
    play.script.until(now + pause - 1ns);
    EXPECT_EQ(sent(), before) << "a pause of " << seconds(pause) << " s";
    while (sent() == before && play.agent.next_deadline())
      play.script.until(play.agent.next_deadline()->time_since_epoch());
    EXPECT_EQ(sent(), before + 1) << "on trial, though more is waiting";
  }
  EXPECT_EQ(play.count(Counter::relay_rate_limited), 8);
  EXPECT_EQ(play.count(Counter::relay_errors), 8);
  EXPECT_EQ(play.failed(Outcome::rate_limited), 0) << "no connection was lost";
  EXPECT_THAT(play.script.samples(Series::relay_throttle), SizeIs(testing::Ge(3U)));
  for (std::size_t i = 0; i < sent(); ++i)
    EXPECT_EQ(play.script.intended()[i + 1],
              play.script.tracked(LedgerEvent::What::sent_to_all)[i].at)
        << "that is no slip of ours";

  play.script.until(play.script.now().time_since_epoch() + 600ms);  // without a complaint
  complain();
  const Duration now = play.script.now().time_since_epoch();
  const std::size_t before = sent();
  play.script.until(now + 399ms);
  EXPECT_GT(sent(), before) << "things had gone well: the first pause again";
}

TEST(ArcAgent, NamesOnlyReceiversThatHaveANameYet) {
  scenarios::Agents agents = senders(scenarios::RandomAgents{4});
  agents.choose_id = false;
  Play play{agents};
  play.get_in();
  play.stage.crew.contacts.publish(3, "relay-gave-me-this");
  play.script.until(60s);
  EXPECT_THAT(play.script.take(), AllOf(Contains(HasSubstr("relay-gave-me-this")),
                                        Each(HasSubstr(R"("to":["relay-gave-me-this"])"))));
  for (const LedgerEvent& event : play.script.tracked(LedgerEvent::What::sent_to))
    EXPECT_EQ(event.actor, 3U);
}

TEST(ArcAgent, TellsOurMessagesFromForeignOnesAndFromNonsense) {
  Play play{quiet_agents(3)};
  play.get_in();
  play.hear("a-1", "", "", {1, 0, 4});
  const auto arrived = play.script.tracked(LedgerEvent::What::arrived);
  ASSERT_THAT(arrived, SizeIs(1));
  EXPECT_EQ(arrived[0].message, (metrics::MessageKey{1, 0, 4}));
  EXPECT_EQ(arrived[0].actor, 0U);

  play.hear("a-1", "", "", {1, 0, 4}, "deadbeef");  // another run's
  play.hear("a-1", "", "", {99, 0, 4});             // no such agent
  play.script.feed(Received{R"({"from":"x","to":["a-0"],"payload":null})"});
  EXPECT_EQ(play.count(Counter::relay_foreign), 3);

  play.script.feed(Received{"[1,2"});
  play.script.feed(Received{R"({"from":"x"})"});
  play.script.feed(Received{"{}"});
  EXPECT_EQ(play.count(Counter::relay_malformed), 3);

  play.script.feed(Received{R"({"from":"relay","type":"error","payload":{"code":"x"}})"});
  play.script.feed(Received{R"({"error":"rate_limited","message":"slow down"})"});
  EXPECT_EQ(play.count(Counter::relay_errors), 2);
  play.script.feed(Received{R"({"from":"relay","type":"weather","payload":1})"});
  EXPECT_EQ(play.count(Counter::relay_unknown), 1);
  EXPECT_THAT(play.script.tracked(LedgerEvent::What::arrived), SizeIs(1));
}

TEST(ArcAgent, SubscribesAfterEveryEntryAndUnsubscribesWhenTheScenarioSaysSo) {
  scenarios::Agents agents = quiet_agents(9);
  agents.subscribe = scenarios::Subscribe{.to = {3}, .after = 1s, .keep = 2s};
  Play play{agents};
  play.get_in();
  play.script.until(1s);
  const auto first = play.script.take();
  ASSERT_THAT(first, ElementsAre(HasSubstr(R"("subscribe")")));
  play.script.until(1100ms).feed(Received{R"({"from":"relay","type":"subscribed","payload":{}})"});
  EXPECT_THAT(play.script.samples(Series::relay_command), ElementsAre(100ms));

  play.script.feed(Closed{1006, "", Outcome::reset}).until(2100ms);
  play.script.take();
  play.script.feed(Connected{}).feed(Received{kWelcome}).until(3100ms);
  EXPECT_THAT(play.script.take(), ElementsAre("ping", first[0])) << "the same agents";
  play.script.until(5100ms);
  EXPECT_THAT(play.script.take(), ElementsAre(HasSubstr(R"("unsubscribe")")));
  EXPECT_EQ(play.count(Counter::relay_sent_command), 3);
}

TEST(ArcAgent, KnowsWhichArrivalsASubscriptionMayDouble) {
  scenarios::Agents agents = quiet_agents(2);
  agents.subscribe = scenarios::Subscribe{.to = {1}, .after = 1s};
  Play play{agents};
  play.get_in();
  play.hear("a-1", "", "", {1, 0, 0});
  play.script.until(1s);
  play.hear("a-1", "", "", {1, 0, 1});
  const auto arrived = play.script.tracked(LedgerEvent::What::arrived);
  ASSERT_THAT(arrived, SizeIs(2));
  EXPECT_FALSE(arrived[0].subscribed);
  EXPECT_TRUE(arrived[1].subscribed);
}

TEST(ArcAgent, CountsACommandThatIsNeverAcknowledged) {
  scenarios::Agents agents = quiet_agents(2);
  agents.ping = scenarios::Rate{0.5};
  Play play{agents};
  play.get_in();
  play.script.until(120s);
  EXPECT_GT(play.count(Counter::relay_sent_command), 0U);
  EXPECT_EQ(play.failed(Outcome::timed_out), play.count(Counter::relay_sent_command));
  EXPECT_EQ(play.count(Counter::relay_offered), 0) << "commands are not part of the offered load";
}

TEST(ArcAgent, MatchesTheFirstAnswerToItsQuestionAndCountsTheOthers) {
  scenarios::Agents agents = quiet_agents(3);
  agents.ask = scenarios::Ask{.load = {.rate = scenarios::Rate{1}}, .timeout = 3s};
  Play play{agents};
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
  Play play{agents};
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

struct ByCommand : Play {
  ByCommand() : Play{agents()} {
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

TEST(ArcAgent, GetsInWithATokenFromTheScenarioAndGivesUpWhenItIsRefused) {
  scenarios::Scenario scenario = relay_scenario(quiet_agents(2));
  scenarios::Agents enrolled = quiet_agents(2);
  enrolled.tokens = scenarios::Tokens{"f", {{"ann", "tok_a"}, {"", "tok_b"}}};
  scenario.population.emplace_back(enrolled);
  Stage stage{scenario};
  for (const ActorId actor : {2U, 3U}) {
    ArcAgent agent{stage.crew, actor};
    MachineScript script{agent};
    script.feed(Start{});
    const bool named = actor == 2;
    EXPECT_THAT(script.take(),
                ElementsAre(named ? "connect relay_socket tok_a" : "connect relay_socket tok_b"));
    EXPECT_EQ(stage.crew.contacts.look_up(actor), named ? "ann" : "");
    script.feed(Connected{})
        .feed(Received{R"({"from":"relay","to":["bob"],"type":"welcome","payload":{}})"});
    EXPECT_EQ(stage.crew.contacts.look_up(actor), named ? "ann" : "bob");
    EXPECT_EQ(script.count(Counter::relay_registered), 0);

    script.take();
    script.feed(Closed{1006, "", Outcome::reset}).until(5s);
    EXPECT_THAT(script.take(), ElementsAre(StartsWith("connect relay_socket tok_")));
    script.feed(ConnectFailed{Outcome::rejected, 401}).until(100s);
    EXPECT_EQ(script.count(metrics::relay_failure(Outcome::unauthorized)), 1);
    EXPECT_THAT(script.take(), IsEmpty()) << "it is somebody else's to register";
  }
}

TEST(ArcAgent, NoticesAPeerThatNoLongerAnswersPings) {
  scenarios::Agents agents = quiet_agents(1);
  agents.heartbeat = 10s;
  Play play{agents};
  play.get_in();
  for (int beat = 0; beat < 5; ++beat) play.script.until(10s * (beat + 1)).feed(Ponged{});
  EXPECT_EQ(play.script.failures(), 0);
  EXPECT_THAT(play.script.take(), AllOf(SizeIs(5), Each("ping")));
  play.script.until(80s);
  EXPECT_EQ(play.failed(Outcome::no_pong), 1);
  EXPECT_THAT(play.script.take(), testing::IsSupersetOf({"ping", "ping", "abort"}));
}

TEST(ArcAgent, SaysGoodbyeAndWaitsForItOnlySoLong) {
  Play polite{quiet_agents(1)};
  polite.get_in().script.feed(Stop{}).feed(Leave{});
  EXPECT_THAT(polite.script.take(), ElementsAre("close 1000"));
  polite.script.feed(Closed{1000, "", Outcome::closed_by_peer});
  EXPECT_TRUE(polite.agent.done());
  EXPECT_EQ(polite.script.failures(), 0);
  EXPECT_EQ(polite.script.gauge(Gauge::relay_agents), 0);

  Play silent{quiet_agents(1)};
  silent.get_in().script.feed(Leave{}).until(2s);
  EXPECT_TRUE(silent.agent.done());
  EXPECT_THAT(silent.script.take(), ElementsAre("close 1000", "abort"));
}

TEST(ArcAgent, BeginsNothingNewOnceStopped) {
  scenarios::Agents agents = senders(scenarios::Everyone{});
  Play play{agents};
  play.get_in().script.feed(Stop{});
  play.script.feed(Closed{1006, "", Outcome::reset}).until(120s);
  EXPECT_THAT(play.script.take(), IsEmpty());
  EXPECT_EQ(play.agent.next_deadline(), std::nullopt);
}

// One failure at each step, every step: wherever the connection is lost, the agent counts it once,
// gets in again, and its books are balanced at the end.
TEST(ArcAgent, RecoversWhereverTheConversationBreaks) {
  constexpr int kSteps = 8;
  for (int broken_step = 0; broken_step < kSteps; ++broken_step) {
    SCOPED_TRACE(broken_step);
    scenarios::Agents agents = senders(scenarios::Everyone{});
    agents.ask = scenarios::Ask{.load = {.rate = scenarios::Rate{1}}, .timeout = 1s};
    agents.subscribe = scenarios::Subscribe{.to = {2}};
    agents.heartbeat = 5s;
    Play play{agents};
    play.script.feed(Start{});
    int step = 0;
    for (Duration moment = 1s; moment <= 20s; moment += 1s) {
      for (const std::string& line : play.script.take()) {
        const bool fails = step++ == broken_step;
        if (line.starts_with("post")) {
          play.script.feed(fails ? Input{HttpFailed{Outcome::reset}}
                                 : Input{HttpReply{200, kRegistered}});
        } else if (line.starts_with("connect")) {
          play.script.feed(fails ? Input{ConnectFailed{Outcome::reset, 0}} : Input{Connected{}});
        } else {
          play.script.feed(fails ? Input{Closed{1006, "", Outcome::reset}} : Input{Ponged{}});
        }
      }
      play.script.until(moment);
    }
    EXPECT_EQ(play.failed(Outcome::reset), 1);
    EXPECT_EQ(play.script.gauge(Gauge::relay_agents), 1);
    play.script.feed(Stop{}).feed(Leave{}).feed(Closed{1000, "", Outcome::closed_by_peer});
    EXPECT_TRUE(play.agent.done());
    EXPECT_EQ(play.script.gauge(Gauge::relay_agents), 0);
    EXPECT_EQ(play.count(Counter::relay_offered), play.count(Counter::relay_sent_broadcast) +
                                                      play.count(Counter::relay_sent_question) +
                                                      play.count(Counter::relay_unsent));
    EXPECT_EQ(play.count(Counter::relay_asked), play.count(Counter::relay_unanswered));
  }
}

}  // namespace
}  // namespace gauntlet::sim
