// Text -> ThresholdRule, in three steps: what is claimed about, how it is compared, with what.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "metrics/verdict/cursor.hpp"
#include "metrics/verdict/grammar.hpp"
#include "metrics/verdict/subject.hpp"
#include "metrics/verdict/threshold.hpp"

namespace gauntlet::metrics {

namespace {

using namespace grammar;

template <class T>
using Parsed = Result<T, Problem>;

Parsed<Relation> parse_operator(Cursor& cursor) {
  for (const Operator& op : kOperators)
    if (cursor.rest().starts_with(op.text)) {
      cursor.skip(op.text.size());
      return op.relation;
    }
  if (cursor.rest().starts_with('='))
    return fail(Problem{cursor.offset(), "`=` is no relation", "write `==`"});
  return fail(
      Problem{cursor.offset(), "a relation is missing",
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
  if (from_start.starts_with('-'))
    return fail(Problem{start, "the number is below zero, but nothing that is measured ever is",
                        "write `0` or more"});
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
        offset, unit.empty() ? "the duration needs a unit" : in_ticks(unit) + " is no unit of time",
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
    return fail(Problem{offset, in_ticks(subject.name) + " is not a part of anything",
                        "compare it with a number, without `%`"});
  return fail(Problem{offset, in_ticks(unit) + " is no unit of a counter",
                      whole.empty()
                          ? std::string{"write the number alone"}
                          : "write the number alone, or `%` for its share of " + in_ticks(whole)});
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

// "1ms to 5ms", which are two claims.
std::optional<Problem> two_bounds(std::string_view subject, std::string_view bounds,
                                  std::size_t offset) {
  constexpr std::string_view kTo = " to ";
  const std::size_t middle = bounds.find(kTo);
  if (middle == std::string_view::npos) return std::nullopt;
  const auto claim = [&](std::string_view relation, std::string_view bound) {
    return in_ticks(std::string{subject}.append(relation).append(bound));
  };
  return Problem{offset, "a claim has one bound",
                 "write two claims: " + claim(" >= ", bounds.substr(0, middle)) + " and " +
                     claim(" <= ", bounds.substr(middle + kTo.size()))};
}

std::string_view without_trailing_spaces(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kSpaces);
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

Result<ThresholdRule, Problem> parse_threshold(std::string_view text) {
  Cursor cursor{text};
  const std::size_t begin = cursor.offset();
  const auto subject = parse_subject(cursor);
  if (!subject) return fail(subject.error());
  const std::string_view named = text.substr(begin, cursor.offset() - begin);
  cursor.skip_spaces();
  const auto relation = parse_operator(cursor);
  if (!relation) return fail(relation.error());
  cursor.skip_spaces();
  if (auto problem = two_bounds(named, without_trailing_spaces(cursor.rest()), cursor.offset()))
    return fail(*std::move(problem));
  const auto number = parse_number(cursor);
  if (!number) return fail(number.error());
  cursor.skip_spaces();
  const auto claim = parse_claim(subject.value(), number.value(),
                                 without_trailing_spaces(cursor.rest()), cursor.offset());
  if (!claim) return fail(claim.error());
  return ThresholdRule{std::string{text}, subject.value().name, subject.value().label,
                       relation.value(), claim.value()};
}

}  // namespace gauntlet::metrics
