// A histogram as it is kept when there are many: the buckets that hold something, and no more.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/summary/histogram.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// Counts in the buckets of Histogram's layout, 16 bytes for each bucket that is not empty. It
/// knows of samples only which bucket they are in: quantiles are those of the histogram that it was
/// taken from, but for the last ones, which are the top of their bucket (0.1 % at most); the mean
/// is within 0.1 % as well.
class BucketCounts {
 public:
  using Bucket = HistogramBucket;

  BucketCounts() = default;
  /// @threads Any: the histogram's writer may be at work (see Histogram).
  explicit BucketCounts(const Histogram& histogram);

  /// Adds samples to a bucket behind all that there are: `index` must ascend from call to call.
  void append(std::size_t index, std::uint64_t count);
  /// Exact, associative and commutative.
  void merge(const BucketCounts& other);
  /// What came since: this less `earlier`, which an earlier look at the same histogram gave.
  BucketCounts since(const BucketCounts& earlier) const;

  std::uint64_t count() const;
  bool empty() const { return buckets_.empty(); }
  Duration max() const;
  Duration mean() const;
  /// As Histogram's. @param fraction in (0, 1]. Zero when empty.
  Duration quantile(double fraction) const;

  std::span<const Bucket> buckets() const { return buckets_; }
  bool operator==(const BucketCounts&) const = default;

 private:
  std::vector<Bucket> buckets_;  // ascending, none with a count of 0
};

}  // namespace gauntlet::metrics
