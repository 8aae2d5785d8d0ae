// The law that every run's books keep, whatever the target did.
#pragma once

#include <optional>
#include <string>

#include "metrics/record/snapshot.hpp"

namespace gauntlet::metrics {

/// What is owed must have arrived, be lost or be under way, on the relay and in the arena. A
/// sentence when it does not add up, which is a bug of ours.
std::optional<std::string> broken_conservation(const Snapshot& snapshot);

}  // namespace gauntlet::metrics
