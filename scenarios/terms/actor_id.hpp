// The number of a simulated client. Ids count from 0 over the whole population, in the order of
// the scenario file, whatever shard or thread runs them.
#pragma once

#include <cstdint>

namespace gauntlet {

using ActorId = std::uint32_t;

}  // namespace gauntlet
