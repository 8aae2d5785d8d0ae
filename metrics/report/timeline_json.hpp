// The totals of a run over time, for whoever wants to know how much they vary within it.
#pragma once

#include <string>

#include "metrics/record/timeline.hpp"

namespace gauntlet::metrics {

/// One object, schema 1: `begin_s` and `end_s` of every measured interval, in seconds since the
/// start, and under `counters` by how much each total grew in each of them. Totals that never moved
/// are left out. docs/summary.md says more.
std::string timeline_json(const Intervals& intervals);

}  // namespace gauntlet::metrics
