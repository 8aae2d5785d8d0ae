// ThresholdRule + Snapshot -> met or not, and what was measured.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "metrics/summary/words.hpp"
#include "metrics/verdict/grammar.hpp"
#include "metrics/verdict/offered.hpp"
#include "metrics/verdict/threshold.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet::metrics {

namespace {

template <class T>
bool holds(const T& measured, Relation relation, const T& limit) {
  switch (relation) {
    case Relation::less:
      return measured < limit;
    case Relation::at_most:
      return measured <= limit;
    case Relation::equal:
      return measured == limit;
    case Relation::unequal:
      return measured != limit;
    case Relation::at_least:
      return measured >= limit;
    case Relation::more:
      break;
  }
  return measured > limit;
}

template <class Def>
bool selects(const ThresholdRule& rule, const Def& row) {
  return row.name == rule.name && (rule.label.key.empty() || row.label.value == rule.label.value);
}

std::uint64_t total(const ThresholdRule& rule, const Snapshot& snapshot) {
  std::uint64_t sum = 0;
  for (const CounterDef& def : kCounters)
    if (selects(rule, def)) sum += snapshot.counter(def.id);
  return sum;
}

std::unique_ptr<Histogram> samples(const ThresholdRule& rule, const Snapshot& snapshot) {
  auto merged = std::make_unique<Histogram>();
  for (const SeriesDef& def : kSeries)
    if (const auto& part = snapshot.measured[static_cast<std::size_t>(def.id)];
        part && selects(rule, def))
      merged->merge(*part);
  return merged;
}

// "250 ms" beside a limit of 250 ms helps nobody: as many digits as it takes to tell them apart.
std::string told_apart(Duration measured, Duration limit) {
  int digits = 3;
  while (digits < 12 && measured != limit && in_words(measured, digits) == in_words(limit, digits))
    ++digits;
  return in_words(measured, digits);
}

Judged unmeasured(const ThresholdRule& rule, std::string why) {
  return {rule.text, false, std::move(why), std::nullopt, false, std::nullopt, std::nullopt};
}

// "relay.expected" -> "nothing was expected".
std::string nothing_was(std::string_view whole) {
  return "nothing was " + std::string{whole.substr(whole.find_last_of("._") + 1)};
}

// Whether the quantile is among the operations that never came: those are the slowest.
bool reaches_the_missing(double fraction, std::uint64_t came, std::uint64_t missing) {
  return missing > 0 && static_cast<double>(came) / static_cast<double>(came + missing) < fraction;
}

// Which quantile of the samples is that of them and, above them all, `missing` others.
double below_the_missing(double fraction, const Histogram& samples, std::uint64_t missing) {
  if (missing == 0) return fraction;
  const auto came = static_cast<double>(samples.count());
  return std::min(1.0, fraction * (came + static_cast<double>(missing)) / came);
}

std::optional<std::string> doubt(const Judged& judged, const LatencyClaim& claim,
                                 const Histogram& samples) {
  if (!carries(samples.count(), claim.statistic.fraction))
    return "too few samples: " + in_words(samples.count()) + " carry no more than " +
           highest_carried(samples.count());
  if (!judged.bounds || claim.limit < judged.bounds->low || claim.limit > judged.bounds->high)
    return std::nullopt;
  return "within the noise: " + told_apart(judged.bounds->low, judged.bounds->high) + " to " +
         told_apart(judged.bounds->high, judged.bounds->low) + " with a confidence of 95 %";
}

// A quantile that may be any of the samples, with how much it can be believed.
Judged judge_quantile(const ThresholdRule& rule, const LatencyClaim& claim,
                      const Histogram& samples, std::uint64_t missing) {
  const double fraction = below_the_missing(claim.statistic.fraction, samples, missing);
  const Duration measured = samples.quantile(fraction);
  Judged judged{rule.text,
                holds(measured, rule.relation, claim.limit),
                told_apart(measured, claim.limit),
                seconds(measured),
                true,
                confidence_bounds(samples, fraction),
                std::nullopt};
  judged.doubt = doubt(judged, claim, samples);
  return judged;
}

// What never came was infinitely slow: a target that stalls or refuses must not look fast for it.
Judged judge_upper_limit(const ThresholdRule& rule, const LatencyClaim& claim,
                         const OfferedSeries& series, const Snapshot& snapshot) {
  const std::uint64_t missing = never_came(series, snapshot);
  const std::uint64_t came = came_within(Duration::max(), series, snapshot.measured);
  if (reaches_the_missing(claim.statistic.fraction, came, missing))
    return {rule.text, false,
            "never: " + in_words(missing) + " of " + in_words(offered(series, snapshot)) + " " +
                std::string{series.fate},
            std::nullopt, true};
  const auto histogram = samples(rule, snapshot);
  if (histogram->count() == 0) return unmeasured(rule, "no samples");
  return judge_quantile(rule, claim, *histogram, missing);
}

Judged judge_latency(const ThresholdRule& rule, const LatencyClaim& claim,
                     const Snapshot& snapshot) {
  if (const OfferedSeries* series = limited_series(rule))
    return judge_upper_limit(rule, claim, *series, snapshot);
  const auto histogram = samples(rule, snapshot);
  if (histogram->count() == 0) return unmeasured(rule, "no samples");
  if (claim.statistic.kind == Statistic::Kind::quantile)
    return judge_quantile(rule, claim, *histogram, 0);
  const Duration measured = value_of(claim.statistic, *histogram);
  return {rule.text, holds(measured, rule.relation, claim.limit), told_apart(measured, claim.limit),
          seconds(measured), true};
}

Judged judge_number(const ThresholdRule& rule, std::uint64_t measured, double limit,
                    std::string value) {
  const auto number = static_cast<double>(measured);
  return {rule.text, holds(number, rule.relation, limit), std::move(value), number, true};
}

Judged judge_total(const ThresholdRule& rule, const TotalClaim& claim, const Snapshot& snapshot) {
  const std::uint64_t measured = total(rule, snapshot);
  // None of nothing is no news: what did not get as far as to be lost was not delivered either.
  const std::string_view whole = grammar::whole_of(rule.name);
  if (measured == 0 && !whole.empty() && snapshot.counter(whole) == 0)
    return unmeasured(rule, nothing_was(whole));
  return judge_number(rule, measured, claim.limit, in_words(measured));
}

Judged judge_share(const ThresholdRule& rule, const ShareClaim& claim, const Snapshot& snapshot) {
  const std::uint64_t whole = snapshot.counter(claim.of);
  if (whole == 0) return unmeasured(rule, nothing_was(claim.of));
  const std::uint64_t part = total(rule, snapshot);
  // Multiplied rather than divided, so that 95 of 100 are 95 %. What differs by no more than 99.9 %
  // does from its nearest double is the same.
  const double hundred_parts = 100 * static_cast<double>(part);
  const double percent = hundred_parts / static_cast<double>(whole);
  double limit = claim.percent * static_cast<double>(whole);
  if (std::abs(hundred_parts - limit) <= 4 * std::numeric_limits<double>::epsilon() * limit)
    limit = hundred_parts;
  return {rule.text, holds(hundred_parts, rule.relation, limit),
          in_words(percent, 2) + " % (" + in_words(part) + " of " + in_words(whole) + ")", percent,
          true};
}

Judged judge_speed(const ThresholdRule& rule, const SpeedClaim& claim, const Snapshot& snapshot,
                   Duration window) {
  if (window <= Duration::zero()) return unmeasured(rule, "no time was measured");
  const double per_second = static_cast<double>(total(rule, snapshot)) / seconds(window);
  return {rule.text, holds(per_second, rule.relation, claim.per_second),
          in_words(per_second, 1) + "/s", per_second, true};
}

Judged judge_once(const ThresholdRule& rule, const Snapshot& snapshot, Duration window) {
  return std::visit(
      match{
          [&](const LatencyClaim& claim) { return judge_latency(rule, claim, snapshot); },
          [&](const SamplesClaim& claim) {
            const std::uint64_t count = samples(rule, snapshot)->count();
            return judge_number(rule, count, claim.limit, in_words(count));
          },
          [&](const TotalClaim& claim) { return judge_total(rule, claim, snapshot); },
          [&](const ShareClaim& claim) { return judge_share(rule, claim, snapshot); },
          [&](const SpeedClaim& claim) { return judge_speed(rule, claim, snapshot, window); },
      },
      rule.claim);
}

// What the statistic is in one interval; nothing where too little happened for it.
std::optional<Duration> value_in(const Interval& interval, const ThresholdRule& rule,
                                 const Statistic& statistic) {
  BucketCounts counts;
  for (const SeriesDef& def : kSeries)
    if (selects(rule, def)) counts.merge(interval.of(def.id));
  if (counts.empty()) return std::nullopt;
  if (statistic.kind == Statistic::Kind::mean) return counts.mean();
  if (statistic.kind != Statistic::Kind::quantile || !carries(counts.count(), statistic.fraction))
    return std::nullopt;
  return counts.quantile(statistic.fraction);
}

double speed_in(const Interval& interval, const ThresholdRule& rule) {
  std::int64_t sum = 0;
  for (const CounterDef& def : kCounters)
    if (selects(rule, def)) sum += interval.of(def.id);
  return static_cast<double>(sum) / seconds(interval.end - interval.begin);
}

// How one interval breaks a rule; nothing when it does not.
std::optional<Judged> broken_in(const Interval& interval, const ThresholdRule& rule) {
  const std::string when = ", from " + in_words(interval.begin.time_since_epoch()) + " to " +
                           in_words(interval.end.time_since_epoch());
  if (const auto* latency = std::get_if<LatencyClaim>(&rule.claim)) {
    const auto value = value_in(interval, rule, latency->statistic);
    if (!value || holds(*value, rule.relation, latency->limit)) return std::nullopt;
    return Judged{rule.text, false, told_apart(*value, latency->limit) + when, seconds(*value),
                  true};
  }
  const auto* speed = std::get_if<SpeedClaim>(&rule.claim);
  if (speed == nullptr || interval.end <= interval.begin) return std::nullopt;
  const double value = speed_in(interval, rule);
  if (holds(value, rule.relation, speed->per_second)) return std::nullopt;
  return Judged{rule.text, false, in_words(value, 1) + "/s" + when, value, true};
}

}  // namespace

std::vector<Judged> judge(std::span<const ThresholdRule> rules, const Snapshot& snapshot,
                          Duration window, const Intervals& intervals) {
  std::vector<Judged> judged;
  judged.reserve(rules.size());
  for (const ThresholdRule& rule : rules) {
    judged.push_back(judge_once(rule, snapshot, window));
    if (!rule.throughout || !judged.back().met) continue;
    for (const Interval& interval : intervals.measured) {
      auto broken = broken_in(interval, rule);
      if (!broken) continue;
      judged.back() = *std::move(broken);
      break;
    }
  }
  return judged;
}

}  // namespace gauntlet::metrics
