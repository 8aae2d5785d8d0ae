// A moment that several machines can start at.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "scenarios/plan/shard.hpp"
#include "scenarios/terms/result.hpp"
#include "sim/orchestrator/obstacle.hpp"

namespace gauntlet::sim {

using WallTime = std::chrono::system_clock::time_point;

/// "2026-11-27T14:30:00Z", or "1795789800": seconds since 1970, as `date +%s` prints them.
/// @error What is wrong with it, and how it is written.
Result<WallTime, Obstacle> parse_start(std::string_view text);

/// Eight hex digits that all shards of a run arrive at by themselves, and hardly any other run.
std::string name_of_run(std::uint64_t plan_hash, WallTime start);

}  // namespace gauntlet::sim
