#include "metrics/report/correctness_lines.hpp"

#include <gtest/gtest.h>

namespace gauntlet::metrics {
namespace {

CaseOutcome passed() { return {.verdict = "pass", .holds = true}; }

Correctness example() {
  Correctness all{.subject = "relay"};
  all.cases.push_back({.id = "ARC-ROUTE-01",
                       .level = "must",
                       .does = "delivers a direct message",
                       .clause = "ARC, Send",
                       .idle = passed(),
                       .loaded = passed()});
  all.cases.push_back({.id = "ARC-ROUTE-16",
                       .level = "should",
                       .does = "keeps the order of a sender's messages",
                       .clause = "ARC, Minimal relay",
                       .idle = passed(),
                       .loaded = {.verdict = "fail",
                                  .expected = "message 7 next",
                                  .came = R"({"id":"m-9","payload":8})",
                                  .transcript = {"alice > 7"}}});
  all.cases.push_back({.id = "ARC-PING-01",
                       .level = "may",
                       .does = "answers the ping command",
                       .clause = "ARC, Commands",
                       .idle = {.verdict = "non-strict", .holds = true, .came = "from nobody"},
                       .loaded = passed()});
  all.left_out = {{"ARC-CONN-05", "it needs the server to itself"},
                  {"ARC-LIMIT-03", "it attacks the server, and so the load"},
                  {"ARC-CONN-10", "it needs the server to itself"}};
  return all;
}

std::string text_of(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

TEST(CorrectnessLines, SetIdleAndUnderLoadSideBySide) {
  EXPECT_EQ(text_of(correctness_lines(example(), "runs/x/scenario.yaml", Paint{false})),
            R"(conformance of the relay                      idle    under load
  pass                                           2             2
  non-strict                                     1             0
  fail                                           0             1
  ✗ ARC-ROUTE-16 (should) keeps the order of a sender's messages
      idle        pass
      under load  fail: expected message 7 next; came {"id":"m-9","payload":8}
      again       gauntlet run runs/x/scenario.yaml --set
                  'conformance=[ARC-ROUTE-16]'
  ~ ARC-PING-01 (may) answers the ping command
      idle        non-strict: from nobody
      under load  pass
  correct when idle, not under load: ARC-ROUTE-16
  not played, 3: it needs the server to itself (2); it attacks the server, and
  so the load (1)
)");
}

TEST(CorrectnessLines, SayNoMoreThanTheTableWhereAllIsWell) {
  Correctness all = example();
  all.cases.resize(1);
  all.left_out.clear();
  EXPECT_EQ(text_of(correctness_lines(all, "FILE", Paint{false})),
            R"(conformance of the relay                      idle    under load
  pass                                           1             1
)");
}

TEST(CorrectnessLines, ShowAFewOfManyAndNameTheRest) {
  Correctness all = example();
  while (all.cases.size() < 20) all.cases.push_back(all.cases[1]);
  const std::string text = text_of(correctness_lines(all, "FILE", Paint{false}));
  EXPECT_NE(text.find("and 14 more, in summary.json under conformance"), std::string::npos) << text;
  EXPECT_NE(text.find("and\n  10 more"), std::string::npos) << text;
}

}  // namespace
}  // namespace gauntlet::metrics
