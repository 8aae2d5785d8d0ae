// What the machine can do to a generator so that its numbers do not count.
#pragma once

#include <optional>
#include <string>

#include "metrics/record/snapshot.hpp"
#include "metrics/verdict/validity.hpp"

namespace gauntlet::metrics {

/// Each: a sentence with what, how much, the limit and what to do, or nothing.
std::optional<std::string> paused(const Snapshot& snapshot, const GeneratorFacts& generator,
                                  Duration limit);
std::optional<std::string> starved(const GeneratorFacts& generator, double limit);
std::optional<std::string> stolen(const HostFacts& host, double limit);
std::optional<std::string> throttled(const HostFacts& host, double limit);
std::optional<std::string> packets_dropped(const HostFacts& host, double limit);

}  // namespace gauntlet::metrics
