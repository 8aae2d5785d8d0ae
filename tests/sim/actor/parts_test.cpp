// The small parts that actors are made of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <memory_resource>
#include <set>

#include "sim/actor/boards.hpp"
#include "sim/actor/commands.hpp"
#include "sim/actor/questions.hpp"
#include "sim/actor/replies.hpp"
#include "sim/actor/subscriptions.hpp"
#include "sim/actor/throttle.hpp"
#include "tests/sim/actor/stage.hpp"

namespace gauntlet::sim {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::Le;
using testing::SizeIs;
using namespace std::chrono_literals;

TEST(Crew, ReadsBackOnlyTheNamesThatItMakes) {
  Stage stage{arena_scenario(participants(12), {})};
  for (std::uint32_t number = 0; number < 12; ++number)
    EXPECT_EQ(stage.crew.participant_number(stage.crew.participant_name(number)), number);
  for (const std::string_view name :
       {"", "gauntlet-0badcafe-p", "gauntlet-0badcafe-p12", "gauntlet-0badcafe-p01",
        "gauntlet-0badcafe-p-1", "gauntlet-0badcafe-p1 ", "gauntlet-0badcafe-1",
        "gauntlet-deadbeef-p1", "gauntlet-0badcafe-p99999999999"})
    EXPECT_EQ(stage.crew.participant_number(name), std::nullopt) << name;
}

TEST(Crew, AsksTheBoardWhichRoundItIsInASessionThatWasThereBefore) {
  auto scenario = arena_scenario(participants(1), {round_at(1s, 1s), round_at(5s, 1s)});
  Stage fresh{scenario};
  EXPECT_EQ(fresh.crew.round_index(2), 1U);
  EXPECT_EQ(fresh.crew.round_index(0), std::nullopt);
  EXPECT_EQ(fresh.crew.round_index(3), std::nullopt);
  const std::uint32_t lane = fresh.crew.round_lane(1);
  fresh.crew.session.begin(1);
  EXPECT_EQ(fresh.crew.round_index(1), 1U) << "the next session counts from 1 again";
  EXPECT_EQ(fresh.crew.round_index(2), std::nullopt);
  EXPECT_NE(fresh.crew.round_lane(1), lane);

  scenario.targets.arena =
      scenarios::ArenaAddress{.socket_url = "ws://x/ws", .control_url = "http://x", .pin = "777"};
  Stage joined{scenario};
  EXPECT_EQ(joined.crew.round_index(17), std::nullopt);
  joined.crew.rounds.start(0);
  EXPECT_EQ(joined.crew.round_index(17), 0U);
}

/// Counts what is taken of it.
class CountedMemory final : public std::pmr::memory_resource {
 public:
  std::size_t taken{0};

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    ++taken;
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

TEST(NameBoard, TakesMemoryForANewNameOnly) {
  CountedMemory memory;
  NameBoard names{2, memory};
  names.publish(1, "first");
  const std::size_t taken = memory.taken;
  for (int restart = 0; restart < 1000; ++restart) names.publish(1, "first");
  EXPECT_EQ(memory.taken, taken);
  names.publish(1, "second");
  EXPECT_EQ(names.look_up(1), "second");
  names.publish(1, "first");
  EXPECT_EQ(names.look_up(1), "first") << "the newest, even if it is an old one";
  EXPECT_TRUE(names.has_been(1, "second"));
  EXPECT_EQ(names.look_up(0), "");
}

TEST(Throttle, LetsABurstPassAndThenTheRate) {
  const scenarios::Throttle rule{.rate = {2}, .burst = 3};
  Throttle throttle;
  std::vector<Duration> left;
  // As soon as they may, from the tenth second on.
  for (Instant now = at(10s); left.size() < 6;) {
    now = std::max(now, throttle.next(rule));
    throttle.spend(rule, now);
    left.push_back(now.time_since_epoch());
  }
  EXPECT_THAT(left, testing::ElementsAre(10s, 10s, 10s, 10500ms, 11s, 11500ms));
  EXPECT_LE(throttle.next(rule), at(12s));
  throttle.spend(rule, at(60s));
  EXPECT_LE(throttle.next(rule), at(60s)) << "what was not used is there, up to a burst";
}

TEST(Throttle, OfArcLetsAHundredPassInAnyMinute) {
  const scenarios::Throttle rule;
  Throttle throttle;
  std::deque<Instant> minute;
  for (Instant now = at(10s); now < at(300s);) {
    now = std::max(now, throttle.next(rule));
    throttle.spend(rule, now);
    minute.push_back(now);
    while (minute.front() + 60s <= now) minute.pop_front();
    ASSERT_LE(minute.size(), 100U);
  }
  EXPECT_GE(minute.size(), 90U);
}

TEST(Backoff, GrowsAsThePolicySaysAndIsShortenedByAtMostHalf) {
  using Kind = scenarios::Reconnect::Backoff;
  const std::vector<std::pair<Kind, std::vector<Duration>>> policies{
      {Kind::constant, {1s, 1s, 1s, 1s, 1s, 1s}},
      {Kind::linear, {1s, 2s, 3s, 4s, 5s, 6s}},
      {Kind::exponential, {1s, 2s, 4s, 8s, 10s, 10s}},
  };
  for (const auto& [kind, full] : policies) {
    const scenarios::Reconnect policy{.backoff = kind, .first = 1s, .max = 10s, .attempts = 6};
    Backoff backoff{Stream{1}};
    for (const Duration pause : full)
      EXPECT_THAT(backoff.next(policy), testing::Optional(AllOf(Ge(pause / 2), Le(pause))));
    EXPECT_EQ(backoff.next(policy), std::nullopt);
    backoff.reset();
    EXPECT_THAT(backoff.next(policy), testing::Optional(Le(full[0])));
  }
}

TEST(Backoff, StaysAtItsMaximumHoweverOftenItFails) {
  const scenarios::Reconnect policy{.first = 1s, .max = 30s, .attempts = 1000};
  Backoff backoff{Stream{1}};
  for (int attempt = 0; attempt < 1000; ++attempt)
    EXPECT_THAT(backoff.next(policy), testing::Optional(AllOf(Ge(500ms), Le(30s))));
}

TEST(Subscriptions, ChooseAsManyDifferentOthersAsAskedFor) {
  for (const std::uint32_t wanted : {1U, 3U, 8U, 9U, 50U}) {
    Stage stage{relay_scenario(quiet_agents(10))};
    const scenarios::Subscribe rule{.to = {wanted}};
    for (const ActorId self : stage.plan.agents) {
      const Subscriptions subscriptions{rule, stage.plan, self};
      const auto chosen = subscriptions.agents();
      const std::set<ActorId> distinct(chosen.begin(), chosen.end());
      EXPECT_THAT(distinct, SizeIs(std::min(wanted, 9U)));
      EXPECT_EQ(distinct.count(self), 0U);
    }
  }
}

TEST(Subscriptions, ChooseEveryOtherAgentAboutEquallyOften) {
  Stage stage{relay_scenario(quiet_agents(200))};
  const scenarios::Subscribe rule{.to = {20}};
  std::vector<int> chosen(200, 0);
  for (const ActorId self : stage.plan.agents) {
    const Subscriptions subscriptions{rule, stage.plan, self};
    for (const ActorId agent : subscriptions.agents()) ++chosen[agent];
  }
  // Binomial: 199 draws of probability 20/199, so 20 with a deviation of 4.2.
  EXPECT_THAT(chosen, testing::Each(AllOf(Ge(2), Le(40))));
}

TEST(Questions, AreKnownByTheirRefAlone) {
  EXPECT_EQ(question_ref("0badcafe", 12, 3), "q-0badcafe-12-3");
  EXPECT_EQ(question_number("q-0badcafe-12-3", "0badcafe", 12), 3U);
  for (const std::string_view ref :
       {"", "-", "3", "q-0badcafe-12-", "q-0badcafe-12-03", "q-0badcafe-12-3x", "q-0badcafe-1-3",
        "q-deadbeef-12-3", "q-0badcafe-12-99999999999", "xq-0badcafe-12-3"})
    EXPECT_EQ(question_number(ref, "0badcafe", 12), std::nullopt) << ref;
}

TEST(Answers, AreDecidedByWhoAsksWhomWhat) {
  const scenarios::Answer rule{.probability = 0.3, .after = Exponential{100ms}};
  int answered = 0;
  Duration thought{};
  constexpr int kQuestions = 20'000;
  for (std::uint32_t n = 0; n < kQuestions; ++n) {
    const auto once = think_time(rule, 1, 2, n, 3);
    EXPECT_EQ(once, think_time(rule, 1, 2, n, 3));
    answered += once ? 1 : 0;
    thought += once.value_or(0s);
  }
  EXPECT_NEAR(answered, 0.3 * kQuestions, 260);  // four deviations
  EXPECT_NEAR(seconds(thought) / answered, 0.1, 0.006);
}

TEST(Answers, LeaveInTheOrderInWhichTheyAreDue) {
  PendingAnswers answers;
  for (const auto& [due, asker] : {std::pair{3s, 1U}, {1s, 2U}, {2s, 3U}, {1s, 4U}})
    answers.add({.due = at(due), .order = 0, .asker = asker, .to = "", .ref = ""});
  std::vector<ActorId> order;
  while (const auto answer = answers.take(at(2s))) order.push_back(answer->asker);
  EXPECT_THAT(order, testing::ElementsAre(2, 4, 3));
  EXPECT_EQ(answers.next(), at(3s));
}

TEST(Commands, AreAcknowledgedOldestFirstAndByKind) {
  OpenCommands commands;
  commands.open(ArcCommand::ping, at(1s), at(11s));
  commands.open(ArcCommand::list, at(2s), at(12s));
  commands.open(ArcCommand::ping, at(3s), at(13s));
  EXPECT_EQ(commands.acknowledge(ArcCommand::list), at(2s));
  EXPECT_EQ(commands.acknowledge(ArcCommand::ping), at(1s));
  EXPECT_EQ(commands.acknowledge(ArcCommand::subscribe), std::nullopt);
  EXPECT_EQ(commands.expire(at(12s)), 0U);
  EXPECT_EQ(commands.expire(at(13s)), 1U);
  EXPECT_EQ(commands.acknowledge(ArcCommand::ping), std::nullopt);
}

TEST(Replies, AreTakenInWhateverFormAServerGivesThem) {
  EXPECT_EQ(read_pin(R"({"pin":"007"})"), "007");
  EXPECT_EQ(read_pin(R"({"pin":123})"), "123");
  EXPECT_EQ(read_pin(R"({"pin":-1})"), std::nullopt);
  EXPECT_EQ(read_round_id(R"({"id":"r\"1"})"), R"("r\"1")");
  EXPECT_EQ(read_round_id(R"({"round":{"id":3}})"), "3");
  EXPECT_EQ(read_round_id(R"({"round":3})"), std::nullopt);
  EXPECT_EQ(query_value(R"("a b/&é")"), "a%20b%2F%26%C3%A9");
  EXPECT_EQ(query_value("12"), "12");
}

TEST(Replies, OfAScoreboardAreReadRowByRow) {
  std::string rows;
  const auto note = [&](std::string_view name, std::int64_t tokens) {
    rows.append(name).append("=").append(std::to_string(tokens)).append(" ");
  };
  EXPECT_TRUE(read_scoreboard(
      R"({"roundId":"r","rows":[{"participant_id":"a","tokens":3},{"participant_id":"b","tokens":
          null},{"participant_id":"c","tokens":4.0},{"participant_id":"d","tokens":1e99},{"tokens":
          5},{"participant_id":6,"tokens":7},[],null,{"participant_id":"e"}]})",
      note));
  EXPECT_EQ(rows, "a=3 b=0 c=4 ");
  for (const std::string_view body : {"", "{}", "3", R"({"rows":3})", "[1,"})
    EXPECT_FALSE(read_scoreboard(body, note)) << body;
}

TEST(Replies, SayNothingWhenTheyAreTooDeepToBeCopied) {
  constexpr std::size_t kLevels = 500'000;
  const std::string deep = std::string(kLevels, '[') + std::string(kLevels, ']');
  const std::string body = R"({"token":"t","error":"e","pin":"1","id":"r","x":)" + deep + '}';
  EXPECT_FALSE(read_registration(body));
  EXPECT_EQ(read_error_code(body), "");
  EXPECT_EQ(read_pin(body), std::nullopt);
  EXPECT_EQ(read_round_id(body), std::nullopt);
  EXPECT_FALSE(is_json_object(body));
  EXPECT_FALSE(read_scoreboard(deep, [](auto, auto) { ADD_FAILURE() << "a row of what?"; }));
  EXPECT_EQ(text_of_payload(deep), deep);
}

TEST(Csv, IsATableWhenEveryRecordHasAsManyFieldsAsTheHeader) {
  for (const std::string_view table : {"a\n", "a,b\n", "a,b", "a,b\n1,2\n", "a,b\r\n1,2\r\n",
                                       "a,b\n\"1,\n\",\"\"\"\"\n", "a,b\n,\n"})
    EXPECT_TRUE(is_csv_table(table)) << table;
  for (const std::string_view broken :
       {"", "\n", "a,b\n1\n", "a\n1,2", "a\n\"1\n", "a,b\n\"1,2\"\n"})
    EXPECT_FALSE(is_csv_table(broken)) << broken;
}

}  // namespace
}  // namespace gauntlet::sim
