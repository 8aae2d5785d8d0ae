#include "metrics/verdict/backlog.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

constexpr std::array<std::string_view, 4> kAnswers{"relay.delivery", "relay.answer",
                                                   "arena.first_token", "arena.relayed_token"};
constexpr std::size_t kPointsMin = 10;
constexpr double kOneInAThousand = 3.09;  // standard deviations, one-sided

struct Point {
  double at_s;
  double latency_s;
};

std::vector<Point> points_of(std::string_view series, const Intervals& intervals) {
  std::vector<Point> points;
  for (const Interval& interval : intervals.measured) {
    const BucketCounts counts = interval.merged(series);
    if (counts.empty()) continue;
    const Instant middle = interval.begin + (interval.end - interval.begin) / 2;
    points.push_back({seconds(middle.time_since_epoch()), seconds(counts.mean())});
  }
  return points;
}

// Calls visit(earlier, later) for any two.
template <class Visit>
void each_pair(const std::vector<Point>& points, Visit visit) {
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t j = i + 1; j < points.size(); ++j) visit(points[i], points[j]);
}

bool rises_steadily(const std::vector<Point>& points) {
  double score = 0;
  each_pair(points, [&](const Point& a, const Point& b) {
    score += b.latency_s > a.latency_s ? 1 : b.latency_s < a.latency_s ? -1 : 0;
  });
  const auto n = static_cast<double>(points.size());
  const double deviation = std::sqrt(n * (n - 1) * (2 * n + 5) / 18);
  return score > kOneInAThousand * deviation;
}

double slope_of(const std::vector<Point>& points) {
  std::vector<double> slopes;
  each_pair(points, [&](const Point& a, const Point& b) {
    slopes.push_back((b.latency_s - a.latency_s) / (b.at_s - a.at_s));
  });
  const auto middle = slopes.begin() + static_cast<std::ptrdiff_t>(slopes.size() / 2);
  std::ranges::nth_element(slopes, middle);
  return *middle;
}

}  // namespace

std::optional<Backlog> find_backlog(const Intervals& intervals) {
  for (const std::string_view series : kAnswers) {
    const std::vector<Point> points = points_of(series, intervals);
    if (points.size() < kPointsMin || !rises_steadily(points)) continue;
    const double growth = slope_of(points);
    if (growth < kGrowthMin) continue;
    return Backlog{.series = series,
                   .growth = growth,
                   .first = from_seconds(points.front().latency_s),
                   .last = from_seconds(points.back().latency_s)};
  }
  return std::nullopt;
}

std::string in_words(const Backlog& backlog) {
  return std::string{backlog.series} + " was still growing, from " + in_words(backlog.first) +
         " to " + in_words(backlog.last) + ": " + in_words(100 * backlog.growth, 1) +
         " % of what came was left to wait";
}

}  // namespace gauntlet::metrics
