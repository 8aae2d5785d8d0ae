// How often messages come, as people write it and as they get it wrong.
#include <gtest/gtest.h>

#include "scenarios/parse/parse.hpp"

namespace gauntlet::scenarios {
namespace {

using namespace std::chrono_literals;

Parsed parse(const std::string& rules) {
  ParseOptions options;
  options.read_file = [](const std::string& name) -> Result<std::string, std::string> {
    if (name == "good.txt") return std::string{"# seconds\n0\n0.25\n\n  1e0  \r\n1"};
    if (name == "bad.txt") return std::string{"0.5\nsoon\n0.4\n-1\n"};
    if (name == "long.txt") return std::string{"1\n9.5\n"};
    if (name == "empty.txt") return std::string{"# none yet\n"};
    return fail(name + " cannot be read: No such file or directory");
  };
  options.file = "s.yaml";
  return parse_scenario(
      "name: x\ntargets: {relay: embedded}\npopulation:\n- agents: 4\n  " + rules + "\n", options);
}

std::string complaint(const std::string& rules) {
  std::string all;
  for (const Diagnostic& problem : parse(rules).problems) all += to_string(problem);
  return all;
}

Agents agents_of(const std::string& rules) {
  EXPECT_EQ(complaint(rules), "");
  const auto scenario = parse(rules).scenario;
  return scenario ? std::get<Agents>(scenario->population.at(0)) : Agents{};
}

TEST(ClosedLoop, IsWrittenAsSoManyInFlight) {
  const Agents agents = agents_of(
      "send: [{to: itself, in_flight: 16, think: 5ms, timeout: 2s}]\n"
      "  ask: {in_flight: 1}");
  EXPECT_EQ(
      agents.send.at(0),
      (SendRule{.to = Itself{}, .load = {.in_flight = 16, .think = Constant{5ms}}, .timeout = 2s}));
  EXPECT_EQ(agents.ask->load, Load{.in_flight = 1});
}

TEST(ClosedLoop, MayBeReplacedByRoundTripsAtARate) {
  EXPECT_EQ(agents_of("send: [{to: itself, rate: 5/s}]").send.at(0),
            (SendRule{.to = Itself{}, .load = {.rate = Rate{5}}}));
}

TEST(Stages, AreRampsStepsAndPauses) {
  const Agents agents = agents_of(
      "send: [{load: [{for: 3s, rate: 100/s to 1000/s}, {for: 1s, rate: 0/s}, {for: 2s, rate: "
      "90/min}]}]");
  EXPECT_EQ(
      agents.send.at(0).load,
      (Load{.stages = {{3s, {Rate{100}, Rate{1000}}}, {1s, {}}, {2s, {Rate{1.5}, Rate{1.5}}}}}));
}

TEST(Trace, IsAFileOfSeconds) {
  const Agents agents = agents_of("send: [{trace: good.txt}]");
  EXPECT_EQ(*agents.send.at(0).load.trace->times, (std::vector<Duration>{0s, 250ms, 1s, 1s}));
}

TEST(Trace, IsWrittenByItsName) {
  const auto parsed = parse("send: [{trace: good.txt}]");
  EXPECT_NE(to_yaml(*parsed.scenario).find("trace: good.txt"), std::string::npos);
}

struct Case {
  const char* name;
  const char* rules;
  const char* want;
};
void PrintTo(const Case& c, std::ostream* os) { *os << c.name; }

class MistakenLoad : public testing::TestWithParam<Case> {};

TEST_P(MistakenLoad, IsSaidWithItsPlaceAndItsFix) {
  EXPECT_EQ(complaint(GetParam().rules), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    , MistakenLoad,
    testing::Values(
        Case{"Missing", "send: [{to: everyone}]",
             "s.yaml:5:10: error: population.0.send.0 needs rate, load, trace or in_flight\n"
             "  fix: add `rate: 2/s`\n"},
        Case{"Twice", "send: [{to: itself, rate: 1/s, in_flight: 2}]",
             "s.yaml:5:45: error: population.0.send.0.rate and population.0.send.0.in_flight "
             "exclude each other\n  fix: remove one of them\n"},
        Case{"ThinkWithoutLoop", "send: [{to: itself, rate: 1/s, think: 1s}]",
             "s.yaml:5:41: error: population.0.send.0.think means nothing without `in_flight`\n"
             "  fix: remove it, or add `in_flight: 1`\n"},
        Case{"ArrivalsOfALoop", "ask: {in_flight: 2, arrivals: poisson}",
             "s.yaml:5:20: error: population.0.ask.arrivals and population.0.ask.in_flight exclude "
             "each other\n  fix: remove one of them\n"},
        Case{"None", "ask: {in_flight: 0}",
             "s.yaml:5:20: error: population.0.ask.in_flight is `0`, but must be a whole number "
             "from 1 to 1,000\n  fix: write `in_flight: 1`\n"},
        Case{"ToOthers", "send: [{in_flight: 2}]",
             "s.yaml:5:22: error: population.0.send.0.in_flight needs messages that come back, but "
             "a sender does not learn when others got its message\n  fix: add `to: itself`; or "
             "write `rate: 2/s`; or let it `ask: {in_flight: 1}`, and others `answer`\n"},
        Case{"StageWithoutDuration", "send: [{load: [{rate: 5/s}]}]",
             "s.yaml:5:18: error: population.0.send.0.load.0.for is missing (a time with its unit, "
             "such as 10s or 250ms)\n  fix: add `for: 10s`\n"},
        Case{"StageOfNoTime", "send: [{load: [{for: 0s, rate: 5/s}]}]",
             "s.yaml:5:24: error: population.0.send.0.load.0.for is `0s`, but must be more than "
             "zero\n  fix: write `for: 10s`\n"},
        Case{"StageBelowZero", "send: [{load: [{for: 1s, rate: 5/s to -1/s}]}]",
             "s.yaml:5:34: error: population.0.send.0.load.0.rate is `5/s to -1/s`, but must not "
             "be below zero\n  fix: write `rate: 5/s to 1/s`\n"},
        Case{"NoStages", "send: [{load: []}]",
             "s.yaml:5:17: error: population.0.send.0.load is a list with nothing in it\n"
             "  fix: write `load: [{for: 10s, rate: 100/s to 1000/s}]`\n"},
        Case{"RateOfNothing", "send: [{rate: 0/s}]",
             "s.yaml:5:17: error: population.0.send.0.rate is `0/s`, but must be more than zero\n"
             "  fix: write `rate: 2/s`\n"},
        Case{"StagesOfNothing", "ask: {load: [{for: 1s, rate: 0/s}, {for: 2s, rate: 0/s to 0/s}]}",
             "s.yaml:5:15: error: population.0.ask.load is 0/s in every stage, so nothing would "
             "ever be sent\n  fix: give one of them a rate, or remove the rule\n"},
        Case{"StagesLongerThanTheRun",
             "send: [{load: [{for: 8s, rate: 1/s}, {for: 4s, rate: 2/s}]}]",
             "s.yaml:5:17: error: population.0.send.0.load lasts 12s, but traffic lasts 9s (from "
             "the end of connect to the end of `duration`)\n  fix: raise `duration` by 3s, or "
             "shorten a stage\n"},
        Case{"TraceThatIsNotThere", "send: [{trace: none.txt}]",
             "s.yaml:5:18: error: population.0.send.0.trace: none.txt cannot be read: No such file "
             "or directory\n  fix: write the times into it, in seconds from the start of traffic, "
             "one a line\n"},
        Case{"TraceThatIsWrong", "send: [{trace: bad.txt}]",
             "bad.txt:2:1: error: this line is no time in seconds, from 0 on\n  fix: write a "
             "number such as `1.25`, or `# a comment`\nbad.txt:3:1: error: this time is before "
             "that of the line above\n  fix: sort the file: `sort -g -o bad.txt bad.txt`\n"
             "bad.txt:4:1: error: this line is no time in seconds, from 0 on\n  fix: write a "
             "number such as `1.25`, or `# a comment`\n"},
        Case{"TraceLongerThanTheRun", "send: [{trace: long.txt}]",
             "s.yaml:5:18: error: population.0.send.0.trace: long.txt goes on to 9500ms, but "
             "traffic lasts 9s (from the end of connect to the end of `duration`)\n  fix: raise "
             "`duration`, or shorten the file\n"},
        Case{"TraceWithoutTimes", "send: [{trace: empty.txt}]",
             "s.yaml:5:18: error: population.0.send.0.trace: empty.txt has no times\n"
             "  fix: write some into it, or remove the rule\n"},
        Case{"AskingItself", "ask: {to: itself, in_flight: 2}",
             "s.yaml:5:13: error: population.0.ask.to is `itself`, but no agent answers its own "
             "question\n  fix: write `to: random agent`, or use `send` for round trips\n"}),
    [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace gauntlet::scenarios
