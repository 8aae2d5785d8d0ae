#include "metrics/summary/bucket_counts.hpp"

#include <numeric>

#include "metrics/summary/rank.hpp"

namespace gauntlet::metrics {

namespace {

Duration top_of(const BucketCounts::Bucket& bucket) {
  return Duration{static_cast<std::int64_t>(Histogram::bucket_top_ns(bucket.index))};
}

// In nanoseconds. Below 2,048 ns a bucket is a single value.
double middle_of(const BucketCounts::Bucket& bucket) {
  const auto top = static_cast<double>(Histogram::bucket_top_ns(bucket.index));
  if (bucket.index == 0) return top;
  const auto below = static_cast<double>(Histogram::bucket_top_ns(bucket.index - 1));
  return (below + 1 + top) / 2;
}

}  // namespace

BucketCounts::BucketCounts(const Histogram& histogram) {
  const auto [begin, end] = histogram.occupied();
  for (std::size_t i = begin; i < end; ++i)
    if (const std::uint64_t count = histogram.bucket(i); count > 0) append(i, count);
}

void BucketCounts::append(std::size_t index, std::uint64_t count) {
  if (count > 0) buckets_.push_back({static_cast<std::uint32_t>(index), count});
}

void BucketCounts::merge(const BucketCounts& other) {
  std::vector<Bucket> merged;
  merged.reserve(buckets_.size() + other.buckets_.size());
  auto mine = buckets_.begin();
  auto theirs = other.buckets_.begin();
  while (mine != buckets_.end() || theirs != other.buckets_.end()) {
    if (theirs == other.buckets_.end() || (mine != buckets_.end() && mine->index < theirs->index)) {
      merged.push_back(*mine++);
    } else if (mine == buckets_.end() || theirs->index < mine->index) {
      merged.push_back(*theirs++);
    } else {
      merged.push_back({mine->index, mine->count + theirs->count});
      ++mine;
      ++theirs;
    }
  }
  buckets_ = std::move(merged);
}

BucketCounts BucketCounts::since(const BucketCounts& earlier) const {
  BucketCounts came;
  auto before = earlier.buckets_.begin();
  for (const Bucket& bucket : buckets_) {
    while (before != earlier.buckets_.end() && before->index < bucket.index) ++before;
    const bool known = before != earlier.buckets_.end() && before->index == bucket.index;
    came.append(bucket.index, bucket.count - (known ? before->count : 0));
  }
  return came;
}

std::uint64_t BucketCounts::count() const {
  return std::accumulate(buckets_.begin(), buckets_.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Bucket& b) { return sum + b.count; });
}

Duration BucketCounts::max() const { return empty() ? Duration::zero() : top_of(buckets_.back()); }

Duration BucketCounts::mean() const {
  if (empty()) return Duration::zero();
  double sum_ns = 0;
  for (const Bucket& bucket : buckets_)
    sum_ns += middle_of(bucket) * static_cast<double>(bucket.count);
  return Duration{static_cast<std::int64_t>(sum_ns / static_cast<double>(count()))};
}

Duration BucketCounts::quantile(double fraction) const {
  if (empty()) return Duration::zero();
  const std::uint64_t rank = rank_of(fraction, count());
  std::uint64_t seen = 0;
  for (const Bucket& bucket : buckets_) {
    seen += bucket.count;
    if (seen >= rank) return top_of(bucket);
  }
  return max();
}

}  // namespace gauntlet::metrics
