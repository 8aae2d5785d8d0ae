// Ranges, as people write them: each mistake is answered with what to write, in the user's numbers.
#include "scenarios/parse/range.hpp"

#include <gtest/gtest.h>

#include "scenarios/parse/parse.hpp"

namespace gauntlet::scenarios {
namespace {

TEST(Ranges, AreSeenInEverySpelling) {
  for (const char* text : {"500us to 2ms", "500us-2ms", "500us - 2ms", "500us..2ms",
                           "500us \u2013 2ms", "between 500us and 2ms", "500us  to  2ms"}) {
    const auto range = range_in(text);
    ASSERT_TRUE(range) << text;
    EXPECT_EQ(range->from, "500us") << text;
    EXPECT_EQ(range->to, "2ms") << text;
  }
  for (const char* text : {"", "to", "-1s", "1s", "5/s to -1/s", "1s to", "a to b", "1s and 2s"})
    EXPECT_FALSE(range_in(text)) << text;
}

TEST(Ranges, TakeTheUnitOfTheirSecondEndForAFirstWithout) {
  EXPECT_EQ(range_in("5-10ms")->from, "5ms");
  EXPECT_EQ(range_in("2-8/s")->from, "2/s");
  EXPECT_EQ(range_in("1 to 2.5 kB")->from, "1 kB");
  EXPECT_EQ(range_in("1 to 2")->from, "1");
}

struct Case {
  const char* name;
  const char* line;  // of a scenario
  const char* want;
};
void PrintTo(const Case& c, std::ostream* os) { *os << c.name; }

std::string complaint(const std::string& line, const std::vector<std::string>& overrides = {}) {
  ParseOptions options;
  options.file = "s.yaml";
  options.overrides = overrides;
  std::string all;
  for (const Diagnostic& problem :
       parse_scenario("name: x\ntargets: {relay: embedded, arena: embedded}\n" + line + "\n",
                      options)
           .problems)
    all += to_string(problem);
  return all;
}

class MistakenRange : public testing::TestWithParam<Case> {};

TEST_P(MistakenRange, IsAnsweredWithWhatToWrite) {
  EXPECT_EQ(complaint(GetParam().line), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    , MistakenRange,
    testing::Values(
        Case{"Latency", "network: {latency: 500us to 2ms}\npopulation: [{agents: 2}]",
             "s.yaml:3:20: error: network.latency is `500us to 2ms`, but must say what is drawn "
             "between the two\n  fix: write `latency: {uniform: {min: 500us, max: 2ms}}`\n"},
        Case{"TheOtherWayRound", "network: {latency: 20-5ms}\npopulation: [{agents: 2}]",
             "s.yaml:3:20: error: network.latency is `20-5ms`, but must say what is drawn between "
             "the two\n  fix: write `latency: {uniform: {min: 5ms, max: 20ms}}`\n"},
        Case{"AsAList", "network: {latency: [500us, 2ms]}\npopulation: [{agents: 2}]",
             "s.yaml:3:20: error: network.latency is a list, but must say what is drawn between "
             "the two\n  fix: write `latency: {uniform: {min: 500us, max: 2ms}}`\n"},
        Case{"WithoutItsName",
             "network: {latency: {min: 500us, max: 2ms}}\npopulation: [{agents: 2}]",
             "s.yaml:3:20: error: network.latency is a map, but must say what is drawn between the "
             "two\n  fix: write `latency: {uniform: {min: 500us, max: 2ms}}`\n"},
        Case{"FaultDelay",
             "population: [{agents: 2}]\nfaults: [{do: {latency: {delay: 5ms to 20ms}}}]",
             "s.yaml:4:33: error: faults.0.do.latency.delay is `5ms to 20ms`, but must say what is "
             "drawn between the two\n  fix: write `delay: {uniform: {min: 5ms, max: 20ms}}`\n"},
        Case{"Tokens", "population: [{participants: 2, runner: {mock: {tokens: 20 to 40}}}]",
             "s.yaml:3:56: error: population.0.runner.mock.tokens is `20 to 40`, but must say what "
             "is drawn between the two\n  fix: write `tokens: {uniform: {min: 20, max: 40}}`\n"},
        Case{"Rate", "population: [{agents: 2, send: [{rate: 2/s to 8/s}]}]",
             "s.yaml:3:40: error: population.0.send.0.rate is `2/s to 8/s`, but must be one rate\n"
             "  fix: write `rate: 2/s`, or, for one that grows, `load: [{for: 10s, rate: 2/s to "
             "8/s}]` in its place, the rate of all agents together\n"},
        Case{"Stage", "population: [{agents: 2, send: [{load: [{for: 1s, rate: 2-8/s}]}]}]",
             "s.yaml:3:57: error: population.0.send.0.load.0.rate is `2-8/s`, but must be a rate, "
             "or "
             "two with `to` between them\n  fix: write `rate: 2/s to 8/s`\n"},
        Case{
            "Arrival", "population: [{agents: 2, arrive: {over: 1s to 5s}}]",
            "s.yaml:3:41: error: population.0.arrive.over is `1s to 5s`, but must be one time, not "
            "a range\n  fix: write `arrive: {at: 1s, over: 4s}`\n"},
        Case{"Payload",
             "population: [{agents: 2, send: [{rate: 1/s, payload: 200 bytes to 2 KiB}]}]",
             "s.yaml:3:54: error: population.0.send.0.payload is `200 bytes to 2 KiB`, but must be "
             "one size, not a range\n  fix: write `payload: 200 bytes`\n"},
        Case{"Time", "population: [{agents: 2}]\nduration: 10s to 20s",
             "s.yaml:4:11: error: duration is `10s to 20s`, but must be one time, not a range\n"
             "  fix: write `duration: 10s`\n"},
        Case{"Share", "population: [{agents: 2, ask: {rate: 1/s}, answer: {probability: 10-20%}}]",
             "s.yaml:3:66: error: population.0.answer.probability is `10-20%`, but must be one "
             "share, not a range\n  fix: write `probability: 10%`\n"},
        Case{"Count", "population: [{agents: 5 to 10}]",
             "s.yaml:3:23: error: population.0.agents is `5 to 10`, but must be one number, not a "
             "range\n  fix: write `agents: 5`\n"}),
    [](const auto& each) { return each.param.name; });

TEST(Ranges, OfAnOverrideAreAnsweredForTheShell) {
  EXPECT_EQ(complaint("population: [{agents: 2}]", {"network.latency=1ms to 2ms"}),
            "--set network.latency=1ms to 2ms:1:17: error: network.latency is `1ms to 2ms`, but "
            "must say what is drawn between the two\n  fix: write `--set "
            "'network.latency={uniform: {min: 1ms, max: 2ms}}'`\n");
}

}  // namespace
}  // namespace gauntlet::scenarios
