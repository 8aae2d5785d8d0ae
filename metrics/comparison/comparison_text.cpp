#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "metrics/comparison/comparison.hpp"
#include "metrics/report/lines.hpp"
#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

constexpr std::size_t kWhatWidth = 14;

std::string in_its_unit(const ComparedLine& line, double value) {
  const char* sign = value < 0 ? "-" : "";
  if (line.is_latency()) return sign + in_words(from_seconds(std::abs(value)));
  return sign + rate_in_words(std::abs(value));
}

// In percent of the first run, where that is something.
std::string apart(const ComparedLine& line, double difference) {
  const char* sign = difference > 0 ? "+" : "";
  if (line.a.value == 0) return sign + in_its_unit(line, difference);
  return sign + in_words(100 * difference / std::abs(line.a.value), 1) + " %";
}

std::string painted(Change change, const Paint& paint) {
  const std::string_view text = name(change);
  switch (change) {
    case Change::better:
      return paint.good(text);
    case Change::worse:
      return paint.bad(text);
    case Change::other:
      return paint.doubtful(text);
    case Change::none:
      break;
  }
  return paint.faint(text);
}

std::string row(const std::string& what, const ComparedLine& line, const Paint& paint) {
  return "  " + padded(what, kWhatWidth) + padded_left(in_its_unit(line, line.a.value), 9) + ' ' +
         padded_left(in_its_unit(line, line.b.value), 9) + ' ' +
         padded_left(apart(line, line.difference.value), 9) + ' ' +
         padded_left(apart(line, line.difference.low), 9) + ' ' +
         padded_left(apart(line, line.difference.high), 9) + "  " + painted(line.change, paint);
}

// The quantiles and the mean under the name of their series; counters that changed, one line each.
Lines rows(const Comparison& comparison, const Paint& paint) {
  Lines lines;
  std::string series;
  std::size_t same = 0;
  for (const ComparedLine& line : comparison.lines) {
    if (!line.is_latency()) {
      if (line.change == Change::none) {
        ++same;
        continue;
      }
      lines.push_back("  " + line.subject);
      lines.push_back(row("  per second", line, paint));
      continue;
    }
    if (line.subject != series) lines.push_back("  " + line.subject);
    series = line.subject;
    lines.push_back(row("  " + line.statistic, line, paint));
  }
  if (same > 0) lines.push_back(fmt::format("  and {} counters without a difference", same));
  return lines;
}

Lines thresholds(const Comparison& comparison, const Paint& paint) {
  Lines lines;
  for (const ComparedThreshold& each : comparison.thresholds) {
    if (each.change == Change::none) continue;
    const auto said = [](const RecordedThreshold& t) { return t.met ? "met" : "not met"; };
    append(lines, wrapped("  ", fmt::format("{}: {} ({}), then {} ({})", each.text, said(each.a),
                                            each.a.value, said(each.b), each.b.value)));
    lines.back() += "  " + painted(each.change, paint);
  }
  return lines;
}

// "relay.connect, relay.delivery p99": all statistics of a series are just the series.
std::string left_out(const Comparison& comparison) {
  std::map<std::string, std::vector<std::string>> statistics;
  for (const std::string& line : comparison.not_compared)
    statistics[line.substr(0, line.find(' '))].push_back(line);
  std::vector<std::string> said;
  for (const auto& [subject, all] : statistics) {
    const bool whole = std::ranges::none_of(
        comparison.lines,
        [&subject = subject](const ComparedLine& line) { return line.subject == subject; });
    if (whole)
      said.push_back(subject);
    else
      said.insert(said.end(), all.begin(), all.end());
  }
  return fmt::format("{}", fmt::join(said, ", "));
}

std::string headline(const Comparison& comparison, const Paint& paint) {
  std::string worse;
  const auto add = [&](const std::string& what) { worse += (worse.empty() ? "" : ", ") + what; };
  for (const ComparedThreshold& each : comparison.thresholds)
    if (each.change == Change::worse) add(each.text);
  for (const ComparedLine& line : comparison.lines)
    if (line.change == Change::worse) add(line.subject + ' ' + line.statistic);
  if (worse.empty()) return paint.good("NO REGRESSION");
  return paint.bad("WORSE") + ": " + worse;
}

}  // namespace

std::string comparison_text(const Comparison& comparison, bool colour) {
  const Paint paint{colour};
  Lines lines = wrapped("", headline(comparison, paint));
  append(lines, thresholds(comparison, paint));
  lines.emplace_back();
  lines.push_back(paint.faint(fmt::format("  {:<14}{:>9} {:>9} {:>9} {:>9} {:>9}", "", "first",
                                          "second", "apart", "from", "to")));
  append(lines, rows(comparison, paint));
  append(lines,
         wrapped("  ", fmt::format("All intervals together miss nothing with a confidence of {} %; "
                                   "differences up to {} % count for none.",
                                   in_words(100 * comparison.settings.confidence, 0),
                                   in_words(100 * comparison.settings.tolerance, 1))));
  if (!comparison.not_compared.empty())
    append(
        lines,
        wrapped("  ", fmt::format(
                          "Not compared, since one of them has none or too few samples, or too few "
                          "intervals: {}.",
                          left_out(comparison))));
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

}  // namespace gauntlet::metrics
