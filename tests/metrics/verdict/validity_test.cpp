#include "metrics/verdict/validity.hpp"

#include "metrics/record/recorder.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr ValidityLimits kLimits{.slip_p99 = 10ms,
                                 .loop_lag_p99 = 20ms,
                                 .pause = 100ms,
                                 .starved = 0.2,
                                 .stolen = 0.05,
                                 .throttled = 0.01,
                                 .packets_dropped = 0.001};

Snapshot snapshot_of(const Recorder& recorder) {
  Snapshot snapshot;
  snapshot.add(recorder);
  return snapshot;
}

TEST(Validity, HoldsWhenNothingSpeaksAgainstIt) {
  Recorder recorder;
  recorder.observe(Series::generator_slip, 10ms, Window::measured);
  EXPECT_THAT(why_invalid(snapshot_of(recorder), {.loop_busy = {0.4, 0.95}}, kLimits), IsEmpty());
}

TEST(Validity, EndsWhereTheGeneratorIsLate) {
  Recorder recorder;
  for (int i = 0; i < 989; ++i) recorder.observe(Series::generator_slip, 1ms, Window::measured);
  for (int i = 0; i < 11; ++i) recorder.observe(Series::generator_slip, 30ms, Window::measured);
  EXPECT_THAT(why_invalid(snapshot_of(recorder), {}, kLimits),
              ElementsAre(AllOf(HasSubstr("30.0 ms"), HasSubstr("limit 10.0 ms"),
                                HasSubstr("`arrive: {over: ...}`"), HasSubstr("`--threads`"))));
}

TEST(Validity, IsNotEndedByTheLuckOfAFew) {
  const auto holds = [](int on_time, int late) {
    Recorder recorder;
    for (int i = 0; i < on_time; ++i)
      recorder.observe(Series::generator_slip, 1ms, Window::measured);
    for (int i = 0; i < late; ++i) recorder.observe(Series::generator_slip, 30ms, Window::measured);
    return why_invalid(snapshot_of(recorder), {}, kLimits).empty();
  };
  EXPECT_TRUE(holds(990, 10));
  EXPECT_TRUE(holds(98, 2));
  EXPECT_TRUE(holds(90, 10));
  EXPECT_FALSE(holds(89, 11));
  EXPECT_TRUE(holds(4, 4));
  EXPECT_FALSE(holds(3, 4));
}

TEST(Validity, SaysEveryReasonAtOnce) {
  Recorder recorder;
  recorder.count(Counter::relay_offered, 1'000);
  recorder.count(Counter::generator_dropped, 3);
  recorder.count(relay_failure(Outcome::exhausted), 2);
  recorder.count(arena_failure(Outcome::exhausted), 5);
  EXPECT_THAT(
      why_invalid(snapshot_of(recorder), {.loop_busy = {0.5, 0.973}, .interrupted = true}, kLimits),
      ElementsAre(HasSubstr("dropped 3 of 1,000"), HasSubstr("could not open 7 connections"),
                  AllOf(HasSubstr("1 of 2"), HasSubstr("97.3 %")), HasSubstr("interrupted")));
}

// One row each: what the generator or the machine suffered, and the sentence that comes of it.
struct Case {
  const char* name;
  std::map<Series, Duration> samples;  // a hundred each
  GeneratorFacts facts;
  std::vector<std::string> says;  // parts of the one reason; none: the run is valid
};
void PrintTo(const Case& c, std::ostream* os) { *os << c.name; }

class Reasons : public testing::TestWithParam<Case> {};

TEST_P(Reasons, AreSaidWithMeasureLimitAndRemedy) {
  const Case& c = GetParam();
  Recorder recorder;
  for (const auto& [series, value] : c.samples)
    for (int i = 0; i < 100; ++i) recorder.observe(series, value, Window::measured);
  const auto reasons = why_invalid(snapshot_of(recorder), c.facts, kLimits);
  ASSERT_EQ(reasons.size(), c.says.empty() ? 0U : 1U) << testing::PrintToString(reasons);
  for (const std::string& part : c.says) EXPECT_THAT(reasons.front(), HasSubstr(part));
}

using Throttled = HostFacts::Throttled;
using Packets = HostCounters::Packets;

INSTANTIATE_TEST_SUITE_P(
    , Reasons,
    testing::Values(
        Case{"APauseUpToTheLimitIsAllowed", {{Series::generator_pause, 100ms}}, {}, {}},
        Case{"APauseBeyondItIsNot",
             {{Series::generator_pause, 300ms}},
             {.longest_pause_at = at(4'200ms)},
             {"did not run for 300 ms", "4.20 s after the start", "at most 100 ms",
              "let nothing else run beside it"}},
        Case{"LateReadingCountsAsLateSendingDoes",
             {{Series::generator_loop_lag, 30ms}},
             {},
             {"read late", "30.0 ms", "limit 20.0 ms", "`--threads`"}},
        Case{"StarvedUpToTheLimitIsAllowed", {}, {.loop_starved = {0.0, 0.2}}, {}},
        Case{"TheMostStarvedThreadIsJudged",
             {},
             {.loop_starved = {0.0, 0.31}},
             {"had no core for 31.0 %", "limit 20.0 %", "more cores"}},
        Case{"StealUpToTheLimitIsAllowed", {}, {.host = {.stolen = 0.05}}, {}},
        Case{"StealBeyondItIsNot",
             {},
             {.host = {.stolen = 0.081}},
             {"8.1 %", "steal", "limit 5.0 %", "neighbours"}},
        Case{"ThrottlingUpToTheLimitIsAllowed",
             {},
             {.host = {.throttled = Throttled{1, 100ms, 0.01}}},
             {}},
        Case{"ThrottlingBeyondItIsNot",
             {},
             {.host = {.throttled = Throttled{37, 1'850ms, 0.062}}},
             {"stopped the generator 37 times", "1.85 s", "6.2 %", "limit 1.0 %", "--cpus"}},
        Case{"FewDroppedPacketsAreAllowed",
             {},
             {.host = {.packets = Packets{.segments = 9'990, .dropped = 10}}},
             {}},
        Case{"ManyAreNot",
             {},
             {.host = {.packets = Packets{.segments = 9'980, .dropped = 20}}},
             {"no room for 20 packets", "0.20 %", "limit 0.10 %", "netdev_max_backlog"}},
        Case{"WhatTheKernelDoesNotTellIsNotHeldAgainstIt", {}, {.host = {}}, {}},
        Case{"WaitsForATargetThatDoesNotReadAreTheTargets",
             {{Series::generator_slip, 1ms}, {Series::generator_blocked_target, 9s}},
             {},
             {}},
        Case{"WaitsForOurOwnSendBuffersAreOurs",
             {{Series::generator_slip, 1ms}, {Series::generator_blocked_own, 50ms}},
             {},
             {"own send buffers were full", "100 sends", "10.0 ms", "up to 50.0 ms", "tcp_wmem"}},
        Case{"ShortOnesAreAllowed",
             {{Series::generator_slip, 1ms}, {Series::generator_blocked_own, 10ms}},
             {},
             {}}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(HeldUp, SaysWhatWasTheTargetsDoing) {
  Recorder recorder;
  recorder.observe(Series::generator_blocked_target, 2s, Window::measured);
  EXPECT_THAT(held_up(snapshot_of(recorder), {.host = {.packets = Packets{.refused = 3}}}),
              ElementsAre(AllOf(HasSubstr("1 sends"), HasSubstr("up to 2.00 s")),
                          AllOf(HasSubstr("accept queue for 3"), HasSubstr("somaxconn"))));
  EXPECT_THAT(held_up(snapshot_of(Recorder{}), {}), IsEmpty());
}

TEST(HeldUp, SaysWhichSamplesWereTooLongToBeKept) {
  Recorder recorder;
  recorder.observe(Series::relay_answer, 2h, Window::measured);
  recorder.observe(Series::relay_answer, 59min, Window::measured);
  EXPECT_THAT(
      held_up(snapshot_of(recorder), {}),
      ElementsAre("1 samples of relay.answer were longer than an hour, and count as an hour."));
}

}  // namespace
}  // namespace gauntlet::metrics
