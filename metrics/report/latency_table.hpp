// The latencies of a run as a table for a terminal.
#pragma once

#include <cstddef>

#include "metrics/record/snapshot.hpp"
#include "metrics/report/lines.hpp"

namespace gauntlet::metrics {

/// A line per series that has samples, and one per label of those that have labels. What tells
/// least is left out, in a fixed order, until the table has at most `lines_max` lines (or the
/// headline series are all that is left).
Lines latency_table(const Snapshot& snapshot, std::size_t lines_max, const Paint& paint);

}  // namespace gauntlet::metrics
