#include "sim/orchestrator/preflight.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {
namespace {

constexpr MachineLimits kRoomy{.files_max = 20'000,
                               .files_open = 10,
                               .ports = 28'000,
                               .memory_bytes = std::uint64_t{8} << 30U,
                               .accept_queue_max = 4096};

scenarios::Scenario crowd(std::uint32_t agents, const std::string& relay, std::string more = "") {
  return scenario_of("name: crowd\ntargets: {relay: " + relay + "}\nconnect: 60s\nduration: 70s\n" +
                     "population: [{agents: " + std::to_string(agents) + "}]\n" + more);
}

std::vector<Finding> findings(const scenarios::Scenario& scenario, const MachineLimits& limits,
                              std::uint32_t processes = 1) {
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  return preflight(scenario, plan, needs_of(scenario, plan, processes), limits);
}

const std::string kApart = "\"http://127.0.0.1:8080\"";

TEST(Preflight, SaysNothingWhereThereIsRoom) {
  EXPECT_TRUE(findings(crowd(18'000, kApart), kRoomy).empty());
  EXPECT_TRUE(findings(crowd(9'000, "embedded"), kRoomy).empty());
}

TEST(Preflight, NamesTheProcessesThatHoldACrowd) {
  const auto scenario = crowd(100'000, "[" + kApart + ", \"http://127.0.0.1:8081\"]");
  const auto found = findings(scenario, kRoomy);
  ASSERT_EQ(found.size(), 1);
  EXPECT_TRUE(found[0].refuses);
  EXPECT_EQ(found[0].what,
            "100,000 clients need 101,088 open files in one process, which may open 20,000 (10 are "
            "open already)");
  EXPECT_EQ(found[0].fix, "--processes 6; or ulimit -n 101098");
  EXPECT_TRUE(findings(scenario, kRoomy, 6).empty());
  EXPECT_EQ(findings(scenario, kRoomy, 5).size(), 1);
}

TEST(Preflight, SendsATargetOutOfTheHouseWhoseSocketsDoNotFit) {
  const auto found = findings(crowd(30'000, "embedded"), kRoomy, 4);
  ASSERT_EQ(found.size(), 1);
  EXPECT_NE(found[0].fix.find("serve the target in a process of its own"), std::string::npos);
}

TEST(Preflight, CountsPortsOfAllProcessesTogether) {
  const auto found = findings(crowd(100'000, "\"http://10.0.0.1:8080\""), kRoomy, 6);
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].what,
            "100,000 connections to 10.0.0.1:8080 need as many local ports, but one address has "
            "28,000");
  EXPECT_NE(found[0].fix.find("4 addresses"), std::string::npos);
}

TEST(Preflight, RefusesSourcesThatCannotReachTheTarget) {
  const auto found =
      findings(crowd(10, kApart, "source_addresses: [10.0.0.1 to 10.0.0.9]\n"), kRoomy);
  ASSERT_EQ(found.size(), 1);
  EXPECT_TRUE(found[0].refuses);
}

TEST(Preflight, RefusesWhatTheMemoryDoesNotHold) {
  MachineLimits small = kRoomy;
  small.memory_bytes = std::uint64_t{50} << 20U;
  const auto found = findings(crowd(18'000, kApart), small);
  ASSERT_EQ(found.size(), 1);
  EXPECT_TRUE(found[0].refuses);
}

TEST(Preflight, OnlyRemarksOnWhatIsSlow) {
  MachineLimits narrow = kRoomy;
  narrow.accept_queue_max = 128;
  const auto found = findings(crowd(500, "{embedded: {registrations_per_minute: 100}}"), narrow);
  ASSERT_EQ(found.size(), 2);
  EXPECT_FALSE(found[0].refuses);
  EXPECT_FALSE(found[1].refuses);
}

TEST(Preflight, KeepsThoseWhoShareAModelServerInOneProcess) {
  const auto scenario = scenario_of(
      "name: models\ntargets: {arena: embedded}\npopulation: [{participants: 5, runner: "
      "ollama}]\n");
  EXPECT_TRUE(findings(scenario, kRoomy).empty());
  ASSERT_EQ(findings(scenario, kRoomy, 2).size(), 1);
}

TEST(Preflight, RemarksThatDrawnVictimsMayMeetAFaultAgainBeforeItIsOver) {
  const auto with_fault = [](const std::string& fault) {
    return findings(crowd(10, "embedded", "faults: [{at: 1s, " + fault + "}]\n"), kRoomy);
  };
  const auto found = with_fault("every: 1s, for: 5s, to: 10% of agents, do: latency");
  ASSERT_EQ(found.size(), 1);
  EXPECT_FALSE(found[0].refuses);
  EXPECT_EQ(found[0].what,
            "faults.0 (latency) comes again every 1.00 s, but lasts 5.00 s: whoever is drawn again "
            "before it is over has the latest only");
  EXPECT_EQ(found[0].fix, "write a `for` that is no longer than `every`, unless that is meant");
  EXPECT_EQ(with_fault("every: 1s, probability: 10%, do: outage").size(), 1);
  for (const char* sound :
       {"every: 5s, for: 5s, to: 10% of agents, do: latency",
        "for: 5s, probability: 10%, do: latency", "every: 1s, to: 2 agents, do: reset_connection"})
    EXPECT_TRUE(with_fault(sound).empty()) << sound;
}

TEST(Preflight, RemarksOnAFaultThatIsOverBeforeItsFirstVictimIsIn) {
  const auto with_fault = [](const std::string& fault, const std::string& arrive) {
    return findings(scenario_of("name: early\ntargets: {relay: embedded}\nduration: 9s\n"
                                "population: [{agents: 3, arrive: " +
                                arrive + "}]\nfaults: [{" + fault + "}]\n"),
                    kRoomy);
  };
  const auto found = with_fault("to: agent-0, do: reset_connection", "{at: 0s}");
  ASSERT_EQ(found.size(), 1);
  EXPECT_FALSE(found[0].refuses);
  EXPECT_EQ(
      found[0].what,
      "faults.0 (reset_connection) befalls nobody: it is over before the first of its victims "
      "is in");
  EXPECT_EQ(found[0].fix, "give it an `at` after the connect phase, which ends after 1.00 s");
  for (const char* early : {"to: agents, do: malformed_json", "at: 3s, do: vanish",
                            "at: 1s, for: 2s, do: latency", "for: 1s, do: second_connection"})
    EXPECT_EQ(with_fault(early, "{at: 3s}").size(), 1) << early;
  for (const char* sound :
       {"at: 3001ms, do: vanish", "every: 2s, do: reset_connection",
        "at: 1s, for: 2001ms, do: latency", "do: stop_reading", "after: joined, do: malformed_json",
        "to: relay, do: target_drop, for: 1s"})
    EXPECT_TRUE(with_fault(sound, "{at: 3s}").empty()) << sound;
}

TEST(Preflight, RemarksOnTheConnectionsThatFaultsTakeBesideTheClients) {
  const auto with_fault = [](const std::string& relay, const std::string& fault,
                             std::uint32_t processes = 1) {
    return findings(crowd(1000, relay, "faults: [{at: 10s, " + fault + "}]\n"), kRoomy, processes);
  };
  const auto storm = with_fault(kApart, "to: 500 agents, do: {connect_storm: {connections: 100}}");
  ASSERT_EQ(storm.size(), 1U);
  EXPECT_FALSE(storm[0].refuses);
  EXPECT_EQ(storm[0].what,
            "with 50,000 connections of faults beside its clients, or left behind by them, one "
            "process may need 52,064 open files, but may open 20,000 (10 are open already)");
  EXPECT_EQ(storm[0].fix, "ulimit -n 52074; or fewer victims");
  EXPECT_EQ(with_fault(kApart, "every: 1s, to: 50% of agents, do: vanish").size(), 1U);
  EXPECT_EQ(with_fault("embedded", "to: 90 agents, do: {never_upgrade: {connections: 100}}").size(),
            1U)
      << "both ends are here";
  for (const char* few : {"to: agent-3, do: {connect_storm: {connections: 1000}}",
                          "every: 10s, do: vanish", "every: 1s, probability: 20%, do: vanish",
                          "to: 90 agents, do: {idle_connections: {connections: 100}}",
                          "every: 1s, do: reset_connection"})
    EXPECT_TRUE(with_fault(kApart, few).empty()) << few;
  EXPECT_TRUE(
      with_fault(kApart, "to: 500 agents, do: {connect_storm: {connections: 100}}", 4).empty())
      << "each has its part";
}

TEST(Preflight, RemarksThatOnlyVirtualTimeHasABadNetwork) {
  for (const std::string key : {"bandwidth: 1 MiB", "loss: 1%"}) {
    const auto found = findings(crowd(10, kApart, "network: {" + key + "}\n"), kRoomy);
    ASSERT_EQ(found.size(), 1) << key;
    EXPECT_FALSE(found[0].refuses);
    EXPECT_EQ(found[0].what, "network." + key.substr(0, key.find(':')) +
                                 " is for virtual time: a live run has the network that is there");
  }
  EXPECT_THAT(
      findings(crowd(10, kApart, "network: {bandwidth: 1 MiB, loss: 1%}\n"), kRoomy).at(0).what,
      testing::StartsWith("network.bandwidth and network.loss are for virtual time"));
  EXPECT_TRUE(findings(crowd(10, kApart, "network: {latency: 5ms}\n"), kRoomy).empty());
}

TEST(SourceAddresses, AreTheSystemsChoiceWhileOneIsEnough) {
  EXPECT_TRUE(sources_for({}, 14'000, true, 28'000).empty());
  EXPECT_TRUE(sources_for({}, 100'000, false, 28'000).empty());
}

TEST(SourceAddresses, AreSeveralOfLoopbackWhereOneIsCrowded) {
  EXPECT_EQ(sources_for({}, 30'000, true, 28'000),
            (std::vector<Ipv4>{kLoopback, kLoopback + 1, kLoopback + 2}));
}

TEST(SourceAddresses, AreThoseGivenThatReachTheTarget) {
  const std::vector<Ipv4Range> given{{kLoopback, kLoopback + 1}, {0x0a000001, 0x0a000001}};
  EXPECT_EQ(sources_for(given, 1, true, 28'000), (std::vector<Ipv4>{kLoopback, kLoopback + 1}));
  EXPECT_EQ(sources_for(given, 1, false, 28'000), (std::vector<Ipv4>{0x0a000001}));
}

std::vector<Finding> findings_of_a_shard(const scenarios::Scenario& scenario) {
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  return preflight(scenario, plan, needs_of(scenario, plan, 1, 2), kRoomy);
}

TEST(Preflight, CountsWhatOneShardNeeds) {
  const auto scenario = crowd(30'000, kApart);
  EXPECT_EQ(findings(scenario, kRoomy).size(), 1U);
  EXPECT_TRUE(findings_of_a_shard(scenario).empty());
}

TEST(Preflight, RefusesShardsThatWouldHaveToKnowOfOneAnother) {
  struct Row {
    const char* yaml;
    const char* what;
  };
  for (const Row& row : {
           Row{"targets: {relay: embedded}\npopulation: [{agents: 4}]\n",
               "an embedded target of its own"},
           Row{"targets: {relay: \"http://127.0.0.1:1\"}\npopulation: [{agents: 4, id: "
               "assigned}]\n",
               "the relay gives agents their ids"},
           Row{"targets: {arena: \"http://127.0.0.1:1\"}\npopulation: [{participants: 4, runner: "
               "mock}]\n"
               "rounds: [{at: 3s, prompt: p, deadline: 1s}]\n",
               "made in one shard"},
           Row{"targets: {relay: \"http://127.0.0.1:1\"}\npopulation: [{agents: 4}]\n"
               "conformance: [ARC-*]\n",
               "with nobody else there"},
       }) {
    const auto scenario = scenario_of(std::string{"name: s\nduration: 5s\n"} + row.yaml);
    const auto found = findings_of_a_shard(scenario);
    ASSERT_EQ(found.size(), 1U) << row.yaml;
    EXPECT_TRUE(found[0].refuses);
    EXPECT_NE(found[0].what.find(row.what), std::string::npos) << found[0].what;
    EXPECT_NE(found[0].fix, "");
  }
}

}  // namespace
}  // namespace gauntlet::sim
