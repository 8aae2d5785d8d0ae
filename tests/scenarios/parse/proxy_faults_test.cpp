#include "scenarios/parse/proxy_faults.hpp"

#include <gtest/gtest.h>

namespace gauntlet::scenarios {
namespace {

using std::chrono::milliseconds;

std::string complaint(const std::string& faults) {
  std::string all;
  for (const Diagnostic& problem :
       parse_proxy_faults("seed: 3\nfaults:\n" + faults, {.file = "p.yaml"}).problems)
    all += to_string(problem);
  return all;
}

TEST(ProxyFaults, AreThoseOfAScenario) {
  const auto parsed = parse_proxy_faults(
      "seed: 3\nfaults: [{at: 1s, for: 2s, to: 10% of everyone, do: {latency: {delay: 5ms}}}]\n",
      {.file = "p.yaml"});
  ASSERT_TRUE(parsed.content);
  EXPECT_EQ(parsed.content->seed, 3);
  ASSERT_EQ(parsed.content->faults.size(), 1);
  EXPECT_EQ(parsed.content->faults[0].action.delay, Distribution{Constant{milliseconds{5}}});
}

TEST(ProxyFaults, AreOnlyThoseOfTheNetwork) {
  EXPECT_EQ(complaint("  - {do: vanish}\n"),
            "p.yaml:3:10: error: faults.0.do: vanish is something that a client does, and a proxy "
            "is none\n  fix: use one of latency, bandwidth, slicing, close_after_bytes, "
            "reset_after_bytes, slow_close, blackhole, partition, outage\n");
}

TEST(ProxyFaults, AreNotThoseOfATarget) {
  EXPECT_NE(complaint("  - {to: relay, do: target_drop}\n")
                .find("target_drop is something that a target does, and a proxy is none"),
            std::string::npos);
  EXPECT_NE(complaint("  - {to: relay, do: outage}\n"), "");
}

TEST(ProxyFaults, BefallWhomAProxyCanKnow) {
  EXPECT_EQ(complaint("  - {to: agent-3, do: outage}\n  - {after: joined, do: latency}\n"), "");
  for (const char* unknown :
       {"to: participants", "to: whoever holds round 1", "to: 5 agents", "after: first_token"})
    EXPECT_NE(complaint("  - {" + std::string{unknown} + ", do: outage}\n"), "") << unknown;
}

TEST(ProxyFaults, ThatNeverHappenAreRefused) {
  EXPECT_NE(complaint("  - {probability: 0%, do: outage}\n").find("0%, so outage never happens"),
            std::string::npos);
}

TEST(ProxyFaults, ExcludeEachOtherAsInAScenario) {
  EXPECT_NE(complaint("  - {do: outage}\n  - {at: 1s, do: partition}\n"), "");
}

}  // namespace
}  // namespace gauntlet::scenarios
