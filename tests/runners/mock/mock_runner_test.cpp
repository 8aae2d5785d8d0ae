#include "runners/mock/mock_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace gauntlet::runners {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Ge;
using testing::Le;
using testing::SizeIs;
using namespace std::chrono_literals;

/// One whole generation, played in its own time.
struct Script {
  std::string text;
  std::vector<Instant> planned;
  std::optional<std::uint32_t> finished;
  bool failed{false};

  std::vector<Duration> gaps() const {
    std::vector<Duration> all;
    for (std::size_t i = 1; i < planned.size(); ++i) all.push_back(planned[i] - planned[i - 1]);
    return all;
  }
};

Script play(MockRunner& runner, std::uint32_t round, std::uint32_t max_tokens = 1'000'000,
            Instant start = at(1s)) {
  runner.start(start, {.text = "Why?",
                       .max_tokens = max_tokens,
                       .temperature = 0,
                       .seed = std::nullopt,
                       .round = round});
  Script script;
  while (const auto due = runner.next_deadline())
    while (const auto output = runner.next(*due)) {
      if (const auto* token = std::get_if<TokenOut>(&*output)) {
        script.text += token->text;
        script.planned.push_back(token->planned);
      } else if (const auto* end = std::get_if<Finished>(&*output)) {
        script.finished = end->tokens;
      } else {
        script.failed = true;
      }
    }
  return script;
}

Duration mean_of(const std::vector<Duration>& values) {
  Duration sum{};
  for (const Duration value : values) sum += value;
  return sum / static_cast<std::int64_t>(values.size());
}

TEST(MockRunner, SaysTheSameFromTheSameSeedActorAndRoundAndOtherwiseSomethingElse) {
  MockLoad load;
  const scenarios::MockRunner spec{.tokens = {50, 90}};
  MockRunner one{spec, 1, 2, load};
  MockRunner same{spec, 1, 2, load};
  MockRunner other_actor{spec, 1, 3, load};
  MockRunner other_seed{spec, 2, 2, load};
  const Script first = play(one, 1);
  play(same, 9);  // what came before does not matter
  const Script again = play(same, 1);
  EXPECT_EQ(first.text, again.text);
  EXPECT_EQ(first.planned, again.planned);
  EXPECT_NE(first.text, play(other_actor, 1).text);
  EXPECT_NE(first.text, play(other_seed, 1).text);
  EXPECT_NE(first.text, play(one, 2).text);
}

TEST(MockRunner, PlansTheFirstTokenAndTheGapsAsTheScenarioSays) {
  MockLoad load;
  MockRunner fixed{
      {.first_token = Constant{150ms}, .gap = Constant{25ms}, .tokens = {4, 4}}, 1, 1, load};
  const Script script = play(fixed, 1);
  EXPECT_THAT(script.planned, testing::ElementsAre(at(1150ms), at(1175ms), at(1200ms), at(1225ms)));
  EXPECT_EQ(script.finished, 4U);

  MockRunner uniform{{.gap = Uniform{20ms, 80ms}, .tokens = {20'000, 20'000}}, 1, 1, load};
  const auto gaps = play(uniform, 1).gaps();
  EXPECT_THAT(gaps, Each(AllOf(Ge(20ms), Le(80ms))));
  EXPECT_NEAR(seconds(mean_of(gaps)), 0.050, 0.0006);  // five deviations of the mean
}

TEST(MockRunner, DrawsItsNumberOfTokensAndObeysTheRound) {
  MockLoad load;
  MockRunner runner{{.tokens = {3, 5}}, 1, 1, load};
  std::vector<std::uint32_t> counts(6, 0);
  for (std::uint32_t round = 0; round < 300; ++round) {
    const Script script = play(runner, round);
    EXPECT_THAT(script.planned, SizeIs(script.finished.value()));
    ++counts.at(script.finished.value());
  }
  EXPECT_EQ(counts[3] + counts[4] + counts[5], 300U);
  EXPECT_THAT((std::vector{counts[3], counts[4], counts[5]}), Each(Ge(60U)));
  EXPECT_EQ(play(runner, 1, 2).finished, 2U);
  EXPECT_EQ(play(runner, 1, 0).finished, 0U);
}

TEST(MockRunner, PlansAheadOfALateDriver) {
  MockLoad load;
  MockRunner runner{
      {.first_token = Constant{100ms}, .gap = Constant{10ms}, .tokens = {3, 3}}, 1, 1, load};
  runner.start(at(0s), {.text = "", .max_tokens = 9, .temperature = 0, .seed = {}, .round = 1});
  EXPECT_EQ(runner.next(at(99ms)), std::nullopt);
  std::vector<Instant> planned;
  while (const auto output = runner.next(at(5s)))
    if (const auto* token = std::get_if<TokenOut>(&*output)) planned.push_back(token->planned);
  EXPECT_THAT(planned, testing::ElementsAre(at(100ms), at(110ms), at(120ms)));
}

TEST(MockRunner, SlowsDownWithEachOtherGenerationUnderWay) {
  MockLoad load;
  const scenarios::MockRunner spec{
      .first_token = Constant{0s}, .gap = Constant{10ms}, .tokens = {3, 3}, .slow_down = 0.5};
  MockRunner runner{spec, 1, 1, load};
  EXPECT_THAT(play(runner, 1).gaps(), Each(10ms));
  {
    MockRunner second{spec, 1, 2, load};
    MockRunner third{spec, 1, 3, load};
    for (MockRunner* other : {&second, &third})
      other->start(at(1s), {.text = "", .max_tokens = 9, .temperature = 0, .seed = {}, .round = 1});
    EXPECT_THAT(play(runner, 1).gaps(), Each(20ms));
    second.cancel(at(1s));
    EXPECT_THAT(play(runner, 1).gaps(), Each(15ms));
  }
  EXPECT_THAT(play(runner, 1).gaps(), Each(10ms)) << "a runner that is gone slows nobody";
  EXPECT_EQ(load.active.load(), 0U);
}

TEST(MockRunner, FailsAsOftenAsTheScenarioSaysAndBeforeItsLastToken) {
  MockLoad load;
  MockRunner runner{{.tokens = {10, 10}, .failure_probability = 0.25}, 1, 1, load};
  int failures = 0;
  std::vector<int> at_token(10, 0);
  for (std::uint32_t round = 0; round < 4000; ++round) {
    const Script script = play(runner, round);
    EXPECT_NE(script.failed, script.finished.has_value());
    if (!script.failed) continue;
    ++failures;
    ++at_token.at(script.planned.size());
  }
  EXPECT_NEAR(failures, 1000, 110);  // four deviations
  EXPECT_THAT(at_token, Each(Ge(50)));
  EXPECT_EQ(load.active.load(), 0U);
}

TEST(MockRunner, HasNothingMoreToSayOnceCancelled) {
  MockLoad load;
  MockRunner runner{{.first_token = Constant{0s}}, 1, 1, load};
  runner.start(at(0s), {.text = "", .max_tokens = 9, .temperature = 0, .seed = {}, .round = 1});
  EXPECT_EQ(load.active.load(), 1U);
  EXPECT_NE(runner.next(at(0s)), std::nullopt);
  runner.cancel(at(0s));
  EXPECT_EQ(runner.next(at(60s)), std::nullopt);
  EXPECT_EQ(runner.next_deadline(), std::nullopt);
  EXPECT_EQ(load.active.load(), 0U);
}

}  // namespace
}  // namespace gauntlet::runners
