// The schema and the parser stand on the same definitions, and here is the proof: both take every
// shipped file, both refuse the same broken ones. What a schema cannot express is listed, too.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "scenarios/parse/parse.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/yaml_json.hpp"

namespace gauntlet::scenarios {
namespace {

constexpr const char* kThresholds =
    "^[a-z_.]+(\\{[a-z_]+=[a-z_]+\\})?(\\.[a-z0-9_]+)? "
    "(<|<=|==|!=|>=|>) [0-9.]+(%|/s|ns|us|ms|s|min|h)?$";

const nlohmann::json& schema() {
  static const auto kSchema = nlohmann::json::parse(json_schema(kThresholds));
  return kSchema;
}

std::string refusal_of_schema(const std::string& yaml) {
  std::string all;
  for (const std::string& why : tests::validate(schema(), tests::json_of_yaml(yaml)))
    all += why + '\n';
  return all;
}

std::string refusal_of_parser(const std::string& yaml) {
  ParseOptions options;
  options.file = "s.yaml";
  std::string all;
  for (const Diagnostic& problem : parse_scenario(yaml, options).problems)
    all += to_string(problem);
  return all;
}

TEST(Schema, AndParserTakeEveryShippedScenario) {
  for (const auto& entry :
       std::filesystem::directory_iterator{tests::source_path("scenarios/library")}) {
    if (entry.path().extension() != ".yaml") continue;
    SCOPED_TRACE(entry.path().filename());
    const std::string yaml = tests::read_file(entry.path());
    EXPECT_EQ(refusal_of_schema(yaml), "");
    EXPECT_EQ(refusal_of_parser(yaml), "");
  }
}

TEST(Schema, TakesTheEffectiveScenario) {
  ParseOptions options;
  const auto yaml = tests::read_file(tests::source_path("scenarios/library/arena_tournament.yaml"));
  const Parsed parsed = parse_scenario(yaml, options);
  ASSERT_TRUE(parsed.scenario);
  EXPECT_EQ(refusal_of_schema(to_yaml(*parsed.scenario)), "");
}

constexpr const char* kBase = R"(name: base
seed: 1
duration: 60s
drain: 5s
targets: {relay: embedded, arena: embedded}
population:
  - agents: 50
    arrive: {over: 2s}
    send: [{to: random agent, rate: 2/s, arrivals: poisson, payload: 200 bytes}]
    answer: {probability: 0.3, after: {lognormal: {median: 50ms, p99: 400ms}}}
    reconnect: {first: 1s, max: 30s}
  - participants: 20
    runner: {mock: {gap: 25ms, tokens: 100}}
  - voters: 2
rounds: [{at: 5s, prompt: hello, deadline: 10s}]
thresholds: [relay.lost == 0]
)";

// One edit of the base: `what` becomes `instead`.
struct Edit {
  std::string what;
  std::string instead;
};
void PrintTo(const Edit& edit, std::ostream* os) { *os << edit.what << " -> " << edit.instead; }

std::string edited(const Edit& edit) {
  std::string yaml = kBase;
  const auto at = yaml.find(edit.what);
  EXPECT_NE(at, std::string::npos) << edit.what;
  return yaml.replace(at, edit.what.size(), edit.instead);
}

TEST(Schema, AndParserTakeTheBaseOfTheEdits) {
  EXPECT_EQ(refusal_of_schema(kBase), "");
  EXPECT_EQ(refusal_of_parser(kBase), "");
}

class AllowedEdit : public testing::TestWithParam<Edit> {};

TEST_P(AllowedEdit, IsTakenByBoth) {
  const std::string yaml = edited(GetParam());
  EXPECT_EQ(refusal_of_schema(yaml), "");
  EXPECT_EQ(refusal_of_parser(yaml), "");
}

INSTANTIATE_TEST_SUITE_P(
    Both, AllowedEdit,
    testing::Values(
        Edit{"duration: 60s", "duration: \"1 min\""}, Edit{"agents: 50", "agents: 5e1"},
        Edit{"agents: 50", "agents: ${N:-50}"}, Edit{"probability: 0.3", "probability: 30%"},
        Edit{"random agent", "3 random agents"}, Edit{"poisson", "{gamma: {burstiness: 2}}"},
        Edit{"{mock: {gap: 25ms, tokens: 100}}", "mock"},
        Edit{"gap: 25ms", "tokens_per_second: 40"}, Edit{"{first: 1s, max: 30s}", "never"},
        Edit{"hello", "\"42\""}, Edit{"relay: embedded", "relay: \"http://[::1]:80\""},
        Edit{"relay: embedded", "relay: {embedded: {bad_token: 401}}"},
        Edit{"arena: embedded", "arena: {url: \"ws://h/ws\", control: \"http://h\", pin: 12}"},
        Edit{"deadline: 10s", "deadline: 10s, temperature: 0, seed: -9"}));

class BrokenEdit : public testing::TestWithParam<Edit> {};

TEST_P(BrokenEdit, IsRefusedByBoth) {
  const std::string yaml = edited(GetParam());
  EXPECT_NE(refusal_of_schema(yaml), "") << yaml;
  EXPECT_NE(refusal_of_parser(yaml), "") << yaml;
}

INSTANTIATE_TEST_SUITE_P(
    Both, BrokenEdit,
    testing::Values(
        Edit{"name: base\n", ""}, Edit{"name: base", "name: 42"}, Edit{"name: base", "name: a/b"},
        Edit{"name: base", "name:"}, Edit{"seed: 1", "seed: -1"}, Edit{"seed: 1", "seed: 1.5"},
        Edit{"seed: 1", "seed: \"1\""}, Edit{"duration: 60s", "duration: 60"},
        Edit{"duration: 60s", "duration: 0s"}, Edit{"duration: 60s", "duration: 60 seconds"},
        Edit{"duration: 60s", "duration: -60s"}, Edit{"duration: 60s", "durration: 60s"},
        Edit{"drain: 5s", "drain: [5s]"}, Edit{"drain: 5s", "drain: {}"},
        Edit{"drain: 5s", "faults: [{to: agents}]"}, Edit{"drain: 5s", "faults: [{do: resets}]"},
        Edit{"drain: 5s", "faults: [{do: vanish, to: some agents}]"},
        Edit{"drain: 5s", "faults: [{do: {vanish: {code: 1}}}]"},
        Edit{"drain: 5s", "faults: [{do: {close_connection: {code: 1006}}}]"},
        Edit{"relay: embedded", "relay: embeded"}, Edit{"relay: embedded", "relay: \"ftp://x\""},
        Edit{"relay: embedded", "relay: \"httpx://x\""},
        Edit{"relay: embedded", "relay: {embedded: {tls: {key: k.pem}}}"},
        Edit{"relay: embedded", "relay: {register: \"http://x\"}"},
        Edit{"relay: embedded", "relay: {embedded: {queue: 1}}"},
        Edit{"relay: embedded", "relay: {embedded: {bad_token: \"401\"}}"},
        Edit{"relay: embedded", "relay: {embedded: {welcome: \"true\"}}"},
        Edit{"relay: embedded", "relay: {embedded: {stall: {every: 1s}}}"},
        Edit{"arena: embedded", "arena: {control: \"http://x\"}"},
        Edit{"arena: embedded", "arena: {url: \"http://x\"}"}, Edit{"agents: 50", "agents: 0"},
        Edit{"agents: 50", "agents: 2.5"}, Edit{"agents: 50", "agents: \"50\""},
        Edit{"agents: 50", "agents: 10000001"}, Edit{"agents: 50", "agent: 50"},
        Edit{"over: 2s", "over: 2s, rate: 1/s"}, Edit{"random agent", "some agents"},
        Edit{"random agent", "0 random agents"}, Edit{"rate: 2/s", "rate: 2"},
        Edit{"rate: 2/s", "rate: 0/s"}, Edit{"rate: 2/s", "rate: 2/day"}, Edit{"rate: 2/s, ", ""},
        Edit{"poisson", "random"}, Edit{"poisson", "{gamma: {burstiness: 0}}"},
        Edit{"poisson", "{bursts: {size: 0}}"},
        Edit{"poisson", "{bursts: {size: 2}, gamma: {burstiness: 1}}"}, Edit{"200 bytes", "200"},
        Edit{"200 bytes", "200 KB"}, Edit{"probability: 0.3", "probability: 1.5"},
        Edit{"probability: 0.3", "probability: 30"}, Edit{"probability: 0.3", "probability: 130%"},
        Edit{"probability: 0.3", "probability: \"0.3\""}, Edit{", p99: 400ms", ""},
        Edit{"lognormal", "lognorm"}, Edit{"median: 50ms", "median: 0ms"},
        Edit{"{first: 1s, max: 30s}", "no"}, Edit{"{first: 1s, max: 30s}", "{first: 0s}"},
        Edit{"{first: 1s, max: 30s}", "{backoff: quadratic}"},
        Edit{"gap: 25ms", "gap: 25ms, tokens_per_second: 40"},
        Edit{"gap: 25ms", "tokens_per_second: 0"},
        Edit{"tokens: 100", "tokens: {uniform: {min: 1}}"}, Edit{"mock: {", "ollama: {"},
        Edit{"voters: 2", "voters: 2\n    votes: 0"}, Edit{"prompt: hello", "prompt: \"\""},
        Edit{"prompt: hello", "prompt: true"}, Edit{"prompt: hello, ", ""},
        Edit{"deadline: 10s", "temperature: 2.5"}, Edit{"relay.lost == 0", "5"}));

// The rules that only the parser knows: those between two values, and limits of values with units.
class CrossFieldEdit : public testing::TestWithParam<Edit> {};

TEST_P(CrossFieldEdit, IsRefusedByTheParserAlone) {
  const std::string yaml = edited(GetParam());
  EXPECT_EQ(refusal_of_schema(yaml), "");
  EXPECT_NE(refusal_of_parser(yaml), "") << yaml;
}

INSTANTIATE_TEST_SUITE_P(
    Parser, CrossFieldEdit,
    testing::Values(
        Edit{"duration: 60s", "duration: 10001h"},  // limits of units
        Edit{"duration: 60s", "duration: 0.1ns"}, Edit{"rate: 2/s", "rate: 2000000/s"},
        Edit{"200 bytes", "100 bytes"}, Edit{"200 bytes", "200.5 bytes"},
        Edit{"relay: embedded", "relay: \"http://x:99999\""},
        Edit{"p99: 400ms", "p99: 4ms"},  // within one record
        Edit{"max: 30s", "max: 30ms"}, Edit{"tokens: 100", "tokens: {uniform: {min: 9, max: 8}}"},
        Edit{"relay: embedded", "relay: {embedded: {stall: {every: 1s, for: 1s}}}"},
        Edit{"relay: embedded, ", ""},  // between parts
        Edit{", arena: embedded", ""}, Edit{"arena: embedded", "arena: \"ws://x/ws\""},
        Edit{"duration: 60s", "duration: 3s"}, Edit{"drain: 5s", "drain: 5s\nconnect: 1s"},
        Edit{"at: 5s", "at: 60s"}, Edit{"deadline: 10s", "deadline: 61s"},
        Edit{"10s}]", "10s}, {at: 14s, prompt: again}]"}, Edit{"random agent", "50 random agents"},
        Edit{"participants: 20", "participants: 9999990"},
        Edit{"rounds: [{at: 5s, prompt: hello, deadline: 10s}]\n", ""},
        Edit{"agents: 50", "agents: ${NOT_SET}"}));  // the environment

TEST(Schema, SaysItsDialectAndDescribesEveryKey) {
  EXPECT_EQ(schema().at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  for (const auto& [name, definition] : schema().at("$defs").items()) {
    EXPECT_TRUE(definition.contains("description")) << name;
    const nlohmann::json properties = definition.value("properties", nlohmann::json::object());
    for (const auto& [key, property] : properties.items())
      EXPECT_TRUE(property.contains("description")) << name << '.' << key;
  }
  EXPECT_EQ(schema().at("/$defs/scenario/properties/drain/default"_json_pointer), "5s");
  EXPECT_EQ(schema().at("/$defs/threshold/anyOf/0/pattern"_json_pointer), kThresholds);
}

TEST(Reference, HoldsEveryKeyAndIsWhatTheDocsHold) {
  const std::string reference = reference_markdown();
  EXPECT_EQ(reference, tests::golden("docs/scenario.md", reference));
  for (const auto& [name, definition] : schema().at("$defs").items()) {
    const nlohmann::json properties = definition.value("properties", nlohmann::json::object());
    for (const auto& [key, property] : properties.items())
      EXPECT_NE(reference.find("| `" + key + "` |"), std::string::npos) << name << '.' << key;
  }
}

}  // namespace
}  // namespace gauntlet::scenarios
