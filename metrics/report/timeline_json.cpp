#include "metrics/report/timeline_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "metrics/record/rows.hpp"

namespace gauntlet::metrics {

namespace {

using Json = nlohmann::ordered_json;

template <class Take>
std::vector<std::int64_t> in_each(const Intervals& intervals, Take take) {
  std::vector<std::int64_t> values;
  values.reserve(intervals.measured.size());
  for (const Interval& interval : intervals.measured) values.push_back(take(interval));
  return values;
}

template <class Take>
Json seconds_in_each(const Intervals& intervals, Take take) {
  Json values = Json::array();
  for (const Interval& interval : intervals.measured)
    values.push_back(seconds(take(interval).time_since_epoch()));
  return values;
}

// One line for each row: a number a line would be hundreds.
void add_row(std::string& text, const std::string& name, const std::vector<std::int64_t>& values) {
  if (std::ranges::all_of(values, [](std::int64_t value) { return value == 0; })) return;
  text += (text.empty() ? "" : ",") + ("\n    " + Json(name).dump() + ": " + Json(values).dump());
}

std::string counters(const Intervals& intervals) {
  std::string text;
  for_each_name(counter_table(), [&](std::span<const CounterDef> rows) {
    const std::string_view name = rows.front().name;
    add_row(text, std::string{name},
            in_each(intervals, [&](const Interval& interval) { return interval.total(name); }));
    if (rows.size() == 1) return;
    for (const CounterDef& row : rows)
      add_row(text, row_name(name, row.label),
              in_each(intervals, [&](const Interval& interval) { return interval.of(row.id); }));
  });
  return text;
}

}  // namespace

std::string timeline_json(const Intervals& intervals) {
  const Json begins = seconds_in_each(intervals, [](const Interval& i) { return i.begin; });
  const Json ends = seconds_in_each(intervals, [](const Interval& i) { return i.end; });
  return "{\n  \"schema\": 1,\n  \"begin_s\": " + begins.dump() + ",\n  \"end_s\": " + ends.dump() +
         ",\n  \"counters\": {" + counters(intervals) + "\n  }\n}\n";
}

}  // namespace gauntlet::metrics
