#include "metrics/verdict/validity.hpp"

#include "metrics/record/recorder.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Snapshot snapshot_of(const Recorder& recorder) {
  Snapshot snapshot;
  snapshot.add(recorder);
  return snapshot;
}

TEST(Validity, HoldsWhenNothingSpeaksAgainstIt) {
  Recorder recorder;
  recorder.observe(Series::generator_slip, 10ms, Window::measured);
  EXPECT_THAT(why_invalid(snapshot_of(recorder), {.loop_busy = {0.4, 0.95}}, 10ms), IsEmpty());
}

TEST(Validity, EndsWhereTheGeneratorIsLate) {
  Recorder recorder;
  for (int i = 0; i < 98; ++i) recorder.observe(Series::generator_slip, 1ms, Window::measured);
  for (int i = 0; i < 2; ++i) recorder.observe(Series::generator_slip, 30ms, Window::measured);
  EXPECT_THAT(why_invalid(snapshot_of(recorder), {}, 10ms),
              ElementsAre(AllOf(HasSubstr("30.0 ms"), HasSubstr("limit 10.0 ms"),
                                HasSubstr("`arrive: {over: ...}`"), HasSubstr("`--threads`"))));
}

TEST(Validity, SaysEveryReasonAtOnce) {
  Recorder recorder;
  recorder.count(Counter::relay_offered, 1'000);
  recorder.count(Counter::generator_dropped, 3);
  recorder.count(relay_failure(Outcome::exhausted), 2);
  recorder.count(arena_failure(Outcome::exhausted), 5);
  EXPECT_THAT(
      why_invalid(snapshot_of(recorder), {.loop_busy = {0.5, 0.973}, .interrupted = true}, 10ms),
      ElementsAre(HasSubstr("dropped 3 of 1,000"), HasSubstr("could not open 7 connections"),
                  AllOf(HasSubstr("1 of 2"), HasSubstr("97.3 %")), HasSubstr("interrupted")));
}

}  // namespace
}  // namespace gauntlet::metrics
