#include "metrics/report/explain.hpp"
#include "metrics/report/lines.hpp"
#include "metrics/report/run_report.hpp"
#include "tests/metrics/report/example_run.hpp"
#include "tests/support/golden.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(TerminalReport, ReadsAsItDidWhenItWasReviewed) {
  tests::expect_golden("tests/golden/terminal_report.txt", terminal_report(example_run(), false));
}

TEST(TerminalReport, FitsAScreenOf38LinesAnd80Columns) {
  RunReport report = example_run();
  Recorder everything;
  for (const SeriesDef& def : kSeries) everything.observe(def.id, 123'456us, Window::measured);
  report.snapshot.add(everything);
  const auto lines = lines_of(terminal_report(report, false));
  EXPECT_LE(lines.size(), 38U);
  for (const std::string& line : lines) EXPECT_LE(width_of(line), kColumns) << line;
}

TEST(TerminalReport, SaysFirstThatARunIsInvalidAndCallsNoThresholdMet) {
  RunReport report = example_run();
  report.why_invalid = {"The generator sent late."};
  const std::string text = terminal_report(report, false);
  EXPECT_THAT(text, HasSubstr("INVALID"));
  EXPECT_THAT(text, HasSubstr("- The generator sent late."));
  EXPECT_THAT(text, Not(HasSubstr("✓")));
  EXPECT_LT(text.find("INVALID"), text.find("relay.delivery.p99"));
}

TEST(TerminalReport, SaysRightBelowTheVerdictWhatWasNeverSent) {
  RunReport report = example_run();
  const std::string text = terminal_report(report, false);
  EXPECT_THAT(text, HasSubstr("note: 10 of 1,010 operations were never sent: their agents"));
  EXPECT_LT(text.find("never sent: their"), text.find("latency, from intended"));
  report.snapshot.counters[static_cast<std::size_t>(Counter::relay_unsent)] = 0;
  EXPECT_THAT(terminal_report(report, false), Not(HasSubstr("never sent: their")));
}

TEST(TerminalReport, SaysHowOftenAnInvariantWasBrokenAndWhereFirst) {
  RunReport report;
  const auto breach = [&](Invariant invariant, std::uint64_t times) {
    report.snapshot.counters[static_cast<std::size_t>(broken(invariant))] = times;
  };
  breach(Invariant::delivered, 4);
  EXPECT_THAT(terminal_report(report, false), HasSubstr("\n  delivered, 4 times: What is sent"));
  report.first_breaches = {{Invariant::delivered, "at agent-2, after 1.24 s"}};
  EXPECT_THAT(terminal_report(report, false),
              HasSubstr("\n  delivered, 4 times, first at agent-2, after 1.24 s: What is"));
  breach(Invariant::delivered, 1);
  EXPECT_THAT(terminal_report(report, false),
              HasSubstr("\n  delivered, 1 time, at agent-2, after 1.24 s: What is sent"));
}

TEST(TerminalReport, SpeaksOfASingleThresholdAsOne) {
  RunReport report;
  report.judged = {{"relay.lost == 0", true, "0", 0, true}};
  EXPECT_THAT(terminal_report(report, false), HasSubstr("MET: the threshold held"));
  report.judged[0].met = false;
  EXPECT_THAT(terminal_report(report, false), HasSubstr("NOT MET: the threshold did not hold"));
  report.judged = {{"a", true, "0", 0, true}, {"b", true, "0", 0, true}};
  EXPECT_THAT(terminal_report(report, false), HasSubstr("MET: all 2 thresholds held"));
}

TEST(TerminalReport, LeavesTheGeneratorsOwnLoadOutOfAVirtualRun) {
  RunReport report = example_run();
  EXPECT_THAT(terminal_report(report, false), HasSubstr("cpu 4.50 s"));
  report.driver = "virtual";
  EXPECT_THAT(terminal_report(report, false), Not(HasSubstr("cpu ")));
}

TEST(TerminalReport, PaintsOnlyWhenAsked) {
  EXPECT_THAT(terminal_report(example_run(), false), Not(HasSubstr("\033[")));
  EXPECT_THAT(terminal_report(example_run(), true), HasSubstr("\033[31mNOT MET\033[0m"));
}

TEST(TerminalReport, OfARunInWhichNothingHappenedSaysSo) {
  const std::string text = terminal_report(RunReport{}, false);
  EXPECT_THAT(text, HasSubstr("nothing was judged"));
  EXPECT_THAT(text, HasSubstr("no latency was measured"));
}

TEST(Verdict, IsInvalidBeforeAnythingElse) {
  RunReport report = example_run();
  EXPECT_EQ(verdict(report), Verdict::not_met);
  for (Judged& judged : report.judged) judged.met = true;
  EXPECT_EQ(verdict(report), Verdict::met);
  report.why_invalid = {"Late."};
  EXPECT_EQ(verdict(report), Verdict::invalid);
}

TEST(Explanations, ExistForEveryOutcomeOnce) {
  std::map<std::string_view, Outcome> seen;
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    EXPECT_TRUE(explain(outcome).ends_with('.')) << name(outcome);
    EXPECT_TRUE(seen.emplace(explain(outcome), outcome).second) << name(outcome);
  }
  EXPECT_FALSE(seen.contains(explain(static_cast<Outcome>(kOutcomeCount))));
}

}  // namespace
}  // namespace gauntlet::metrics
