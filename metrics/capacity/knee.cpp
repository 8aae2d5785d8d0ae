#include "metrics/capacity/knee.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

namespace gauntlet::metrics {

namespace {

// Well above the edge, and not in another world.
constexpr double kPast = 1.25;
constexpr double kPastMin = 1.15;
constexpr double kPastMax = 1.6;

constexpr double kGoodputKept = 0.8;
constexpr double kLatencyGrown = 10;

template <class T>
T median(std::vector<T> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

bool well_past(double load, double met) { return load >= met * kPastMin && load <= met * kPastMax; }

bool is_cliff(const LoadPoint& at, const LoadPoint& past) {
  if (past.goodput_per_s < kGoodputKept * at.goodput_per_s) return true;
  return at.latency_p99 && past.latency_p99 &&
         seconds(*past.latency_p99) > kLatencyGrown * seconds(*at.latency_p99);
}

}  // namespace

std::vector<LoadPoint> load_points(std::span<const Step> steps) {
  std::map<double, Tally> tallies;
  for (const Step& step : steps) tallies[step.probe.load].add(step.verdict);
  std::vector<LoadPoint> points;
  for (const auto& [load, tally] : tallies) {
    std::vector<Duration> latencies;
    std::vector<double> goodputs;
    for (const Step& step : steps) {
      if (step.probe.load != load) continue;
      if (step.latency_p99) latencies.push_back(*step.latency_p99);
      goodputs.push_back(step.goodput_per_s);
    }
    points.push_back({.load = load,
                      .tally = tally,
                      .latency_p99 = latencies.empty() ? std::optional<Duration>{}
                                                       : median(std::move(latencies)),
                      .goodput_per_s = median(std::move(goodputs))});
  }
  return points;
}

std::optional<double> load_past(const CapacitySearch& search, const SearchRange& range) {
  const auto met = search.highest_met();
  if (!met || !search.lowest_failed()) return std::nullopt;
  for (const auto& [load, tally] : search.tallies())
    if (well_past(load, *met)) return std::nullopt;
  const double wanted = std::min(range.max, range.whole ? std::ceil(*met * kPast) : *met * kPast);
  if (!well_past(wanted, *met)) return std::nullopt;
  return wanted;
}

std::optional<Knee> find_knee(const CapacitySearch& search, std::span<const Step> steps) {
  const auto met = search.highest_met();
  if (!met) return std::nullopt;
  std::optional<LoadPoint> at;
  for (const LoadPoint& point : load_points(steps)) {
    if (point.load == *met) at = point;
    if (!at || !well_past(point.load, *met)) continue;
    if (point.tally.verdict() == Verdict::invalid) return std::nullopt;
    const auto shape = is_cliff(*at, point) ? Knee::Shape::cliff : Knee::Shape::slope;
    return Knee{.shape = shape, .at = *at, .past = point};
  }
  return std::nullopt;
}

}  // namespace gauntlet::metrics
