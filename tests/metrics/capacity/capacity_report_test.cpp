#include "metrics/capacity/capacity_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "metrics/report/lines.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

using Json = nlohmann::json;
using testing::HasSubstr;

Step step_at(const Probe& probe, double limit, Verdict above = Verdict::not_met) {
  const bool met = probe.load <= limit;
  Step step{.probe = probe,
            .seed = 42 + probe.repeat,
            .verdict = met ? Verdict::met : above,
            .latency_p99 = met ? Duration{12ms} : Duration{1'230ms},
            .goodput_per_s = met ? probe.load : 90};
  step.judged.push_back({.text = "relay.delivery.p99 < 50ms",
                         .met = met,
                         .value = met ? "12.0 ms" : "1.23 s",
                         .number = met ? 0.012 : 1.23,
                         .measured = true});
  if (above == Verdict::invalid && !met) step.why_invalid = {"The generator sent late."};
  if (!met) step.symptoms = {{"relay.failures{outcome=reset}", 12}, {"relay.lost", 1'034}};
  return step;
}

CapacityReport report_of(SearchRange range, double limit, Verdict above = Verdict::not_met) {
  CapacityReport report{.scenario_name = "steady",
                        .path = "population.0.agents",
                        .unit = " agents",
                        .seed = 42,
                        .driver = "virtual",
                        .target = "embedded relay",
                        .version = "0.1.0",
                        .host = "Linux 6.1, 2 cores",
                        .measured = 20s,
                        .effective_yaml = "name: steady\n"};
  report.findings = survey(range, [&](const Probe& probe) -> Result<Step, std::string> {
    return step_at(probe, limit, above);
  });
  return report;
}

constexpr SearchRange kRange{.min = 20, .max = 20'000};

TEST(CapacityReport, SaysTheAnswerInOneSentence) {
  EXPECT_EQ(answer(report_of(kRange, 760)), "It holds 745 agents.");
  EXPECT_EQ(answer(report_of(kRange, 30'000)),
            "It holds at least 20,000 agents: the thresholds were met everywhere, up to --max.");
  EXPECT_EQ(answer(report_of(kRange, 10)),
            "It does not even hold 20 agents, the least that was tried (--min).");
  EXPECT_EQ(answer(report_of(kRange, 760, Verdict::invalid)),
            "It holds at least 745 agents; the generator was the limit at 761 agents.");
  EXPECT_EQ(answer(report_of(kRange, 10, Verdict::invalid)),
            "There is no answer: the generator was the limit at 20 agents already.");
}

TEST(CapacityReport, SaysHowSureItIs) {
  EXPECT_EQ(spread(report_of(kRange, 760)),
            "Met at 745 agents in all 3 runs, at 761 agents in none of 3 runs.");
}

TEST(CapacityReport, SaysWhatBrokeFirstAndWhatCameWithIt) {
  EXPECT_EQ(what_broke_first(report_of(kRange, 760)),
            "At 761 agents: relay.delivery.p99 < 50ms (1.23 s); with relay.failures{outcome=reset} "
            "12, relay.lost 1,034.");
  EXPECT_EQ(what_broke_first(report_of(kRange, 760, Verdict::invalid)), "The generator sent late.");
  EXPECT_EQ(what_broke_first(report_of(kRange, 30'000)), "");
}

TEST(CapacityReport, NamesNothingTwiceThatBroke) {
  CapacityReport report = report_of({.min = 20, .max = 20}, 10);
  Step& step = report.findings.steps.front();
  step.judged.front() = {
      .text = "relay.lost == 0", .met = false, .value = "1,034", .number = 1'034, .measured = true};
  EXPECT_EQ(what_broke_first(report),
            "At 20 agents: relay.lost == 0 (1,034); with relay.failures{outcome=reset} 12.");
}

TEST(CapacityReport, SaysThatTheLatencyStillGrew) {
  CapacityReport report = report_of({.min = 20, .max = 20}, 10);
  Step& step = report.findings.steps.front();
  step.judged.front().met = true;
  step.symptoms.clear();
  step.backlog = Backlog{"relay.delivery", 0.041, 5ms, 405ms};
  EXPECT_EQ(what_broke_first(report),
            "At 20 agents: relay.delivery was still growing, from 5.00 ms to 405 ms: 4.1 % of what "
            "came was left to wait.");
}

TEST(CapacityReport, TellsACliffByItsNumbers) {
  EXPECT_THAT(shape_of_the_knee(report_of(kRange, 760)), HasSubstr("A cliff: from 745 agents to "));
}

TEST(CapacityReport, FitsATerminal) {
  std::istringstream text{capacity_text(report_of(kRange, 760), false)};
  int lines = 0;
  for (std::string line; std::getline(text, line); ++lines)
    EXPECT_LE(width_of(line), kColumns) << line;
  EXPECT_GT(lines, 30);
}

TEST(CapacityReport, DrawsABarForEachLoad) {
  const std::string text = capacity_text(report_of(kRange, 760), false);
  EXPECT_THAT(text, HasSubstr("p99, logarithmic"));
  EXPECT_THAT(text, HasSubstr("640 agents  ✓  "));
  EXPECT_THAT(text, HasSubstr("1,280 agents  ✗  ███████████████ 1.23 s"));
}

TEST(CapacityReport, WarnsOfRunsThatAreTooShort) {
  CapacityReport report = report_of(kRange, 760);
  EXPECT_THAT(capacity_text(report, false), testing::Not(HasSubstr("so short a run")));
  report.measured = 2s;
  EXPECT_THAT(capacity_text(report, false), HasSubstr("so short a run"));
}

TEST(CapacityReport, IsJsonWithEverythingInIt) {
  const CapacityReport report = report_of(kRange, 760);
  const Json json = Json::parse(capacity_json(report));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["vary"], "population.0.agents");
  EXPECT_EQ(json["unit"], "agents");
  EXPECT_EQ(json["ending"], "edge");
  EXPECT_EQ(json["holds"], 745);
  EXPECT_EQ(json["always_holds"], 745);
  EXPECT_EQ(json["fails_from"], 761);
  EXPECT_EQ(json["knee"]["shape"], "cliff");
  EXPECT_EQ(json["steps"].size(), report.findings.steps.size());
  EXPECT_EQ(json["steps"][0]["load"], 20);
  EXPECT_EQ(json["steps"][0]["seed"], 42);
  EXPECT_EQ(json["steps"][0]["verdict"], "met");
  const auto failed = std::ranges::find_if(
      json["steps"], [](const Json& step) { return step["verdict"] == "not met"; });
  ASSERT_NE(failed, json["steps"].end());
  EXPECT_EQ((*failed)["symptoms"]["relay.lost"], 1'034);
}

}  // namespace
}  // namespace gauntlet::metrics
