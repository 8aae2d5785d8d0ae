#include "scenarios/parse/knob.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/parse/parse.hpp"

namespace gauntlet::scenarios {
namespace {

using testing::HasSubstr;

constexpr const char* kCrowd = R"(
name: crowd
targets: {relay: embedded, arena: embedded}
population:
  - agents: 50
    send:
      - {to: random agent, rate: 2/s}
  - participants: 20
  - agents: 10
    send:
      - {to: everyone, rate: 30/min, payload: 4 KiB}
      - {to: random agent, rate: 1/s}
)";
constexpr const char* kAgents = R"(
name: agents
targets: {relay: embedded}
population:
  - agents: 50
    send: [{to: random agent, rate: 2/s}]
)";

Scenario scenario(const char* yaml) {
  Parsed parsed = parse_scenario(yaml, {.file = "x.yaml"});
  for (const Diagnostic& problem : parsed.problems) ADD_FAILURE() << to_string(problem);
  return parsed.scenario.value_or(Scenario{});
}

std::string path_of(const char* yaml, std::string_view said) {
  const auto knob = find_knob(scenario(yaml), said);
  return knob ? knob.value().path : knob.error().what + "; " + knob.error().fix;
}

TEST(Knob, IsFoundByItsWholePath) {
  EXPECT_EQ(path_of(kCrowd, "population.0.agents"), "population.0.agents");
  EXPECT_EQ(path_of(kCrowd, "population.2.send.1.rate"), "population.2.send.1.rate");
}

TEST(Knob, IsFoundByWhatPeopleType) {
  EXPECT_EQ(path_of(kAgents, "population.agents"), "population.0.agents");
  EXPECT_EQ(path_of(kAgents, "agents"), "population.0.agents");
  EXPECT_EQ(path_of(kAgents, "population.agents.send.rate"), "population.0.send.0.rate");
  EXPECT_EQ(path_of(kAgents, "send.rate"), "population.0.send.0.rate");
  EXPECT_EQ(path_of(kAgents, "population.agents.send.payload"), "population.0.send.0.payload");
  EXPECT_EQ(path_of(kCrowd, "participants"), "population.1.participants");
}

TEST(Knob, OfWhichThereAreSeveralIsRefusedWithAllOfThem) {
  EXPECT_THAT(path_of(kCrowd, "population.agents"),
              HasSubstr("can mean more than one number; say population.0.agents or "
                        "population.2.agents"));
  EXPECT_THAT(path_of(kCrowd, "population.2.send.rate"),
              HasSubstr("population.2.send.0.rate or population.2.send.1.rate"));
}

TEST(Knob, ThatIsNotThereIsRefusedWithWhatCouldBeMeant) {
  EXPECT_THAT(path_of(kAgents, "population.agnets"),
              HasSubstr("did you mean `population.agents`?"));
  EXPECT_THAT(path_of(kAgents, "xyzzy"),
              HasSubstr("loads of this scenario are population.agents, population.agents.send.rate "
                        "or population.agents.send.payload"));
}

TEST(Knob, IsANumberAndNoWord) {
  EXPECT_THAT(path_of(kAgents, "send.to"), HasSubstr("has no number at `send.to`"));
  EXPECT_THAT(path_of(kAgents, "name"), HasSubstr("has no number"));
  EXPECT_THAT(path_of(kAgents, "seed"), HasSubstr("has no number")) << "more of it is not more";
}

TEST(Knob, HasTheBasicUnitOfItsKind) {
  const auto knob = [](std::string_view path) { return find_knob(scenario(kCrowd), path).value(); };
  EXPECT_EQ(knob("population.0.agents").unit, "");
  EXPECT_TRUE(knob("population.0.agents").whole);
  EXPECT_EQ(knob("population.2.send.0.rate").unit, "/s");
  EXPECT_EQ(knob("population.2.send.0.rate").value, 0.5);
  EXPECT_EQ(knob("population.2.send.0.payload").unit, " bytes");
  EXPECT_EQ(knob("population.2.send.0.payload").value, 4096);
}

TEST(Knob, TakesFractionsWhereItsKindDoesHoweverItWasWritten) {
  constexpr const char* kBursts = R"(
name: bursts
targets: {relay: embedded}
population:
  - agents: 50
    send: [{to: random agent, rate: 2/s, arrivals: {gamma: {burstiness: 1}}}]
)";
  const Scenario bursts = scenario(kBursts);
  EXPECT_FALSE(find_knob(bursts, "send.arrivals.gamma.burstiness").value().whole);
  EXPECT_FALSE(find_knob(bursts, "send.rate").value().whole);
  EXPECT_TRUE(find_knob(bursts, "agents").value().whole);
}

TEST(Knob, TakesAValueWithItsUnitOrWithout) {
  const Scenario crowd = scenario(kCrowd);
  const Knob rate = find_knob(crowd, "population.0.send.rate").value();
  EXPECT_EQ(knob_value(rate, "50").value(), 50);
  EXPECT_EQ(knob_value(rate, "120/min").value(), 2);
  const Knob size = find_knob(crowd, "population.0.send.payload").value();
  EXPECT_EQ(knob_value(size, "16KiB").value(), 16'384);
}

TEST(Knob, RefusesAValueThatIsNone) {
  const Scenario crowd = scenario(kCrowd);
  const Knob count = find_knob(crowd, "participants").value();
  EXPECT_THAT(knob_value(count, "many").error().what, HasSubstr("`many` is no value"));
  EXPECT_THAT(knob_value(count, "0").error().what, HasSubstr("must be above 0"));
  EXPECT_THAT(knob_value(count, "-5").error().what, HasSubstr("must be above 0"));
  EXPECT_THAT(knob_value(count, "2.5").error().fix, HasSubstr("`3`"));
  EXPECT_THAT(knob_value(count, "10/s").error().fix, HasSubstr("write a number, as in `20`"));
}

TEST(Knob, IsSetByItsPathAndUnit) {
  const Knob rate = find_knob(scenario(kAgents), "send.rate").value();
  EXPECT_EQ(assignment(rate, 12.5), "population.0.send.0.rate=12.5/s");
  const Parsed parsed =
      parse_scenario(kAgents, {.file = "x.yaml", .overrides = {assignment(rate, 12.5)}});
  ASSERT_TRUE(parsed.scenario);
  EXPECT_EQ(find_knob(*parsed.scenario, "send.rate").value().value, 12.5);
}

}  // namespace
}  // namespace gauntlet::scenarios
