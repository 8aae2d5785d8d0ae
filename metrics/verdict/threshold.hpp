// Thresholds: what a user claims about a run, as text, as a rule, and judged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "metrics/record/metric.hpp"
#include "metrics/record/snapshot.hpp"
#include "metrics/record/timeline.hpp"
#include "metrics/summary/confidence.hpp"
#include "metrics/summary/statistic.hpp"
#include "scenarios/terms/result.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

enum class Relation : std::uint8_t { less, at_most, equal, unequal, at_least, more };

struct LatencyClaim {  // relay.delivery.p99 < 250ms
  Statistic statistic;
  Duration limit;
};
struct SamplesClaim {  // relay.delivery.count > 1000
  double limit;
};
struct TotalClaim {  // relay.lost == 0
  double limit;
};
struct ShareClaim {     // arena.rounds_completed >= 95%
  std::string_view of;  // the counter that is 100 %
  double percent;
};
struct SpeedClaim {  // relay.sent.rate >= 500/s
  double per_second;
};
using Claim = std::variant<LatencyClaim, SamplesClaim, TotalClaim, ShareClaim, SpeedClaim>;

struct ThresholdRule {
  std::string text;       // as the user wrote it
  std::string_view name;  // of a series or a counter, from the metric tables
  Label label;            // without a key: all rows of that name together
  Relation relation;
  Claim claim;
  bool throughout{false};  // an invariant: it must hold in every interval, too
};

struct Problem {
  std::size_t offset;  // into the text, in bytes
  std::string what;
  std::string fix;
};

///     threshold  = claim, with spaces around it if you like
///     claim      = series "." statistic op duration      relay.delivery.p99 < 250ms
///                | series ".count" op number             relay.delivery{kind=direct}.count > 1000
///                | counter op number                     relay.failures{outcome=reset} == 0
///                | counter op number "%"                 arena.rounds_completed >= 95%
///                | counter ".rate" op number "/s"        relay.sent.rate >= 500/s
///     series     = name [ "{" key "=" value "}" ]        names, keys and values: metric.hpp
///     counter    = likewise
///     statistic  = "min" | "mean" | "p50" | "p90" | "p95" | "p99" | "p99_9" | "max"
///     op         = "<" | "<=" | "==" | "!=" | ">=" | ">"
///     duration   = number unit
///     unit       = "ns" | "us" | "µs" | "ms" | "s" | "m" | "min" | "h"
///     number     = 1 to 12 digits [ "." 1 to 9 digits ]
///
/// Spaces may also stand around the operator and before a unit. A percentage is one of what the
/// counter's definition names; a counter that is part of nothing takes none.
Result<ThresholdRule, Problem> parse_threshold(std::string_view text);

/// An anchored ECMA regular expression, for a JSON Schema, that accepts exactly what
/// parse_threshold() accepts.
std::string threshold_pattern();

struct Judged {
  std::string text;
  bool met;
  std::string value;             // as measured, with its unit, for people
  std::optional<double> number;  // seconds, a number, percent, or per second
  bool measured;                 // false: there was nothing to judge, so it is not met
  /// Of a quantile: where it lies with a probability of 95 %.
  std::optional<Bounds> bounds{};
  /// A phrase when the samples hardly tell: they are too few for the quantile, or the limit is
  /// within `bounds`. It is judged all the same.
  std::optional<std::string> doubt{};
};

/// Judges each rule, in order. A series without samples meets no threshold, nor does a part of
/// nothing (relay.lost when nothing was expected). For an upper limit on a quantile of a series
/// whose operations are counted when offered, those that never came are slower than any limit; a
/// quantile that falls among them has no number.
/// Of a rule that must hold throughout, quantiles, means and rates are judged in each interval of
/// the measured window as well, quantiles where it carries them, and it is not met if one does not
/// meet it. Everything else only grows, or is a part of what began earlier, and is judged once.
/// @param window  What a rate divides by: how long was measured.
std::vector<Judged> judge(std::span<const ThresholdRule> rules, const Snapshot& snapshot,
                          Duration window, const Intervals& intervals = {});

}  // namespace gauntlet::metrics
