#include "scenarios/parse/parse.hpp"

#include <gtest/gtest.h>

#include "scenarios/terms/random.hpp"
#include "tests/support/golden.hpp"

namespace gauntlet::scenarios {
namespace {

using namespace std::chrono_literals;

constexpr const char* kSmall = R"(name: small
targets: {relay: embedded, arena: embedded}
population:
  - agents: 5
    send: [{to: random agent, rate: 2/s}]
  - participants: 3
)";

ParseOptions options(std::vector<std::string> overrides = {}) {
  ParseOptions made;
  made.file = "s.yaml";
  made.overrides = std::move(overrides);
  return made;
}

std::string problems_of(const Parsed& parsed) {
  std::string all;
  for (const Diagnostic& problem : parsed.problems) all += to_string(problem);
  return all;
}

Scenario scenario_of(const Parsed& parsed) {
  EXPECT_EQ(problems_of(parsed), "");
  return parsed.scenario.value_or(Scenario{});
}

Scenario read(const std::string& text) { return scenario_of(parse_scenario(text, options())); }
std::string complaint(const std::string& text) {
  return problems_of(parse_scenario(text, options()));
}
std::string with_targets(const std::string& targets) {
  return "name: x\ntargets: " + targets + "\npopulation: [{observers: 1}, {agents: 2}]\n";
}

TEST(Parser, FillsInWhatTheFileSaysAndNothingElse) {
  const Scenario got = read(kSmall);
  Scenario want;
  want.name = "small";
  want.targets.relay = RelayOptions{};
  want.targets.arena = ArenaOptions{};
  Agents agents;
  agents.count = 5;
  agents.send = {SendRule{.load = {.rate = Rate{2}}}};
  Participants participants;
  participants.count = 3;
  want.population = {agents, participants};
  EXPECT_EQ(got, want);
}

// Of two, the second one starts after half of the time.
TEST(Parser, MeasuresFromTheLastArrivalOn) {
  EXPECT_EQ(read("name: late\nduration: 10s\ntargets: {relay: embedded}\n"
                 "population: [{agents: 2, arrive: {over: 10s}}]\n")
                .duration,
            10s);
}

TEST(Parser, ReadsEveryShapeOfPopulation) {
  const Scenario got = read(R"(name: shapes
duration: 20s
targets: {relay: embedded, arena: embedded}
population:
  - agents: 10
    id: assigned
    arrive: {at: 1s, rate: 10/s}
    send:
      - {to: 3 random agents, rate: 30/min, arrivals: {gamma: {burstiness: 0.5}}, payload: 1 KiB, type: thought}
      - {to: everyone, rate: 1/s, arrivals: {bursts: {size: 10}}}
      - {to: 1 random agent, rate: 1/s, arrivals: constant}
    subscribe: {to: 3 random agents, after: 2s, keep: 5s}
    ask: {rate: 1/min}
    answer: {probability: 0.3, after: {uniform: {min: 1ms, max: 2ms}}}
    list: 1/min
    ping: 2/min
    reconnect: never
  - participants: 2
    runner: {mock: {first_token: {exponential: {mean: 1s}}, tokens_per_second: 40, tokens: {uniform: {min: 5, max: 9}}, slow_down: 2%, failures: 1%}}
  - voters: 1
rounds: [{at: 3s, prompt: hello, deadline: 5s, temperature: 0, seed: -1}]
)");
  const auto& agents = std::get<Agents>(got.population.at(0));
  EXPECT_FALSE(agents.choose_id);
  EXPECT_EQ(agents.arrive, (Arrive{.at = 1s, .over = {}, .rate = Rate{10}}));
  EXPECT_EQ(agents.send.at(0),
            (SendRule{.to = RandomAgents{3},
                      .load = {.rate = Rate{0.5}, .arrivals = GammaArrivals{0.5}},
                      .payload_bytes = 1024,
                      .type = "thought"}));
  EXPECT_EQ(agents.send.at(1).to, Recipients{Everyone{}});
  EXPECT_EQ(agents.send.at(1).load.arrivals, Arrivals{BurstArrivals{10}});
  EXPECT_EQ(agents.send.at(2).to, Recipients{RandomAgents{1}});
  EXPECT_EQ(agents.subscribe, (Subscribe{.to = {3}, .after = 2s, .keep = 5s}));
  EXPECT_EQ(agents.answer->probability, 0.3);
  EXPECT_EQ(agents.answer->after, (Distribution{Uniform{1ms, 2ms}}));
  EXPECT_EQ(agents.reconnect.attempts, 0U);
  const auto& runner = std::get<MockRunner>(std::get<Participants>(got.population.at(1)).runner);
  EXPECT_EQ(runner.gap, Distribution{Constant{25ms}});
  EXPECT_EQ(runner.tokens, (CountRange{5, 9}));
  EXPECT_EQ(runner.slow_down, 0.02);
  EXPECT_EQ(runner.failure_probability, 0.01);
  EXPECT_EQ(got.rounds.at(0).temperature, 0);
  EXPECT_EQ(got.rounds.at(0).seed, -1);
}

TEST(Targets, AreMadeWholeFromOneAddress) {
  const auto relay = [](const std::string& url) {
    return relay_addresses(read(with_targets("{relay: \"" + url + "\", arena: embedded}")).targets)
        .at(0);
  };
  EXPECT_EQ(relay("http://127.0.0.1:8080/"),
            (RelayAddress{"http://127.0.0.1:8080", "ws://127.0.0.1:8080/arc"}));
  EXPECT_EQ(relay("ws://[::1]:9000/chat"),
            (RelayAddress{"http://[::1]:9000", "ws://[::1]:9000/chat"}));
  const auto arena = [](const std::string& target) {
    return std::get<ArenaAddress>(
        *read(with_targets("{relay: embedded, arena: " + target + "}")).targets.arena);
  };
  EXPECT_EQ(arena("http://club:3000"),
            (ArenaAddress{"ws://club:3000/ws", "http://club:3000", std::nullopt}));
  EXPECT_EQ(arena("ws://club:3000"),
            (ArenaAddress{"ws://club:3000/ws", std::nullopt, std::nullopt}));
  EXPECT_EQ(arena("{url: \"ws://club:3000/ws\", pin: 012345}"),
            (ArenaAddress{"ws://club:3000/ws", std::nullopt, "012345"}));
}

TEST(Targets, MayBeSeveralRelays) {
  const auto got = read(with_targets(
      "{relay: [\"http://127.0.0.1:1\", {register: \"http://a:2\", connect: \"ws://b:3/arc\"}], "
      "arena: embedded}"));
  EXPECT_EQ(relay_addresses(got.targets),
            (RelayAddresses{{"http://127.0.0.1:1", "ws://127.0.0.1:1/arc"},
                            {"http://a:2", "ws://b:3/arc"}}));
}

TEST(Targets, MayBeEmbeddedWithOptions) {
  const auto got =
      read(with_targets("{relay: {embedded: {bad_token: close_4001, stall: {every: 5s, for: "
                        "100ms}}}, arena: embedded}"));
  RelayOptions want;
  want.bad_token = RelayOptions::BadToken::close_4001;
  want.stall = Stall{5s, 100ms};
  EXPECT_EQ(std::get<RelayOptions>(*got.targets.relay), want);
}

TEST(Targets, SpeakTlsWhereTheirAddressAsksForIt) {
  const auto got = read(with_targets(
      "{relay: \"https://relay.example\", arena: \"wss://arena.example/ws\", tls: {ca: ca.pem}}"));
  const RelayAddress relay = relay_addresses(got.targets).at(0);
  EXPECT_EQ(relay.register_url, "https://relay.example:443");
  EXPECT_EQ(relay.connect_url, "wss://relay.example:443/arc");
  EXPECT_EQ(std::get<ArenaAddress>(*got.targets.arena).socket_url, "wss://arena.example:443/ws");
  EXPECT_EQ(got.targets.tls, TlsClientOptions{.ca = "ca.pem"});
}

TEST(Targets, NeedACertificateForAKey) {
  EXPECT_EQ(complaint(with_targets("{relay: embedded, arena: embedded, tls: {key: k.pem}}")),
            "s.yaml:2:56: error: targets.tls.key is `k.pem`, but must be together with "
            "`certificate`\n  fix: change `certificate` or `key`\n");
}

TEST(Targets, NeverShowThePin) {
  const std::string text =
      with_targets("{relay: embedded, arena: {url: \"http://x\", pin: [4711]}}");
  EXPECT_EQ(complaint(text).find("4711"), std::string::npos);
  EXPECT_NE(complaint(text), "");
}

TEST(Conformance, IsAListOfPatternsThatMayBeQuoted) {
  const Scenario got = read(std::string{kSmall} + "conformance: [ARC-ROUTE-*, \"*\"]\n");
  ASSERT_EQ(got.conformance.size(), 2);
  EXPECT_EQ(got.conformance[0].text, "ARC-ROUTE-*");
  EXPECT_EQ(got.conformance[1].text, "*");
  EXPECT_EQ(read(to_yaml(got)), got);
}

TEST(Mistakes, AreAllReportedAtOnceInTheOrderOfTheirPlaces) {
  const auto text = tests::read_file(tests::source_path("tests/golden/ugly_scenario.yaml"));
  ParseOptions ugly =
      options({"warm_up=5x", "population.9.agents=1", "population.participants=1", "nonsense"});
  ugly.file = "ugly_scenario.yaml";
  ugly.check_threshold = [](std::string_view claim) -> std::optional<ThresholdProblem> {
    if (claim.find('<') != std::string_view::npos) return std::nullopt;
    return ThresholdProblem{claim.size(), "a comparison is missing", "add `< 250ms`"};
  };
  const std::string got = problems_of(parse_scenario(text, ugly));
  EXPECT_EQ(got, tests::golden("tests/golden/ugly_scenario.txt", got));
}

TEST(Mistakes, BetweenPartsAreReportedTogether) {
  const auto text = tests::read_file(tests::source_path("tests/golden/unfit_scenario.yaml"));
  ParseOptions unfit = options();
  unfit.file = "unfit_scenario.yaml";
  const std::string got = problems_of(parse_scenario(text, unfit));
  EXPECT_EQ(got, tests::golden("tests/golden/unfit_scenario.txt", got));
}

TEST(Mistakes, OfFaultsAreAnsweredWithWhatToWrite) {
  const auto text = tests::read_file(tests::source_path("tests/golden/hostile_faults.yaml"));
  ParseOptions hostile = options();
  hostile.file = "hostile_faults.yaml";
  const std::string got = problems_of(parse_scenario(text, hostile));
  EXPECT_EQ(got, tests::golden("tests/golden/hostile_faults.txt", got));
}

// In virtual time, an hour of them would never be over.
TEST(Mistakes, AreWhatComesAgainWithinNoTime) {
  const auto agents = [](const std::string& rule) {
    return complaint("name: x\ntargets: {relay: embedded}\npopulation: [{agents: 2, " + rule +
                     "}]\n");
  };
  EXPECT_EQ(agents("heartbeat: 0s"), "");
  EXPECT_EQ(agents("heartbeat: 1ns"),
            "s.yaml:3:37: error: population.0.heartbeat is `1ns`, but must be 0s or at least 1ms\n"
            "  fix: write `heartbeat: 1ms`\n");
  EXPECT_EQ(agents("reconnect: {first: 999us}"),
            "s.yaml:3:45: error: population.0.reconnect.first is `999us`, but must be at least "
            "1ms\n  fix: write `first: 1ms`\n");
}

TEST(Mistakes, MakeOneMessageEach) {
  // A duration that cannot be read says nothing about whether the rounds fit into it.
  EXPECT_EQ(complaint("name: x\nduration: ten\ntargets: {arena: embedded}\n"
                      "population: [{participants: 1}]\nrounds: [{at: 50s, prompt: p}]\n"),
            "s.yaml:2:11: error: duration is `ten`, but must be a time with its unit\n"
            "  fix: write `duration: 10s`\n");
}

// ---- Faults of the network.

std::string with_faults(const std::string& faults) {
  return "name: x\ntargets: {relay: embedded}\npopulation: [{agents: 4}]\nfaults:\n" + faults;
}

TEST(Faults, OfTheNetworkHaveParametersOfTheirOwn) {
  const Scenario got = read(
      with_faults("  - {at: 1s, for: 2s, do: {latency: {delay: {uniform: {min: 5ms, max: 9ms}}, "
                  "direction: to_target}}}\n"
                  "  - {at: 1s, do: {bandwidth: {per_second: 4 KiB}}}\n"));
  EXPECT_EQ(got.faults.at(0).action, (FaultAction{.kind = FaultKind::latency,
                                                  .direction = Direction::to_target,
                                                  .delay = Uniform{5ms, 9ms}}));
  EXPECT_EQ(got.faults.at(1).action,
            (FaultAction{.kind = FaultKind::bandwidth, .per_second = 4096}));
}

TEST(Faults, OfNoBytesASecondAreRefusedWithWhatIsEnough) {
  for (const auto& [wrong, why] : {std::pair{"0", "`0`, but needs a unit"},
                                   std::pair{"0 bytes", "`0 bytes`, but must be above 0 bytes"}})
    EXPECT_EQ(complaint(with_faults(std::string{"  - {at: 1s, do: {slow_reading: {per_second: "} +
                                    wrong + "}}}\n")),
              "s.yaml:5:46: error: faults.0.do.slow_reading.per_second is " + std::string{why} +
                  "\n  fix: write `per_second: 1 KiB`\n");
}

TEST(Faults, CloseWithACodeThatAFrameMayHave) {
  const auto close_with = [](const std::string& code) {
    return complaint(with_faults("  - {at: 1s, do: {close_connection: {code: " + code + "}}}\n"));
  };
  for (const char* never : {"1005", "1006", "1015"})
    EXPECT_EQ(close_with(never), "s.yaml:5:44: error: faults.0.do.close_connection.code is `" +
                                     std::string{never} +
                                     "`, but must be a code that a close frame may have\n"
                                     "  fix: write `code: 1000`\n");
  for (const char* sound : {"1000", "1004", "1007", "1014", "4999"})
    EXPECT_EQ(close_with(sound), "");
}

TEST(Faults, ThatExcludeEachOtherAreReportedAtTheSecond) {
  EXPECT_EQ(complaint(with_faults("  - {at: 1s, for: 2s, to: agents, do: partition}\n"
                                  "  - {at: 2s, for: 2s, to: agent-1, do: outage}\n")),
            "s.yaml:6:5: error: faults.1 (outage) and faults.0 (partition) befall the same clients "
            "at the same time, and exclude each other\n"
            "  fix: give them other times or other clients, or remove one of them\n");
}

TEST(Faults, ThatNeverMeetDoNotExcludeEachOther) {
  for (const char* pair :
       {"  - {at: 1s, for: 1s, do: partition}\n  - {at: 2s, for: 1s, do: outage}\n",
        "  - {at: 1s, to: agent-1, do: partition}\n  - {at: 1s, to: agent-2, do: outage}\n",
        "  - {at: 1s, do: {latency: {direction: to_target}}}\n"
        "  - {at: 1s, do: {latency: {direction: from_target}}}\n",
        "  - {at: 0s, every: 2s, for: 1s, do: partition}\n"
        "  - {at: 1s, every: 2s, for: 1s, do: outage}\n",
        "  - {at: 1s, to: 1 agent, do: partition}\n  - {at: 1s, to: 1 agent, do: outage}\n"})
    EXPECT_EQ(complaint(with_faults(pair)), "") << pair;
  EXPECT_NE(complaint(with_faults("  - {at: 0s, every: 3s, for: 1s, do: partition}\n"
                                  "  - {at: 1s, every: 4s, for: 1s, do: outage}\n")),
            "")
      << "at 9 s they do";
}

TEST(Faults, ThatComeAgainBeforeTheyAreOverExcludeThemselves) {
  EXPECT_EQ(complaint(with_faults("  - {at: 1s, every: 1s, for: 5s, do: blackhole}\n")),
            "s.yaml:5:5: error: faults.0 (blackhole) comes again every 1s, but lasts 5s, and "
            "excludes itself\n  fix: write `for: 1s` or less, or `every: 5s` or more\n");
  EXPECT_EQ(complaint(with_faults("  - {every: 2s, to: relay, do: target_pause}\n")),
            "s.yaml:5:5: error: faults.0 (target_pause) comes again every 2s, but lasts to the "
            "end without `for`, and excludes itself\n"
            "  fix: write `for: 2s` or less, or remove `every`\n");
  for (const char* sound : {"  - {every: 2s, for: 2s, do: blackhole}\n",
                            "  - {every: 1s, for: 5s, to: 1 agent, do: blackhole}\n",
                            "  - {every: 1s, for: 5s, probability: 1%, do: blackhole}\n",
                            "  - {every: 1s, for: 5s, do: stop_reading}\n"})
    EXPECT_EQ(complaint(with_faults(sound)), "") << sound;
}

TEST(Faults, ThatNeverHappenAreRefused) {
  EXPECT_EQ(complaint(with_faults("  - {at: 1s, probability: 0%, do: blackhole}\n")),
            "s.yaml:5:27: error: faults.0.probability is 0%, so blackhole never happens\n"
            "  fix: write more than 0%, or remove the fault\n");
  EXPECT_EQ(complaint(with_faults("  - {to: relay, do: {target_drop: {share: 0}}}\n")),
            "s.yaml:5:43: error: faults.0.do.target_drop.share is 0%, so it befalls no message\n"
            "  fix: write more than 0%, or remove the fault\n");
  EXPECT_EQ(complaint(with_faults("  - {at: 9s, every: 1s, for: 500ms, do: blackhole}\n")),
            "s.yaml:5:21: error: faults.0.every is 1s, so it would come again at 10s, but "
            "measuring ends at 10s\n"
            "  fix: remove `every`, write less than 1s, or raise `duration` above 10s\n");
  for (const char* sound : {"  - {at: 1s, probability: 0.1%, do: blackhole}\n",
                            "  - {to: relay, do: {target_drop: {share: 0.01}}}\n",
                            "  - {at: 9s, every: 999ms, for: 500ms, do: blackhole}\n"})
    EXPECT_EQ(complaint(with_faults(sound)), "") << sound;
}

// ---- Faults of an embedded target.

TEST(Faults, OfATargetHaveASelectionAndParametersOfTheirOwn) {
  const Scenario got = read(with_faults(
      "  - {at: 1s, for: 2s, to: relay, do: {target_drop: {share: 2%}}}\n"
      "  - {to: relay, do: {target_delay: {delay: 5ms}}}\n"
      "  - {after: {event: joined, wait: 1s}, for: 1s, to: relay, do: target_crash}\n"));
  EXPECT_EQ(got.faults.at(0).to.among, Selection::Among::relay);
  EXPECT_EQ(got.faults.at(0).action, (FaultAction{.kind = FaultKind::target_drop, .share = 0.02}));
  EXPECT_EQ(got.faults.at(1).action,
            (FaultAction{.kind = FaultKind::target_delay, .delay = Constant{5ms}}));
  EXPECT_EQ(got.faults.at(2).after, (After{.event = FaultEvent::joined, .wait = 1s}));
}

TEST(Faults, OfATargetAreAimedAtOneThatCanHaveThem) {
  const auto complaint_about = [](const std::string& fault) {
    const std::string all = complaint(with_faults("  - {" + fault + "}\n"));
    const auto end = all.find('\n');
    return all.substr(0, end);
  };
  EXPECT_EQ(complaint_about("at: 1s, do: target_crash"),
            "s.yaml:5:5: error: faults.0: target_crash befalls an embedded target only");
  EXPECT_EQ(complaint_about("to: agents, do: target_pause"),
            "s.yaml:5:10: error: faults.0: target_pause befalls an embedded target only");
  EXPECT_EQ(complaint_about("to: relay, do: blackhole"),
            "s.yaml:5:10: error: faults.0: blackhole befalls clients, and the relay is none");
  EXPECT_EQ(complaint_about("to: arena, do: target_drop"),
            "s.yaml:5:10: error: faults.0.to: there is no arena in `targets`");
  EXPECT_EQ(complaint_about("after: registered, to: relay, do: target_drop"),
            "s.yaml:5:13: error: faults.0.after: this happens to agents only");
  EXPECT_EQ(complaint_about("at: 11s, to: relay, do: target_drop"),
            "s.yaml:5:10: error: faults.0.at is 11s, but measuring ends at 10s");
  for (const char* nonsense : {"10% of relay", "2 relays", "relay-1"})
    EXPECT_NE(complaint_about("to: " + std::string{nonsense} + ", do: target_drop"), "")
        << nonsense;
}

TEST(Faults, OfATargetThatIsSomebodyElsesAreRefused) {
  EXPECT_EQ(complaint("name: x\ntargets: {relay: \"http://h:1\"}\npopulation: [{agents: 4}]\n"
                      "faults: [{to: relay, do: target_crash}]\n"),
            "s.yaml:4:15: error: faults.0.to: only an embedded target can be told to fail, and "
            "this relay is somebody else's\n"
            "  fix: write `relay: embedded` in `targets`, let the network of clients fail (outage, "
            "blackhole), or put `gauntlet proxy` in front of it\n");
}

TEST(Faults, OfATargetExcludeEachOther) {
  EXPECT_EQ(complaint(with_faults("  - {at: 1s, for: 2s, to: relay, do: target_pause}\n"
                                  "  - {at: 2s, for: 2s, to: relay, do: target_crash}\n")),
            "s.yaml:6:5: error: faults.1 (target_crash) and faults.0 (target_pause) befall the "
            "same target at the same time, and exclude each other\n"
            "  fix: give them other times, or remove one of them\n");
  EXPECT_NE(complaint(with_faults("  - {to: relay, do: target_drop}\n"
                                  "  - {at: 2s, to: relay, do: {target_drop: {share: 1%}}}\n")),
            "")
      << "two shares of one thing";
  EXPECT_EQ(complaint(with_faults("  - {to: relay, do: target_drop}\n"
                                  "  - {at: 2s, for: 1s, to: relay, do: target_crash}\n"
                                  "  - {at: 3s, for: 1s, to: relay, do: target_pause}\n"
                                  "  - {at: 3s, for: 1s, to: agents, do: outage}\n")),
            "");
}

TEST(Yaml, ThatIsBrokenIsReportedAtItsPlace) {
  EXPECT_EQ(complaint("name: [a\nduration: 5s\n").substr(0, 37),
            "s.yaml:2:9: error: this is not YAML: ");
  EXPECT_NE(complaint("name: x\n\tduration: 5s\n").find("s.yaml:2:"), std::string::npos);
  EXPECT_NE(complaint("name: x\n---\nname: y\n").find("s.yaml:2:1: error: the scenario ends here"),
            std::string::npos);
  EXPECT_NE(complaint("name: x\n}\n").find("s.yaml:2:1: error: "), std::string::npos);
  EXPECT_NE(complaint("").find("s.yaml:1:1: error: there is nothing in it"), std::string::npos);
  EXPECT_NE(complaint("# only a comment\n").find("nothing in it"), std::string::npos);
  EXPECT_NE(complaint("- a\n- b\n").find("the scenario is a list"), std::string::npos);
  EXPECT_NE(complaint("just words").find("the scenario is `just words`"), std::string::npos);
  EXPECT_NE(complaint("? [a, b]\n: c\n").find("is not a word"), std::string::npos);
}

TEST(Yaml, MayUseAnchorsAndMergeKeys) {
  const Scenario got = read(R"(name: merged
targets: {relay: embedded}
population:
  - &base {agents: 4, timeout: 3s, heartbeat: 0s}
  - {<<: *base, timeout: 5s}
)");
  const auto& second = std::get<Agents>(got.population.at(1));
  EXPECT_EQ(second.count, 4U);
  EXPECT_EQ(second.timeout, 5s);
  EXPECT_EQ(second.heartbeat, 0s);
}

TEST(Yaml, ThatGrowsWithoutEndIsGivenUp) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string name = "a" + std::to_string(i);
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += name + ": &" + name + " [" + before;
    for (int j = 1; j < 10; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_NE(complaint(bomb).find("too deep or too large"), std::string::npos);
  EXPECT_NE(complaint(std::string(100, '[') + std::string(100, ']')).find("too deep"),
            std::string::npos);
  EXPECT_NE(complaint("name: &loop [*loop]\n"), "");
}

TEST(Parser, DecidesOnAnyBytes) {
  const std::string good =
      tests::read_file(tests::source_path("scenarios/library/arena_tournament.yaml"));
  Stream random{7};
  const std::string kNasty = std::string{"{}[]:,#&*!|>'\"%@`$-?<= \t\n9"} + '\0' + "\x80\xFF";
  for (int round = 0; round < 400; ++round) {
    std::string bad = good.substr(0, random.below(good.size() + 1));
    for (std::uint64_t edits = random.below(4); edits > 0 && !bad.empty(); --edits)
      bad[random.below(bad.size())] = kNasty[random.below(kNasty.size())];
    const Parsed parsed = parse_scenario(bad, options());
    ASSERT_EQ(parsed.scenario.has_value(), parsed.problems.empty()) << bad;
    for (const Diagnostic& problem : parsed.problems) {
      ASSERT_GE(problem.where.line, 1) << bad;
      ASSERT_GE(problem.where.column, 1) << bad;
      ASSERT_FALSE(problem.what.empty() || problem.fix.empty()) << bad;
    }
  }
}

TEST(Overrides, ReplaceAddAndShorten) {
  const auto parsed = parse_scenario(
      kSmall, options({"duration=7s", "agents=50", "population.1.runner.mock.tokens=12",
                       "targets.relay.embedded.queue_max=9",
                       "population.0.send.1={to: everyone, rate: 1/s}",
                       "thresholds.0=relay.lost == 0", "duration=8s", "ping=1/min"}));
  const Scenario got = scenario_of(parsed);
  EXPECT_EQ(got.duration, 8s);
  EXPECT_EQ(std::get<Agents>(got.population.at(0)).count, 50U);
  EXPECT_EQ(std::get<Agents>(got.population.at(0)).send.size(), 2U);
  EXPECT_EQ(std::get<MockRunner>(std::get<Participants>(got.population.at(1)).runner).tokens,
            (CountRange{12, 12}));
  EXPECT_EQ(std::get<RelayOptions>(*got.targets.relay).queue_max, 9U);
  EXPECT_EQ(got.thresholds.at(0).text, "relay.lost == 0");
  EXPECT_EQ(std::get<Agents>(got.population.at(0)).ping, Rate{1.0 / 60});
}

TEST(Overrides, RefuseAShortKeyThatSeveralPopulationsHave) {
  const std::string two = std::string{kSmall} + "  - agents: 2\n";
  EXPECT_EQ(problems_of(parse_scenario(two, options({"agents=9"}))),
            "--set agents=9:1:1: error: `agents` can mean more than one population\n"
            "  fix: say which: `--set population.0.agents=9`\n");
}

TEST(Overrides, TakeThePlaceOfAValueWhoseVariableIsNotSet) {
  const std::string text =
      "name: x\nduration: ${NOBODY_SET_THIS}\ntargets: {relay: embedded}\n"
      "population: [{agents: 2}]\n";
  EXPECT_THAT(problems_of(parse_scenario(text, options())), testing::HasSubstr("is not set"));
  EXPECT_EQ(scenario_of(parse_scenario(text, options({"duration=5s"}))).duration, 5s);
}

TEST(Overrides, AreReportedAtTheirOwnPlace) {
  EXPECT_EQ(problems_of(parse_scenario(kSmall, options({"duration=5x"}))),
            "--set duration=5x:1:10: error: duration is `5x`, but has an unknown unit (known: h, "
            "min, s, ms, us, ns)\n  fix: write `--set duration=10s`\n");
  EXPECT_EQ(
      problems_of(parse_scenario(kSmall, options({"targets.relai=embedded"}))),
      "--set targets.relai=embedded:1:9: error: targets.relai is not a known key; did you mean "
      "`relay`?\n  fix: write `relay`\n");
}

TEST(Seed, OfTheCommandLineWins) {
  ParseOptions seeded = options({"seed=3"});
  seeded.seed = 18446744073709551615U;
  EXPECT_EQ(scenario_of(parse_scenario(kSmall, seeded)).seed, 18446744073709551615U);
}

TEST(Variables, MayStandForNumbersAndText) {
  ParseOptions with = options();
  with.environment = [](std::string_view name) -> std::optional<std::string> {
    if (name == "N") return "7";
    return std::nullopt;
  };
  const auto parsed = parse_scenario(
      "name: ${N}\nduration: ${D:-3}0s\ntargets: {relay: embedded}\npopulation: [{agents: "
      "\"${N}\"}]\n",
      with);
  const Scenario got = scenario_of(parsed);
  EXPECT_EQ(got.name, "7");
  EXPECT_EQ(got.duration, 30s);
  EXPECT_EQ(std::get<Agents>(got.population.at(0)).count, 7U);
}

TEST(Variables, ThatAreMissingAreReportedWhereTheyStand) {
  EXPECT_EQ(complaint("name: x\ntargets: {relay: embedded}\npopulation:\n  - agents: 1${N}\n"),
            "s.yaml:4:14: error: population.0.agents: the environment variable N is not set\n"
            "  fix: set it, or give a default: `${N:-...}`\n");
}

Parsed with_tokens(const std::string& file, const std::string& population,
                   const std::string& relay = "http://127.0.0.1:8080") {
  ParseOptions given = options();
  given.read_file = [&](const std::string& name) -> Result<std::string, std::string> {
    if (name != "t.jsonl") return fail(name + " cannot be read: No such file or directory");
    return file;
  };
  return parse_scenario("name: x\ntargets: {relay: \"" + relay + "\"}\npopulation: " + population,
                        given);
}

TEST(Tokens, AreReadFromAnyFormAndNeverWrittenAgain) {
  const Scenario got =
      scenario_of(with_tokens("# who is there\n{\"agent_id\":\"ann\",\"token\":\"tok_1\"}\n\nbob  "
                              "tok_2\r\ntok_3\nspare tok_4",
                              "[{agents: 3, tokens: t.jsonl}]"));
  const auto& agents = std::get<Agents>(got.population.at(0));
  EXPECT_EQ(agents.tokens->agents,
            (std::vector<Enrolled>{
                {"ann", "tok_1"}, {"bob", "tok_2"}, {"", "tok_3"}, {"spare", "tok_4"}}));
  const std::string yaml = to_yaml(got);
  EXPECT_NE(yaml.find("tokens: t.jsonl"), std::string::npos) << yaml;
  EXPECT_EQ(yaml.find("tok_"), std::string::npos) << yaml;
}

TEST(Tokens, AreComplainedOfWithoutBeingShown) {
  const std::string all = problems_of(with_tokens(
      "tok_1\nann tok_secret and more\n{\"token\": 7}\ntok_1\n", "[{agents: 4, tokens: t.jsonl}]"));
  EXPECT_NE(all.find("t.jsonl:2:1: error: this line is no token"), std::string::npos) << all;
  EXPECT_NE(all.find("t.jsonl:3:1: error: this line is no token"), std::string::npos) << all;
  EXPECT_NE(all.find("t.jsonl:4:1: error: this token was given before"), std::string::npos) << all;
  EXPECT_EQ(all.find("tok_"), std::string::npos) << all;
}

TEST(Tokens, MustBeThereForEachAgentAndForOneRelay) {
  EXPECT_EQ(problems_of(with_tokens("tok_1\n", "[{agents: 2, tokens: t.jsonl}]")),
            "s.yaml:3:34: error: population.0.tokens: t.jsonl has 1 tokens for 2 agents\n"
            "  fix: write `agents: 1`, or register more: `gauntlet agent register --json >> "
            "t.jsonl`\n");
  EXPECT_EQ(problems_of(with_tokens("", "[{agents: 1, tokens: none}]")),
            "s.yaml:3:34: error: population.0.tokens: none cannot be read: No such file or "
            "directory\n  fix: collect them: `gauntlet agent register --json >> FILE`\n");
  const std::string twice = problems_of(with_tokens(
      "tok_1\ntok_2\n", "[{agents: 1, tokens: t.jsonl}, {agents: 1, tokens: t.jsonl}]"));
  EXPECT_NE(twice.find("used by another population"), std::string::npos) << twice;
  const std::string fresh =
      problems_of(with_tokens("tok_1\n", "[{agents: 1, tokens: t.jsonl}]", "embedded"));
  EXPECT_NE(fresh.find("the embedded relay is new in each run"), std::string::npos) << fresh;
}

}  // namespace
}  // namespace gauntlet::scenarios
