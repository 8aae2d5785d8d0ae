// What a person, a CI system and a program are told of the same results.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/conformance/csv.hpp"
#include "sim/conformance/report/conformance_json.hpp"
#include "sim/conformance/report/github.hpp"
#include "sim/conformance/report/html_page.hpp"
#include "sim/conformance/report/junit.hpp"
#include "sim/conformance/report/profile.hpp"
#include "sim/conformance/report/tap.hpp"
#include "sim/conformance/report/terminal_table.hpp"
#include "sim/conformance/selection.hpp"

namespace gauntlet::sim::conformance {
namespace {

using testing::HasSubstr;
using testing::Not;

Steps nothing(Stage&) { co_return; }
constexpr std::array kRows{
    Case{"ARC-X-01", "does well", "the first clause", nothing},
    Case{"ARC-X-02", "does <badly> & \"loudly\"", "the second clause", nothing, Level::should},
    Case{"ARC-Y-01", "does so, in its way", "the third clause", nothing},
    Case{"ARC-Y-02", "cannot be asked", "the fourth clause", nothing, Level::may},
    Case{"ARC-Y-03", "dies", "the fifth clause", nothing},
};

ConformanceReport example(const Profile& profile = {}, bool strict = false) {
  ConformanceReport report{.subject = "relay",
                           .url = "http://x",
                           .again = "gauntlet conform relay --url http://x",
                           .strict = strict};
  std::vector<CaseResult> results;
  for (const Case& row : kRows) results.push_back({.row = &row});
  results[1].ruling = {Verdict::fail, "bob hears alice", "nothing, with #5"};
  results[1].transcript.add({}, Entry::Way::sent, "alice", R"({"to":["bob"]})");
  results[2].ruling = {Verdict::non_strict, {}, "409 rather than 400"};
  results[3].ruling = {Verdict::skipped, {}, "no operator"};
  results[4].ruling = {Verdict::server_died, "the server lives on", "connection refused"};
  judge(report, std::move(results), profile);
  return report;
}

TEST(Judgement, CountsFailuresAndDeathsAndNothingElse) {
  const ConformanceReport report = example();
  EXPECT_EQ(report.count_against(), 2);
  EXPECT_FALSE(report.conforms());
}

TEST(Judgement, CountsWhatIsNonStrictOnlyWhereThatIsAskedFor) {
  EXPECT_EQ(example({}, true).count_against(), 3);
}

TEST(Judgement, CannotTellOfAServerThatWasNotHeardOnWhatItMustDo) {
  const Ruling unheard{Verdict::inconclusive, {}, "alice cannot register: HTTP 429"};
  ConformanceReport must;
  judge(must, {{.row = &kRows[0]}, {.row = &kRows[2], .ruling = unheard}}, {});
  EXPECT_FALSE(must.conforms());
  EXPECT_EQ(in_words(must), "cannot be told: 1 inconclusive");
  ConformanceReport should;
  judge(should, {{.row = &kRows[0]}, {.row = &kRows[1], .ruling = unheard}}, {});
  EXPECT_EQ(in_words(should), "conforms");
  EXPECT_EQ(in_words(example()), "does not conform");
}

TEST(Judgement, CannotTellOfAServerThatWasAskedNothing) {
  ConformanceReport report;
  judge(report, {{.row = &kRows[0], .ruling = {Verdict::skipped, {}, "no expired token"}}}, {});
  EXPECT_FALSE(report.conforms());
  EXPECT_EQ(in_words(report), "cannot be told: nothing that was asked speaks for it");
}

TEST(Judgement, SaysOfNoServerThatItConformsBeforeAllIsPlayed) {
  ConformanceReport report = example();
  report.not_played = 12;
  EXPECT_EQ(in_words(report), "does not conform");
  report.cases.resize(1);
  EXPECT_EQ(in_words(report), "interrupted: 12 more to be played");
  EXPECT_FALSE(report.conforms());
}

TEST(Judgement, ForgivesWhatAProfileAccepts) {
  const ConformanceReport report = example({{"ARC-X-02", "known"}, {"ARC-Y-*", "later"}});
  EXPECT_TRUE(report.conforms());
  EXPECT_EQ(report.cases[1].accepted_because, "known");
}

TEST(Judgement, SaysWhichAcceptedDeviationsAreNoneAnyMore) {
  const ConformanceReport report = example({{"ARC-X-01", "it was broken once"}});
  ASSERT_EQ(report.no_longer_deviate.size(), 1);
  EXPECT_EQ(report.no_longer_deviate.front().cases, "ARC-X-01");
}

TEST(Judgement, DoesNotCallWhatNobodyCouldBeAskedConforming) {
  ConformanceReport report;
  judge(report, {{.row = &kRows[3], .ruling = {Verdict::skipped, {}, "no operator"}}}, {});
  EXPECT_FALSE(report.conforms());
}

TEST(TerminalTable, SaysOfAFailureWhatWasSentExpectedAndCameAndHowToRepeatIt) {
  const std::string text = terminal_table(example(), false, false);
  EXPECT_THAT(text, HasSubstr(R"(    sent      alice: {"to":["bob"]})"));
  EXPECT_THAT(text, HasSubstr("    expected  bob hears alice"));
  EXPECT_THAT(text, HasSubstr("    clause    the second clause"));
  EXPECT_THAT(text, HasSubstr("    came      nothing, with #5"));
  EXPECT_THAT(text, HasSubstr("gauntlet conform relay --url http://x --only ARC-X-02"));
  EXPECT_THAT(text, HasSubstr("does not conform: 5 cases, 1 pass, 1 non-strict, 1 fail"));
}

TEST(TerminalTable, TellsOnceWhyManyCasesCouldNotBePlayed) {
  const Ruling shut{Verdict::inconclusive, {}, "alice does not get in: HTTP 404"};
  ConformanceReport report;
  std::vector<CaseResult> results(4, {.row = &kRows[0], .ruling = shut});
  results.push_back({.row = &kRows[3], .ruling = {Verdict::skipped, {}, "no operator"}});
  judge(report, std::move(results), {});
  const std::string text = terminal_table(report, false, false);
  EXPECT_THAT(text, HasSubstr("inconclusive  ARC-X-01, ARC-X-01, ARC-X-01 and 1 more\n"
                              "    why       alice does not get in: HTTP 404\n"
                              "skipped       ARC-Y-02"));
  EXPECT_THAT(text, HasSubstr("    why       no operator\n"));
}

TEST(JUnit, CountsAndEscapes) {
  const std::string xml = junit_xml(example());
  EXPECT_THAT(xml, HasSubstr(R"(tests="5" failures="1" errors="1" time=)"));
  EXPECT_THAT(
      xml, HasSubstr(R"(<testsuite name="ARC-Y" tests="3" failures="0" errors="1" skipped="1")"));
  EXPECT_THAT(xml, HasSubstr("does &lt;badly&gt; &amp; &quot;loudly&quot;"));
  EXPECT_THAT(xml, HasSubstr(R"(<skipped message="skipped: no operator"/>)"));
}

TEST(Tap, HasAPlanAndDirectives) {
  const std::string text = tap(example({{"ARC-X-02", "known"}}));
  EXPECT_THAT(text, HasSubstr("TAP version 13\n1..5\nok 1 - ARC-X-01"));
  EXPECT_THAT(text,
              HasSubstr("not ok 2 - ARC-X-02 does <badly> & \"loudly\" # TODO accepted: known"));
  EXPECT_THAT(text, HasSubstr("ok 4 - ARC-Y-02 cannot be asked # SKIP no operator"));
}

TEST(ConformanceJson, SaysEverything) {
  const auto json = nlohmann::json::parse(conformance_json(example()));
  EXPECT_EQ(json["conforms"], false);
  EXPECT_EQ(json["counts"]["pass"], 1);
  EXPECT_EQ(json["counts"]["server died"], 1);
  EXPECT_EQ(json["cases"][1]["verdict"], "fail");
  EXPECT_EQ(json["cases"][1]["expected"], "bob hears alice");
  EXPECT_EQ(json["cases"][1]["transcript"].size(), 1);
}

TEST(HtmlPage, HasARowForEachCaseAndNeedsNothingElse) {
  const std::string page = html_page(example());
  for (const Case& row : kRows)
    EXPECT_THAT(page, HasSubstr("<details id=\"" + std::string{row.id} + '"'));
  EXPECT_THAT(page, Not(HasSubstr("<badly>")));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
}

TEST(GitHub, ShowsNineAnnotationsAndACount) {
  static std::vector<std::string> ids;
  static std::vector<Case> rows;
  for (int i = 10; i < 22; ++i) ids.push_back("ARC-Z-" + std::to_string(i));
  for (const std::string& id : ids) rows.push_back({id, "fails: 100%", "a clause", nothing});
  ConformanceReport report{.subject = "relay", .again = "again"};
  std::vector<CaseResult> results;
  for (const Case& row : rows)
    results.push_back({.row = &row, .ruling = {Verdict::fail, "this\nand that", "nothing"}});
  judge(report, std::move(results), {});
  const std::string text = github_annotations(report);
  EXPECT_EQ(std::ranges::count(text, '\n'), 10);
  EXPECT_THAT(text,
              HasSubstr("::error title=ARC-Z-10 (must) fails%3A 100%25::expected: this%0Aand"));
  EXPECT_THAT(text, HasSubstr("12 cases count against the relay; 9 of them are shown"));
}

TEST(Profile, IsAListOfCasesWithReasons) {
  const auto profile =
      parse_profile("p.yaml", "accept:\n  - {case: ARC-X-*, reason: known}\n", {"ARC-X-01"});
  ASSERT_TRUE(profile.ok());
  EXPECT_EQ(profile.value().front().cases, "ARC-X-*");
  EXPECT_EQ(profile.value().front().reason, "known");
}

TEST(Profile, NamesEveryMistakeWithItsPlace) {
  const auto profile = parse_profile(
      "p.yaml", "accept:\n  - {case: ARC-Q-01, reason: x}\n  - {case: ARC-X-01}\nmore: 1\n",
      {"ARC-X-01"});
  ASSERT_FALSE(profile.ok());
  std::string all;
  for (const Diagnostic& problem : profile.error()) all += to_string(problem);
  EXPECT_THAT(all, HasSubstr("p.yaml:2:12: error: there is no case `ARC-Q-01`"));
  EXPECT_THAT(all, HasSubstr("p.yaml:3:5: error: `reason` is missing"));
  EXPECT_THAT(all, HasSubstr("p.yaml:4:1: error: `more` is not a known key"));
}

TEST(Selection, TakesPatternsAndLevels) {
  EXPECT_TRUE(fits("ARC-*-01", "ARC-X-01"));
  EXPECT_TRUE(fits("*", "ARC-X-01"));
  EXPECT_FALSE(fits("ARC-X", "ARC-X-01"));
  const Selection selection{.only = {"ARC-*"}, .skip = {"ARC-Y-*"}, .level = Level::must};
  EXPECT_TRUE(selection.takes(kRows[0]));
  EXPECT_FALSE(selection.takes(kRows[1]));  // a should
  EXPECT_FALSE(selection.takes(kRows[2]));  // skipped
}

TEST(Csv, ReadsQuotedCells) {
  const Csv csv = parse_csv("a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n2,\n");
  EXPECT_EQ(csv.header(), "a,b");
  EXPECT_EQ(csv.lines(), 2);
  EXPECT_EQ(csv.find({{"a", "1"}})->at("b"), "x, \"y\"\nz");
  EXPECT_EQ(csv.find({{"a", "2"}})->at("b"), "");
  EXPECT_FALSE(csv.find({{"a", "3"}}));
}

TEST(Transcript, ShowsNoSecret) {
  Transcript transcript;
  transcript.add({}, Entry::Way::came, "http", R"({"token":"tok_12345"})");
  transcript.hide("tok_12345");
  transcript.add({}, Entry::Way::sent, "alice", "Bearer tok_12345");
  for (const Entry& entry : transcript.entries())
    EXPECT_THAT(entry.text, Not(HasSubstr("tok_12345")));
  EXPECT_EQ(transcript.scrubbed("see tok_12345"), "see [secret]");
}

}  // namespace
}  // namespace gauntlet::sim::conformance
