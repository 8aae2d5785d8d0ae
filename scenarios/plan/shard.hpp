// One run in several processes, of one machine or of several: who acts in which.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/plan/plan.hpp"
#include "scenarios/terms/result.hpp"

namespace gauntlet::scenarios {

/// Number `number` of `count`, from 0.
struct Shard {
  std::uint32_t number{0};
  std::uint32_t count{1};

  /// Number `n` of `parts`, from 0, of this shard.
  Shard part(std::uint32_t n, std::uint32_t parts) const {
    return {number + count * n, count * parts};
  }
};

/// The most shards that a run may have.
inline constexpr std::uint32_t kShardsMax = 1'000;

/// Why a text is no shard.
struct ShardProblem {
  std::string what;  // a sentence without its full stop
  std::string fix;
};
/// "2/3": the second of three, counted from 1 as people do.
Result<Shard, ShardProblem> parse_shard(std::string_view text);

/// The actors whose ids leave the shard's number when divided by the count. What each does follows
/// from the whole plan, so the shards together are the plan of one process.
std::vector<PlannedActor> actors_of(const Plan& plan, Shard shard);

}  // namespace gauntlet::scenarios
