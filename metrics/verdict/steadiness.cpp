#include "metrics/verdict/steadiness.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "metrics/summary/confidence.hpp"
#include "metrics/summary/shift.hpp"
#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

using Kind = Steadiness::Kind;

constexpr double kLatencyFactorMin = 1.25;
constexpr double kThroughputFactorMin = 1.05;
// The load that was asked for is steady when its least interval has half of the greatest at least:
// a Poisson process does from kLoadMin in each on.
constexpr double kLoadSpreadMax = 0.5;
constexpr std::int64_t kLoadMin = 50;  // operations in an interval

// What is looked at: a latency, and the totals that belong to it.
struct Subject {
  std::string_view latency;
  std::string_view offered;
  std::string_view done;
};
constexpr std::array kSubjects{
    Subject{"relay.delivery", "relay.offered", "relay.received"},
    Subject{"arena.inter_token", "arena.tokens_sent", "arena.tokens_sent"},
};

using Span = std::span<const Interval>;

double length_s(const Interval& interval) { return seconds(interval.end - interval.begin); }

std::vector<double> speeds(Span intervals, std::string_view counter) {
  std::vector<double> all;
  for (const Interval& each : intervals)
    all.push_back(static_cast<double>(each.total(counter)) / length_s(each));
  return all;
}

bool enough(Span intervals, std::string_view counter) {
  return std::ranges::all_of(intervals,
                             [&](const Interval& each) { return each.total(counter) >= kLoadMin; });
}

bool even(std::span<const double> values) {
  const auto [least, most] = std::ranges::minmax(values);
  return least > 0 && most - least <= kLoadSpreadMax * most;
}

// ---- More than the target can do.

Steadiness overloaded(Span intervals, const Backlog& backlog) {
  std::string text = "the rate was beyond what the target can do: " + in_words(backlog) +
                     ". The latency says how long the run was, not how fast the target is";
  std::int64_t expected = 0;
  for (const Interval& each : intervals) expected += each.of(Counter::relay_expected);
  if (backlog.series == kSubjects.front().latency) {
    const double owed_per_s =
        static_cast<double>(expected) / seconds(intervals.back().end - intervals.front().begin);
    text += ": about " + in_words(owed_per_s * (1 - backlog.growth), 0) + " deliveries a second";
  }
  return {Kind::overloaded, text + "."};
}

// ---- Shifts.

struct Track {
  std::string_view what;       // "p99"
  std::vector<double> values;  // as they are compared: logarithms of latencies
  double factor_min;
  bool latency;
};

std::optional<Track> latency_track(Span intervals, std::string_view series, std::string_view name,
                                   double fraction) {
  Track track{name, {}, kLatencyFactorMin, true};
  for (const Interval& each : intervals) {
    const BucketCounts samples = each.merged(series);
    if (samples.count() < static_cast<std::uint64_t>(kLoadMin) ||
        !carries(samples.count(), fraction))
      return std::nullopt;
    track.values.push_back(std::log(static_cast<double>(samples.quantile(fraction).count()) + 1));
  }
  return track;
}

std::vector<Track> tracks(Span intervals, const Subject& subject) {
  std::vector<Track> all;
  if (auto tail = latency_track(intervals, subject.latency, "p99", 0.99))
    all.push_back(*std::move(tail));
  else if (auto lower = latency_track(intervals, subject.latency, "p90", 0.9))
    all.push_back(*std::move(lower));
  if (auto median = latency_track(intervals, subject.latency, "p50", 0.5))
    all.push_back(*std::move(median));
  all.push_back({"throughput", speeds(intervals, subject.done), kThroughputFactorMin, false});
  return all;
}

std::optional<Shift> shift_worth_a_word(const Track& track, std::size_t from = 0) {
  const auto shift = find_shift(std::span{track.values}.subspan(from));
  if (!shift) return std::nullopt;
  const double factor = track.latency ? std::exp(std::abs(shift->after - shift->before))
                                      : std::max(shift->after, shift->before) /
                                            std::max(std::min(shift->after, shift->before), 1e-9);
  if (factor < track.factor_min) return std::nullopt;
  return Shift{shift->at + from, shift->before, shift->after};
}

std::string level_in_words(const Track& track, double level) {
  if (!track.latency) return metrics::in_words(level, 0) + "/s";
  return metrics::in_words(Duration{static_cast<std::int64_t>(std::exp(level))});
}

// Slower at first, and steady afterwards; more than half a window is no beginning.
bool is_warm_up(const Track& track, const Shift& shift) {
  const bool slower_at_first =
      track.latency ? shift.before > shift.after : shift.before < shift.after;
  return slower_at_first && shift.at * 2 <= track.values.size() &&
         !shift_worth_a_word(track, shift.at);
}

Steadiness shifted(const Track& track, const Shift& shift, std::string_view series, Span intervals,
                   Duration warm_up) {
  const Duration lasted = intervals[shift.at].begin - intervals.front().begin;
  const std::string levels = "the " + std::string{track.what} + " of " + std::string{series} +
                             " was " + level_in_words(track, shift.before) + " for " +
                             metrics::in_words(lasted) + " and " +
                             level_in_words(track, shift.after) + " from then on";
  if (!is_warm_up(track, shift)) return {Kind::drifting, "not steady: " + levels + "."};
  const auto whole_s = static_cast<std::uint64_t>(std::ceil(seconds(warm_up + lasted)));
  return {Kind::warming_up, "the first " + metrics::in_words(lasted) + " look like warm-up: " +
                                levels + ". Set `warm_up: " + std::to_string(whole_s) + "s`."};
}

Steadiness judge(Span intervals, const std::optional<Backlog>& backlog, Duration warm_up) {
  if (intervals.size() < kShiftValuesMin)
    return {Kind::not_judged, "not judged: the run was measured too shortly."};
  const auto subject = std::ranges::find_if(
      kSubjects, [&](const Subject& each) { return enough(intervals, each.offered); });
  if (subject == kSubjects.end())
    return {Kind::not_judged, "not judged: too little happened in a twentieth of it."};
  if (const auto load = speeds(intervals, subject->offered); !even(load) || find_shift(load))
    return {Kind::not_judged, "not judged: the load itself was not steady."};
  if (backlog) return overloaded(intervals, *backlog);
  std::string looked_at;
  for (const Track& track : tracks(intervals, *subject)) {
    if (const auto shift = shift_worth_a_word(track))
      return shifted(track, *shift, subject->latency, intervals, warm_up);
    looked_at.append(looked_at.empty() ? "" : ", ").append(track.what);
  }
  return {Kind::steady,
          "steady: no shift in " + looked_at + " of " + std::string{subject->latency} + "."};
}

}  // namespace

std::string_view name(Steadiness::Kind kind) {
  switch (kind) {
    case Kind::not_judged:
      return "not judged";
    case Kind::steady:
      return "steady";
    case Kind::warming_up:
      return "warm-up";
    case Kind::drifting:
      return "not steady";
    case Kind::overloaded:
      break;
  }
  return "overloaded";
}

Steadiness judge_steadiness(const Intervals& run, Duration warm_up) {
  const auto backlog = find_backlog(run);
  Steadiness steadiness = judge(run.measured, backlog, warm_up);
  steadiness.backlog = backlog;
  return steadiness;
}

}  // namespace gauntlet::metrics
