// The number of a simulated client. Ids count from 0 over the whole population, in the order of
// the scenario file, whatever shard or thread runs them.
#pragma once

#include <cstdint>

namespace gauntlet {

using ActorId = std::uint32_t;

/// From here on, ids are of nobody in a plan: of who plays conformance cases beside a load.
inline constexpr ActorId kStrangersFrom = ActorId{1} << 31U;

}  // namespace gauntlet
