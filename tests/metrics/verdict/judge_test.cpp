#include "metrics/record/recorder.hpp"
#include "metrics/verdict/threshold.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

class Judge : public testing::Test {
 protected:
  Judged judged(std::string_view text, Duration window = 10s) {
    Snapshot snapshot;
    snapshot.add(recorder_);
    const auto rule = parse_threshold(text);
    EXPECT_TRUE(rule.ok()) << text;
    return judge({&rule.value(), 1}, snapshot, window).at(0);
  }

  Recorder recorder_;
};

TEST_F(Judge, MergesTheRowsOfANameAndTellsOneRowApart) {
  for (int ms = 1; ms <= 100; ++ms)
    recorder_.observe(Series::relay_delivery_direct, std::chrono::milliseconds{ms},
                      Window::measured);
  for (int i = 0; i < 100; ++i)
    recorder_.observe(Series::relay_delivery_broadcast, 1s, Window::measured);

  const Judged direct = judged("relay.delivery{kind=direct}.p99 < 250ms");
  EXPECT_TRUE(direct.met);
  EXPECT_EQ(direct.value, "99.0 ms");
  EXPECT_NEAR(*direct.number, 0.099, 0.0001);
  const Judged all = judged("relay.delivery.p99 < 250ms");
  EXPECT_FALSE(all.met);
  EXPECT_EQ(all.value, "1.00 s");
  EXPECT_EQ(judged("relay.delivery.count == 200").value, "200");
}

TEST_F(Judge, LeavesTheWarmUpOut) {
  recorder_.observe(Series::relay_answer, 9s, Window::warm_up);
  recorder_.observe(Series::relay_answer, 1ms, Window::measured);
  EXPECT_TRUE(judged("relay.answer.max < 2ms").met);
}

TEST_F(Judge, NeverCallsASeriesWithoutSamplesMet) {
  const Judged judgement = judged("relay.delivery.p99 < 250ms");
  EXPECT_FALSE(judgement.met);
  EXPECT_FALSE(judgement.measured);
  EXPECT_EQ(judgement.value, "no samples");
  EXPECT_EQ(judgement.number, std::nullopt);
  EXPECT_TRUE(judged("relay.delivery.count == 0").met);
}

TEST_F(Judge, ComparesOnTheBoundaryAsItIsWritten) {
  recorder_.count(Counter::relay_lost, 5);
  EXPECT_FALSE(judged("relay.lost < 5").met);
  EXPECT_TRUE(judged("relay.lost <= 5").met);
  EXPECT_TRUE(judged("relay.lost == 5").met);
  EXPECT_FALSE(judged("relay.lost != 5").met);
  EXPECT_TRUE(judged("relay.lost >= 5").met);
  EXPECT_FALSE(judged("relay.lost > 5").met);
}

TEST_F(Judge, TakesAPercentageOfWhatTheDefinitionNames) {
  recorder_.count(Counter::arena_rounds_offered, 200);
  recorder_.count(Counter::arena_rounds_completed, 190);
  const Judged judgement = judged("arena.rounds_completed >= 95%");
  EXPECT_TRUE(judgement.met);
  EXPECT_EQ(judgement.value, "95.00 % (190 of 200)");
  EXPECT_EQ(judgement.number, 95);
  EXPECT_FALSE(judged("arena.rounds_completed > 95%").met);
}

TEST_F(Judge, NeverCallsAShareOfNothingMet) {
  const Judged judgement = judged("relay.lost <= 1%");
  EXPECT_FALSE(judgement.met);
  EXPECT_FALSE(judgement.measured);
  EXPECT_EQ(judgement.value, "relay.expected is 0");
}

TEST_F(Judge, DividesARateByTheMeasuredTime) {
  recorder_.count(Counter::relay_sent_direct, 4'000);
  recorder_.count(Counter::relay_sent_broadcast, 1'000);
  EXPECT_EQ(judged("relay.sent.rate >= 500/s", 10s).value, "500.0/s");
  EXPECT_TRUE(judged("relay.sent.rate >= 500/s", 10s).met);
  EXPECT_FALSE(judged("relay.sent{kind=direct}.rate >= 500/s", 10s).met);
  EXPECT_FALSE(judged("relay.sent.rate >= 500/s", 0s).measured);
}

TEST_F(Judge, ShowsAsManyDigitsAsTellTheValueFromTheLimit) {
  recorder_.observe(Series::relay_answer, 250'400us, Window::measured);
  EXPECT_EQ(judged("relay.answer.max < 250ms").value, "250.4 ms");
}

}  // namespace
}  // namespace gauntlet::metrics
