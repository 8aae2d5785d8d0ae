// The embedded arena conforms.
#include <gtest/gtest.h>

#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"
#include "tests/sim/conformance/virtual_suite.hpp"

namespace gauntlet::sim::conformance {
namespace {

TEST(ArenaSuite, FindsNothingWrongWithTheEmbeddedArena) {
  const auto arena = make_arena({}, 1, kEpochUnixMs);
  VirtualServer server{
      *arena, {.message_bytes_max = 1024 * 1024}, Endpoint::arena_http, Endpoint::arena_socket};
  ArenaBystanders bystanders;
  const auto results = server.run(arena_cases(), bystanders,
                                  {.slow = true,
                                   .premises = {.control = true, .own_session = true},
                                   .door = Endpoint::arena_socket});
  EXPECT_EQ(results.size(), arena_cases().size());
  for (const CaseResult& result : results)
    EXPECT_EQ(to_string(result.ruling.verdict), "pass")
        << result.row->id << ' ' << result.row->does << "\n  expected: " << result.ruling.expected
        << "\n  came: " << result.ruling.came;
}

}  // namespace
}  // namespace gauntlet::sim::conformance
