// Text -> ThresholdRule, in three steps: what is claimed about, how it is compared, with what.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "metrics/verdict/grammar.hpp"
#include "metrics/verdict/nearest.hpp"
#include "metrics/verdict/threshold.hpp"

namespace gauntlet::metrics {

namespace {

using namespace grammar;

template <class T>
using Parsed = Result<T, Problem>;

std::string quoted(std::string_view text) { return std::string{"`"}.append(text).append("`"); }

template <class Table, class Text>
std::string listed(const Table& table, Text text, std::string_view separator = ", ") {
  std::string all;
  for (const auto& row : table) all.append(all.empty() ? "" : separator).append(text(row));
  return all;
}

/// Reads a text from left to right and knows where it is, for the offsets of problems.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_{text} { skip_spaces(); }

  std::size_t offset() const { return offset_; }
  std::string_view rest() const { return text_.substr(offset_); }
  void skip(std::size_t bytes) { offset_ += bytes; }

  void skip_spaces() { take_while(kSpaces); }

  std::string_view take_while(std::string_view allowed) {
    return take(rest().find_first_not_of(allowed));
  }
  std::string_view take_until(std::string_view stops) { return take(rest().find_first_of(stops)); }

 private:
  std::string_view take(std::size_t size) {
    const std::string_view taken = rest().substr(0, size);
    offset_ += taken.size();
    return taken;
  }

  std::string_view text_;
  std::size_t offset_{0};
};

/// The left side: "relay.delivery{kind=direct}.p99".
struct Subject {
  enum class Kind { latency, samples, total, speed };
  Kind kind;
  std::string_view name;
  Label label{};
  Statistic statistic{};
};

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
        Problem{offset, quoted(name) + " has no labels", "write " + quoted(name) + " alone"});
  return fail(Problem{
      offset, quoted(name) + " has no row " + quoted(text),
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
    return {parts.offset, quoted(parts.whole) + " is a gauge: it has no one value for a whole run",
            "use a counter or a series, say `relay.connected`"};
  if (is_series(parts.name) && parts.ending.empty())
    return {parts.offset, quoted(parts.whole) + " is a distribution and needs a statistic",
            "write " + quoted(std::string{parts.whole} + ".p99") + ", or another of " +
                statistics_listed()};
  if (is_series(parts.name))
    return {parts.offset, quoted(parts.ending) + " is no statistic of " + quoted(parts.name),
            "use one of " + statistics_listed()};
  if (is_counter(parts.name))
    return {parts.offset, "a counter has no " + quoted(parts.ending),
            "write " + quoted(parts.name) + " or " + quoted(std::string{parts.name} + ".rate")};
  const auto known = known_subjects();
  return {parts.offset, quoted(parts.whole) + " is not a metric",
          "did you mean " + quoted(nearest(parts.whole, known)) + "?"};
}

Parsed<Subject> parse_subject(Cursor& cursor) {
  const auto split = split_subject(cursor);
  if (!split) return fail(split.error());
  const SubjectText& parts = split.value();

  // Views of the tables' own names, not of the text: a rule outlives it.
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

Parsed<Comparison> parse_operator(Cursor& cursor) {
  for (const Operator& op : kOperators)
    if (cursor.rest().starts_with(op.text)) {
      cursor.skip(op.text.size());
      return op.comparison;
    }
  if (cursor.rest().starts_with('='))
    return fail(Problem{cursor.offset(), "`=` is no comparison", "write `==`"});
  return fail(
      Problem{cursor.offset(), "a comparison is missing",
              "write one of " + listed(
                                    kOperators, [](const Operator& op) { return op.text; }, " ")});
}

Parsed<double> parse_number(Cursor& cursor) {
  const std::size_t start = cursor.offset();
  const std::string_view from_start = cursor.rest();
  const std::string_view whole = cursor.take_while(kDigits);
  std::string_view fraction;
  const bool point = cursor.rest().starts_with('.');
  if (point) {
    cursor.skip(1);
    fraction = cursor.take_while(kDigits);
  }
  if (whole.empty() || (point && fraction.empty()))
    return fail(Problem{start, "a number is missing",
                        "write digits, with a point and more digits if you like: `12` or `0.5`"});
  if (whole.size() > kWholeDigitsMax || fraction.size() > kFractionDigitsMax)
    return fail(Problem{start, "the number has too many digits",
                        "write at most 12 before the point and 9 after it"});
  double number = 0;
  std::from_chars(from_start.data(), cursor.rest().data(), number);
  return number;
}

Duration to_duration(double ns) {
  constexpr auto kMax = static_cast<double>(std::numeric_limits<std::int64_t>::max());
  return ns >= kMax ? Duration::max() : Duration{std::llround(ns)};
}

Parsed<Claim> latency_claim(const Subject& subject, double number, std::string_view unit,
                            std::size_t offset) {
  const auto found = std::ranges::find(kTimeUnits, unit, &TimeUnit::text);
  if (found == kTimeUnits.end())
    return fail(Problem{
        offset, unit.empty() ? "the duration needs a unit" : quoted(unit) + " is no unit of time",
        "write one of " + listed(kTimeUnits, [](const TimeUnit& u) { return u.text; }) +
            " after the number: `250ms`"});
  return Claim{LatencyClaim{subject.statistic, to_duration(number * found->ns)}};
}

Parsed<Claim> counter_claim(const Subject& subject, double number, std::string_view unit,
                            std::size_t offset) {
  if (unit.empty()) return Claim{TotalClaim{number}};
  const std::string_view whole = whole_of(subject.name);
  if (unit == "%" && !whole.empty()) return Claim{ShareClaim{whole, number}};
  if (unit == "%")
    return fail(Problem{offset, quoted(subject.name) + " is not a part of anything",
                        "compare it with a number, without `%`"});
  return fail(Problem{offset, quoted(unit) + " is no unit of a counter",
                      whole.empty()
                          ? std::string{"write the number alone"}
                          : "write the number alone, or `%` for its share of " + quoted(whole)});
}

Parsed<Claim> parse_claim(const Subject& subject, double number, std::string_view unit,
                          std::size_t offset) {
  switch (subject.kind) {
    case Subject::Kind::latency:
      return latency_claim(subject, number, unit, offset);
    case Subject::Kind::total:
      return counter_claim(subject, number, unit, offset);
    case Subject::Kind::samples:
      if (unit.empty()) return Claim{SamplesClaim{number}};
      return fail(Problem{offset, "a count of samples has no unit", "write the number alone"});
    case Subject::Kind::speed:
      break;
  }
  if (unit == "/s") return Claim{SpeedClaim{number}};
  return fail(Problem{offset, "a rate is per second", "write `/s` after the number: `500/s`"});
}

std::string_view without_trailing_spaces(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kSpaces);
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

Result<ThresholdRule, Problem> parse_threshold(std::string_view text) {
  Cursor cursor{text};
  const auto subject = parse_subject(cursor);
  if (!subject) return fail(subject.error());
  cursor.skip_spaces();
  const auto comparison = parse_operator(cursor);
  if (!comparison) return fail(comparison.error());
  cursor.skip_spaces();
  const auto number = parse_number(cursor);
  if (!number) return fail(number.error());
  cursor.skip_spaces();
  const auto claim = parse_claim(subject.value(), number.value(),
                                 without_trailing_spaces(cursor.rest()), cursor.offset());
  if (!claim) return fail(claim.error());
  return ThresholdRule{std::string{text}, subject.value().name, subject.value().label,
                       comparison.value(), claim.value()};
}

}  // namespace gauntlet::metrics
