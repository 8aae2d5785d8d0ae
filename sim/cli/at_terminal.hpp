// What every command needs that plays one client for a person: words, patience, Ctrl-C.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "scenarios/model/population.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/live/worker.hpp"

namespace gauntlet::sim {

/// By the words that `--reconnect` knows: linear, never, exponential.
scenarios::Reconnect reconnect_of(std::string_view policy);

/// Different with every start: for what must not repeat itself.
std::uint64_t seed_of_the_moment();

/// Waits until the worker's client is done or `over` (asked on the worker's thread) holds. Ctrl-C
/// makes it say goodbye; a second one ends the process.
/// @return Whether it was interrupted.
bool stay(Worker& worker, const Clock& clock, const std::function<bool()>& over);

}  // namespace gauntlet::sim
