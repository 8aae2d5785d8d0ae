// The rows of the metric tables, by name: rows that share a name stand next to one another.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "metrics/record/metric.hpp"

namespace gauntlet::metrics {

constexpr std::span<const SeriesDef> series_table() { return kSeries; }
constexpr std::span<const CounterDef> counter_table() { return kCounters; }

/// Calls visit(rows) once per name, with the rows of that name.
template <class Def, class Visit>
constexpr void for_each_name(std::span<const Def> table, Visit visit) {
  while (!table.empty()) {
    std::size_t rows = 1;
    while (rows < table.size() && table[rows].name == table.front().name) ++rows;
    visit(table.first(rows));
    table = table.subspan(rows);
  }
}

/// The rows of one name; empty for a name that the table does not have.
template <class Def>
constexpr std::span<const Def> rows_of(std::span<const Def> table, std::string_view name) {
  std::span<const Def> found;
  for_each_name(table, [&](std::span<const Def> rows) {
    if (rows.front().name == name) found = rows;
  });
  return found;
}

/// "relay.delivery{kind=direct}": how a row is written in thresholds, reports and files.
inline std::string row_name(std::string_view name, const Label& label) {
  std::string text{name};
  if (!label.key.empty())
    text.append("{").append(label.key).append("=").append(label.value).append("}");
  return text;
}

}  // namespace gauntlet::metrics
