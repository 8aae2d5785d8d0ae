#include "metrics/verdict/attainment.hpp"

#include "metrics/record/recorder.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

std::vector<Attainment> attained(const Recorder& recorder, std::string_view text) {
  Snapshot snapshot;
  snapshot.add(recorder);
  const auto rule = parse_threshold(text);
  EXPECT_TRUE(rule.ok()) << text;
  return attain({&rule.value(), 1}, snapshot, 10s);
}

TEST(Attainment, CountsLateAndLostAgainstTheTarget) {
  Recorder recorder;
  recorder.set(Counter::relay_expected, 100);
  for (int i = 0; i < 60; ++i)
    recorder.observe(Series::relay_delivery_direct, 10ms, Window::measured);
  for (int i = 0; i < 20; ++i)
    recorder.observe(Series::relay_delivery_broadcast, 10ms, Window::warm_up);
  for (int i = 0; i < 15; ++i)
    recorder.observe(Series::relay_delivery_direct, 1s, Window::measured);

  const auto all = attained(recorder, "relay.delivery.p99 < 250ms");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].text, "relay.delivery.p99 < 250ms");
  EXPECT_EQ(all[0].good, 80U);
  EXPECT_EQ(all[0].offered, 100U);
  EXPECT_DOUBLE_EQ(all[0].attainment, 0.8);
  EXPECT_DOUBLE_EQ(all[0].goodput_per_s, 6);
}

TEST(Attainment, CountsWhatWasNeverSentAsOffered) {
  Recorder recorder;
  recorder.set(Counter::relay_expected, 60);
  recorder.count(Counter::relay_unsent, 40);
  for (int i = 0; i < 60; ++i)
    recorder.observe(Series::relay_delivery_direct, 10ms, Window::measured);
  EXPECT_EQ(attained(recorder, "relay.delivery.p50 < 250ms").at(0).offered, 100U);
  EXPECT_DOUBLE_EQ(attained(recorder, "relay.delivery.p50 < 250ms").at(0).attainment, 0.6);
}

TEST(Attainment, LeavesOutSecondCopiesThatNobodyIsOwed) {
  Recorder recorder;
  recorder.set(Counter::relay_expected, 1);
  recorder.observe(Series::relay_delivery_broadcast, 1ms, Window::measured);
  recorder.observe(Series::relay_delivery_subscription, 1ms, Window::measured);
  EXPECT_EQ(attained(recorder, "relay.delivery.p99 < 250ms").at(0).good, 1U);
}

TEST(Attainment, IsKnownOnlyForUpperLimitsOnWhatIsOffered) {
  Recorder recorder;
  recorder.set(Counter::relay_expected, 1);
  recorder.count(Counter::arena_rounds_offered, 4);
  EXPECT_EQ(attained(recorder, "arena.first_token.p95 <= 1s").at(0).offered, 4U);
  EXPECT_TRUE(attained(recorder, "relay.delivery.p99 > 1ms").empty());
  EXPECT_TRUE(attained(recorder, "relay.delivery.mean < 1ms").empty());
  EXPECT_TRUE(attained(recorder, "relay.delivery{kind=direct}.p99 < 1s").empty());
  EXPECT_TRUE(attained(recorder, "generator.slip.p99 < 1s").empty());
  EXPECT_TRUE(attained(recorder, "relay.answer.p99 < 1s").empty()) << "nothing was asked";
}

}  // namespace
}  // namespace gauntlet::metrics
