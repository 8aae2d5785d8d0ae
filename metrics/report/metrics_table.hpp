// The table of all metrics in docs/metrics.md, made from their definitions.
#pragma once

#include <string>

namespace gauntlet::metrics {

/// Markdown: a table each of series, counters and gauges.
std::string metrics_markdown();

}  // namespace gauntlet::metrics
