// The threshold grammar as one regular expression, made from the tables that the parser reads.
#include <vector>

#include "metrics/verdict/grammar.hpp"
#include "metrics/verdict/threshold.hpp"

namespace gauntlet::metrics {

namespace {

using namespace grammar;

std::string escaped(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (std::string_view{".{}"}.find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

std::string any_of(const std::vector<std::string>& alternatives) {
  std::string all;
  for (const std::string& each : alternatives) all.append(all.empty() ? "(?:" : "|").append(each);
  return all + ')';
}

// One name, with the labels it may have.
template <class Def>
std::string subject(std::span<const Def> rows) {
  std::vector<std::string> labels;
  for (const Def& row : rows)
    if (!row.label.key.empty()) labels.push_back(escaped(row_name("", row.label)));
  return escaped(rows.front().name) + (labels.empty() ? "" : any_of(labels) + '?');
}

std::string any_series() {
  std::vector<std::string> all;
  for_each_name(series_table(), [&](auto rows) { all.push_back(subject(rows)); });
  return any_of(all);
}

std::string any_counter() {
  std::vector<std::string> all;
  for_each_name(counter_table(), [&](auto rows) { all.push_back(subject(rows)); });
  return any_of(all);
}

std::string any_part_of_a_whole() {
  std::vector<std::string> all;
  for_each_name(counter_table(), [&](auto rows) {
    if (!whole_of(rows.front().name).empty()) all.push_back(subject(rows));
  });
  return any_of(all);
}

template <class Table, class Text>
std::string any_in(const Table& table, Text text) {
  std::vector<std::string> all;
  all.reserve(table.size());
  for (const auto& row : table) all.emplace_back(text(row));
  return any_of(all);
}

}  // namespace

std::string threshold_pattern() {
  const std::string spaces = "[ \\t]*";
  const std::string op = spaces + any_in(kOperators, [](const auto& o) { return o.text; }) + spaces;
  const std::string number = "[0-9]{1," + std::to_string(kWholeDigitsMax) + "}(?:\\.[0-9]{1," +
                             std::to_string(kFractionDigitsMax) + "})?";
  const std::string statistic = any_in(kStatistics, [](const auto& s) { return s.name; });
  const std::string unit = any_in(kTimeUnits, [](const auto& u) { return u.text; });
  const std::string dot = "\\.";

  return "^" + spaces +
         any_of({
             any_series() + dot + statistic + op + number + spaces + unit,
             any_series() + dot + std::string{kSamples} + op + number,
             any_counter() + op + number,
             any_part_of_a_whole() + op + number + spaces + "%",
             any_counter() + dot + std::string{kRate} + op + number + spaces + "/s",
         }) +
         spaces + "$";
}

}  // namespace gauntlet::metrics
