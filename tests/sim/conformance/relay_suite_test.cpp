// The embedded relay conforms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"
#include "tests/sim/conformance/virtual_suite.hpp"

namespace gauntlet::sim::conformance {
namespace {

TEST(RelaySuite, FindsNothingWrongWithTheEmbeddedRelay) {
  std::uint32_t lives = 0;
  const auto make = [&] {
    return make_relay({.token_lifetime = kTokenLifetime}, 1, kEpochUnixMs, lives++);
  };
  Restartable relay{make(), make};
  const std::string expired = early_token_of(relay);
  VirtualServer server{
      relay, {.message_bytes_max = 1024 * 1024}, Endpoint::relay_http, Endpoint::relay_socket};
  server.pass(kTokenLifetime);
  ArcBystanders bystanders;
  const auto results = server.run(relay_cases(), bystanders,
                                  {.slow = true,
                                   .restart = [&] { relay.restart(); },
                                   .premises = {.expired_token = expired},
                                   .door = Endpoint::relay_socket});
  EXPECT_EQ(results.size(), relay_cases().size());
  for (const CaseResult& result : results)
    EXPECT_EQ(to_string(result.ruling.verdict), "pass")
        << result.row->id << ' ' << result.row->does << "\n  expected: " << result.ruling.expected
        << "\n  came: " << result.ruling.came;
}

TEST(RelaySuite, HoldsNothingAgainstARelayThatTheCommandDoesNotRestart) {
  const auto relay = make_relay({}, 1, kEpochUnixMs);
  VirtualServer server{
      *relay, {.message_bytes_max = 1024 * 1024}, Endpoint::relay_http, Endpoint::relay_socket};
  ArcBystanders bystanders;
  std::vector<const Case*> cases = relay_cases();
  std::erase_if(cases, [](const Case* row) { return row->need != Need::restart; });
  ASSERT_FALSE(cases.empty());
  for (const CaseResult& result :
       server.run(cases, bystanders, {.restart = [] {}, .door = Endpoint::relay_socket})) {
    EXPECT_EQ(result.ruling.verdict, Verdict::skipped) << result.row->id;
    EXPECT_THAT(result.ruling.came, testing::HasSubstr("--restart-command"));
  }
}

TEST(RelaySuite, NoticesARelayThatDropsEveryThirdDelivery) {
  const auto relay = make_relay({.drop_every = 3}, 1, kEpochUnixMs);
  VirtualServer server{
      *relay, {.message_bytes_max = 1024 * 1024}, Endpoint::relay_http, Endpoint::relay_socket};
  ArcBystanders bystanders;
  const auto results = server.run(relay_cases(), bystanders, {.door = Endpoint::relay_socket});
  const auto lost = std::ranges::find_if(
      results, [](const CaseResult& result) { return result.row->id == "ARC-ROUTE-17"; });
  ASSERT_NE(lost, results.end());
  EXPECT_EQ(lost->ruling.verdict, Verdict::fail);
  EXPECT_THAT(lost->ruling.expected, testing::HasSubstr("bob hears message"));
  EXPECT_FALSE(lost->transcript.entries().empty());
}

}  // namespace
}  // namespace gauntlet::sim::conformance
