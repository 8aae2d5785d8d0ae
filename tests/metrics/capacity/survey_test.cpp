#include "metrics/capacity/survey.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

constexpr SearchRange kRange{.min = 20, .max = 20'000};

/// A target as numbers.
struct Fake {
  std::function<Verdict(double)> verdict;
  std::function<Duration(double)> latency = [](double) { return 5ms; };
  std::function<double(double)> goodput = [](double load) { return load; };

  Result<Step, std::string> run(const Probe& probe) const {
    return Step{.probe = probe,
                .verdict = verdict(probe.load),
                .latency_p99 = latency(probe.load),
                .goodput_per_s = goodput(probe.load)};
  }
};

Findings survey_of(const Fake& fake) {
  return survey(kRange, [&](const Probe& probe) { return fake.run(probe); });
}

Verdict up_to_1000(double load) { return load <= 1'000 ? Verdict::met : Verdict::not_met; }

TEST(Survey, FindsTheEdgeAndLooksPastIt) {
  const Findings findings = survey_of({.verdict = up_to_1000});
  EXPECT_EQ(findings.ending, Ending::edge);
  EXPECT_NEAR(*findings.highest_met, 1'000, 50);
  ASSERT_TRUE(findings.knee);
  EXPECT_EQ(findings.knee->at.load, *findings.highest_met);
  EXPECT_GE(findings.knee->past.load, 1.15 * *findings.highest_met);
}

TEST(Survey, CallsItACliffWhenGoodputFalls) {
  const Findings findings = survey_of(
      {.verdict = up_to_1000, .goodput = [](double load) { return load <= 1'000 ? load : 100; }});
  ASSERT_TRUE(findings.knee);
  EXPECT_EQ(findings.knee->shape, Knee::Shape::cliff);
}

TEST(Survey, CallsItACliffWhenTheLatencyGrowsTenfold) {
  const Findings findings = survey_of({.verdict = up_to_1000, .latency = [](double load) {
                                         return load <= 1'000 ? Duration{5ms} : Duration{500ms};
                                       }});
  ASSERT_TRUE(findings.knee);
  EXPECT_EQ(findings.knee->shape, Knee::Shape::cliff);
}

TEST(Survey, CallsItASlopeWhenItOnlyGetsSlower) {
  const Findings findings =
      survey_of({.verdict = up_to_1000, .latency = [](double load) {
                   return std::chrono::microseconds{static_cast<std::int64_t>(load)} * 10;
                 }});
  ASSERT_TRUE(findings.knee);
  EXPECT_EQ(findings.knee->shape, Knee::Shape::slope);
}

TEST(Survey, SaysHowItEnded) {
  const auto ending = [](Verdict below, Verdict above) {
    return survey_of({.verdict = [=](double load) { return load <= 1'000 ? below : above; }})
        .ending;
  };
  EXPECT_EQ(ending(Verdict::met, Verdict::met), Ending::everywhere);
  EXPECT_EQ(ending(Verdict::not_met, Verdict::not_met), Ending::nowhere);
  EXPECT_EQ(ending(Verdict::met, Verdict::invalid), Ending::generator);
  EXPECT_EQ(ending(Verdict::invalid, Verdict::invalid), Ending::generator);
}

TEST(Survey, KeepsWhatIsKnownWhenItIsStopped) {
  const Fake fake{.verdict = up_to_1000};
  int runs = 0;
  const Findings findings = survey(kRange, [&](const Probe& probe) -> Result<Step, std::string> {
    if (++runs > 4) return fail(std::string{"interrupted"});
    return fake.run(probe);
  });
  EXPECT_EQ(findings.ending, Ending::stopped);
  EXPECT_EQ(findings.stopped, "interrupted");
  EXPECT_EQ(findings.steps.size(), 4U);
  EXPECT_EQ(findings.highest_met, 160);
}

TEST(Survey, ShowsTheRunInWhichSomethingBrokeFirst) {
  const Findings findings = survey_of({.verdict = up_to_1000});
  const Step* step = first_failure(findings);
  ASSERT_NE(step, nullptr);
  EXPECT_EQ(step->probe.load, *findings.lowest_failed);
}

}  // namespace
}  // namespace gauntlet::metrics
