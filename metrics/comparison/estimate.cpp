#include "metrics/comparison/estimate.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/comparison/student.hpp"

namespace gauntlet::metrics {

namespace {

BucketCounts merged(std::span<const BucketCounts> intervals) {
  BucketCounts whole;
  for (const BucketCounts& interval : intervals) whole.merge(interval);
  return whole;
}

double count_at_most(const BucketCounts& counts, Duration limit) {
  std::uint64_t count = 0;
  for (const auto& bucket : counts.buckets()) {
    if (Histogram::bucket_top_ns(bucket.index) > static_cast<std::uint64_t>(limit.count())) break;
    count += bucket.count;
  }
  return static_cast<double>(count);
}

double squared(double x) { return x * x; }

}  // namespace

std::optional<Estimate> ratio(std::span<const Share> shares, double confidence) {
  Share sum{0, 0};
  std::size_t filled = 0;
  for (const Share& share : shares) {
    sum.part += share.part;
    sum.whole += share.whole;
    if (share.whole > 0) ++filled;
  }
  if (filled < kIntervalsMin) return std::nullopt;
  const double value = sum.part / sum.whole;
  double residuals = 0;
  for (const Share& share : shares) residuals += squared(share.part - value * share.whole);
  const auto n = static_cast<double>(shares.size());
  const double error = std::sqrt(residuals * n / (n - 1)) / sum.whole;
  const double reach = student_bound(confidence, static_cast<int>(shares.size()) - 1) * error;
  return Estimate{value, value - reach, value + reach};
}

std::optional<Estimate> mean_of(std::span<const BucketCounts> intervals, double confidence) {
  std::vector<Share> shares;
  for (const BucketCounts& interval : intervals) {
    const auto count = static_cast<double>(interval.count());
    shares.push_back({seconds(interval.mean()) * count, count});
  }
  return ratio(shares, confidence);
}

std::optional<Estimate> quantile_of(std::span<const BucketCounts> intervals, double fraction,
                                    double confidence) {
  const BucketCounts whole = merged(intervals);
  const Duration value = whole.quantile(fraction);
  std::vector<Share> below;
  for (const BucketCounts& interval : intervals)
    below.push_back({count_at_most(interval, value), static_cast<double>(interval.count())});
  const auto share = ratio(below, confidence);
  if (!share) return std::nullopt;
  const double reach = share->high - share->value;
  const double beyond = static_cast<double>(whole.count()) * (1 - fraction);
  if (beyond < kSamplesBeyondMin || fraction + reach >= 1 || fraction - reach <= 0)
    return std::nullopt;
  return Estimate{seconds(value), seconds(whole.quantile(fraction - reach)),
                  seconds(whole.quantile(fraction + reach))};
}

Estimate difference(const Estimate& a, const Estimate& b) {
  const double value = b.value - a.value;
  return {value, value - std::hypot(b.value - b.low, a.high - a.value),
          value + std::hypot(b.high - b.value, a.value - a.low)};
}

}  // namespace gauntlet::metrics
