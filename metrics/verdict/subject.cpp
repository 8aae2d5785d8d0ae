#include "metrics/verdict/subject.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "scenarios/terms/nearest.hpp"

namespace gauntlet::metrics::grammar {

namespace {

template <class T>
using Parsed = Result<T, Problem>;

const Statistic* find_statistic(std::string_view name) {
  const auto found = std::ranges::find(kStatistics, name, &Statistic::name);
  return found == kStatistics.end() ? nullptr : &*found;
}

std::string statistics_listed() {
  return listed(kStatistics, [](const Statistic& s) { return s.name; })
      .append(", ")
      .append(kSamples);
}

bool is_series(std::string_view name) { return !rows_of(series_table(), name).empty(); }
bool is_counter(std::string_view name) { return !rows_of(counter_table(), name).empty(); }
bool is_gauge(std::string_view name) {
  return std::ranges::find(kGauges, name, &GaugeDef::name) != kGauges.end();
}

/// Every left side without a label that there is.
std::vector<std::string> known_subjects() {
  std::vector<std::string> all;
  const auto with = [&](std::string_view name, std::string_view ending) {
    all.push_back(std::string{name}.append(ending.empty() ? "" : ".").append(ending));
  };
  for_each_name(series_table(), [&](auto rows) {
    for (const Statistic& statistic : kStatistics) with(rows.front().name, statistic.name);
    with(rows.front().name, kSamples);
  });
  for_each_name(counter_table(), [&](auto rows) {
    with(rows.front().name, "");
    with(rows.front().name, kRate);
  });
  return all;
}

template <class Def>
Parsed<Label> find_label(std::span<const Def> rows, std::string_view text, std::size_t offset) {
  for (const Def& row : rows)
    if (!row.label.key.empty() && row_name("", row.label) == text) return row.label;
  const std::string name{rows.front().name};
  if (rows.front().label.key.empty())
    return fail(
        Problem{offset, in_ticks(name) + " has no labels", "write " + in_ticks(name) + " alone"});
  return fail(Problem{
      offset, in_ticks(name) + " has no row " + in_ticks(text),
      "write one of " + listed(rows, [](const Def& row) { return row_name("", row.label); })});
}

Parsed<Label> label_of(std::string_view name, std::string_view text, std::size_t offset) {
  if (text.empty()) return Label{};
  if (is_series(name)) return find_label(rows_of(series_table(), name), text, offset);
  return find_label(rows_of(counter_table(), name), text, offset);
}

/// A subject in its parts: name, "{key=value}" or nothing, and what follows the last dot.
struct SubjectText {
  std::size_t offset;
  std::string_view whole;
  std::string_view name;
  std::string_view label;
  std::string_view ending;
};

Parsed<SubjectText> split_subject(Cursor& cursor) {
  const std::size_t start = cursor.offset();
  const std::string_view from_start = cursor.rest();
  SubjectText parts{start, {}, cursor.take_until(" \t<>=!{"), {}, {}};
  if (cursor.rest().starts_with('{')) {
    const std::size_t close = cursor.rest().find('}');
    if (close == std::string_view::npos)
      return fail(Problem{cursor.offset(), "the label has no end", "write `}` after its value"});
    parts.label = cursor.rest().substr(0, close + 1);
    cursor.skip(close + 1);
    parts.ending = cursor.take_until(" \t<>=!");
  } else if (!is_counter(parts.name)) {
    const std::size_t dot = std::min(parts.name.rfind('.'), parts.name.size());
    if (!is_series(parts.name)) {
      parts.ending = parts.name.substr(dot);
      parts.name = parts.name.substr(0, dot);
    }
  }
  parts.whole = from_start.substr(0, cursor.offset() - start);
  return parts;
}

Problem unknown_subject(const SubjectText& parts) {
  if (parts.whole.empty())
    return {parts.offset, "the threshold names no metric",
            "write, say, `relay.delivery.p99 < 250ms`"};
  if (is_gauge(parts.whole))
    return {parts.offset,
            in_ticks(parts.whole) + " is a gauge: it has no one value for a whole run",
            "use a counter or a series, say `relay.connected`"};
  if (is_series(parts.name) && parts.ending.empty())
    return {parts.offset, in_ticks(parts.whole) + " is a distribution and needs a statistic",
            "write " + in_ticks(std::string{parts.whole} + ".p99") + ", or another of " +
                statistics_listed()};
  if (is_series(parts.name))
    return {parts.offset, in_ticks(parts.ending) + " is no statistic of " + in_ticks(parts.name),
            "use one of " + statistics_listed()};
  if (is_counter(parts.name))
    return {parts.offset, "a counter has no " + in_ticks(parts.ending),
            "write " + in_ticks(parts.name) + " or " + in_ticks(std::string{parts.name} + ".rate")};
  const auto known = known_subjects();
  const std::string meant = nearest(parts.whole, known);
  return {parts.offset, in_ticks(parts.whole) + " is not a metric",
          meant.empty() ? "`gauntlet metrics` lists them all"
                        : "did you mean " + in_ticks(meant) + "?"};
}

}  // namespace

Result<Subject, Problem> parse_subject(Cursor& cursor) {
  const auto split = split_subject(cursor);
  if (!split) return fail(split.error());
  const SubjectText& parts = split.value();

  Subject subject{};
  const std::string_view ending =
      parts.ending.starts_with('.') ? parts.ending.substr(1) : std::string_view{};
  if (is_counter(parts.name) && (parts.ending.empty() || ending == kRate)) {
    subject.kind = parts.ending.empty() ? Subject::Kind::total : Subject::Kind::speed;
    subject.name = rows_of(counter_table(), parts.name).front().name;
  } else if (is_series(parts.name) && ending == kSamples) {
    subject.kind = Subject::Kind::samples;
    subject.name = rows_of(series_table(), parts.name).front().name;
  } else if (const Statistic* statistic = find_statistic(ending);
             is_series(parts.name) && statistic != nullptr) {
    subject.kind = Subject::Kind::latency;
    subject.name = rows_of(series_table(), parts.name).front().name;
    subject.statistic = *statistic;
  } else {
    return fail(unknown_subject(parts));
  }

  const auto label = label_of(parts.name, parts.label, parts.offset + parts.name.size());
  if (!label) return fail(label.error());
  subject.label = label.value();
  return subject;
}

}  // namespace gauntlet::metrics::grammar
