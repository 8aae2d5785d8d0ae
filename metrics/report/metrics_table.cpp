#include "metrics/report/metrics_table.hpp"

#include <fmt/format.h>

#include "metrics/record/rows.hpp"
#include "metrics/report/prometheus_names.hpp"

namespace gauntlet::metrics {

namespace {

struct Column {
  std::string_view kind;
  std::string_view unit;
};

constexpr std::string_view kHead =
    "| name | label | Prometheus | kind | unit | meaning |\n"
    "| --- | --- | --- | --- | --- | --- |\n";

std::string label_of(const Label& label) {
  return label.key.empty() ? "" : fmt::format("`{}={}`", label.key, label.value);
}

template <class Def>
std::string row(const Def& def, const Label& label, const Column& column, std::string_view help) {
  return fmt::format("| `{}` | {} | `{}` | {} | {} | {} |\n", def.name, label_of(label),
                     prometheus_name(def), column.kind, column.unit, help);
}

std::string help_of(const CounterDef& def) {
  return def.of.empty() ? std::string{def.help}
                        : fmt::format("{} A percentage is one of `{}`.", def.help, def.of);
}

// Bytes are the one counter whose unit is in its name.
std::string_view unit_of(const CounterDef& def) {
  return def.name.ends_with("bytes") ? "bytes" : "number";
}

}  // namespace

std::string metrics_markdown() {
  std::string text =
      "# Metrics\n\n"
      "Made from the definitions that `metrics/record/metric.hpp` includes. Rows that share a name "
      "differ in "
      "one label, and the bare name means all of them together.\n\n"
      "## Series\n\n"
      "Distributions of time. Thresholds and `summary.json` know their `min`, `mean`, `p50`, "
      "`p90`, "
      "`p95`, `p99`, `p99_9`, `max` and `count`. Samples of the warm-up are kept apart.\n\n";
  text += kHead;
  for (const SeriesDef& def : kSeries)
    text += row(def, def.label, {"histogram", "seconds"}, def.help);
  text +=
      "\n## Counters\n\nTotals over the whole run, warm-up and drain included. Those that may "
      "become smaller are "
      "gauges to Prometheus.\n\n";
  text += kHead;
  for (const CounterDef& def : kCounters)
    text += row(def, def.label, {def.falls ? "gauge" : "counter", unit_of(def)}, help_of(def));
  text += "\n## Gauges\n\nWhat is true at the moment of looking.\n\n";
  text += kHead;
  for (const GaugeDef& def : kGauges) text += row(def, {}, {"gauge", "number"}, def.help);
  return text;
}

}  // namespace gauntlet::metrics
