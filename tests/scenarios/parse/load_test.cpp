// How often messages come, as people write it and as they get it wrong.
#include <gtest/gtest.h>

#include "scenarios/parse/parse.hpp"

namespace gauntlet::scenarios {
namespace {

using namespace std::chrono_literals;

Parsed parse(const std::string& rules) {
  ParseOptions options;
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
             "s.yaml:5:10: error: population.0.send.0 needs rate or in_flight\n"
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
        Case{"AskingItself", "ask: {to: itself, in_flight: 2}",
             "s.yaml:5:13: error: population.0.ask.to is `itself`, but no agent answers its own "
             "question\n  fix: write `to: random agent`, or use `send` for round trips\n"}),
    [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace gauntlet::scenarios
