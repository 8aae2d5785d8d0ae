#include "metrics/summary/histogram.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "metrics/summary/rank.hpp"

namespace gauntlet::metrics {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// The writer is alone, so a load and a store do what a locked add would, at a tenth of the cost.
void add(std::atomic<std::uint64_t>& cell, std::uint64_t n) {
  cell.store(cell.load(kRelaxed) + n, kRelaxed);
}

void lower(std::atomic<std::uint64_t>& cell, std::uint64_t value) {
  if (value < cell.load(kRelaxed)) cell.store(value, kRelaxed);
}

void raise(std::atomic<std::uint64_t>& cell, std::uint64_t value) {
  if (value > cell.load(kRelaxed)) cell.store(value, kRelaxed);
}

Duration from_ns(std::uint64_t ns) { return Duration{static_cast<std::int64_t>(ns)}; }

}  // namespace

Histogram::Histogram(std::pmr::memory_resource& memory)
    : buckets_(kBuckets, &memory), min_ns_{std::numeric_limits<std::uint64_t>::max()} {}

void Histogram::record(Duration value) {
  if (value < Duration::zero()) return;
  auto ns = static_cast<std::uint64_t>(value.count());
  if (ns > kHighestNs) {
    ns = kHighestNs;
    add(clamped_, 1);
  }
  lower(min_ns_, ns);
  raise(max_ns_, ns);
  add(sum_ns_, ns);
  add(buckets_[bucket_of(ns)], 1);
  add(count_, 1);
}

void Histogram::merge(const Histogram& other) {
  // The count is taken from the buckets, so that a merge made while the other's writer is at work
  // still agrees with itself.
  std::uint64_t added = 0;
  const Range theirs = other.occupied();
  for (std::size_t i = theirs.begin; i < theirs.end; ++i) {
    const std::uint64_t n = other.bucket(i);
    if (n == 0) continue;
    add(buckets_[i], n);
    added += n;
  }
  add(count_, added);
  add(clamped_, other.clamped_.load(kRelaxed));
  add(sum_ns_, other.sum_ns_.load(kRelaxed));
  lower(min_ns_, other.min_ns_.load(kRelaxed));
  raise(max_ns_, other.max_ns_.load(kRelaxed));
}

void Histogram::merge(std::span<const HistogramBucket> buckets, const HistogramRest& rest) {
  if (buckets.empty()) return;
  for (const HistogramBucket& bucket : buckets) {
    add(buckets_[bucket.index], bucket.count);
    add(count_, bucket.count);
  }
  add(clamped_, rest.clamped);
  add(sum_ns_, rest.sum_ns);
  lower(min_ns_, static_cast<std::uint64_t>(rest.min.count()));
  raise(max_ns_, static_cast<std::uint64_t>(rest.max.count()));
}

std::uint64_t Histogram::count() const { return count_.load(kRelaxed); }
std::uint64_t Histogram::clamped() const { return clamped_.load(kRelaxed); }
std::uint64_t Histogram::sum_ns() const { return sum_ns_.load(kRelaxed); }

Duration Histogram::min() const {
  const std::uint64_t ns = min_ns_.load(kRelaxed);
  return ns > kHighestNs ? Duration::zero() : from_ns(ns);
}

Duration Histogram::max() const { return from_ns(max_ns_.load(kRelaxed)); }

Duration Histogram::mean() const {
  const std::uint64_t n = count();
  return n == 0 ? Duration::zero() : from_ns(sum_ns() / n);
}

Duration Histogram::quantile(double fraction) const {
  const std::uint64_t n = count();
  if (n == 0) return Duration::zero();
  const std::uint64_t rank = rank_of(fraction, n);
  std::uint64_t seen = 0;
  const Range mine = occupied();
  for (std::size_t i = mine.begin; i < mine.end; ++i) {
    seen += bucket(i);
    if (seen >= rank) return std::min(from_ns(bucket_top_ns(i)), max());
  }
  return max();
}

std::uint64_t Histogram::count_at_most(Duration limit) const {
  if (limit < Duration::zero()) return 0;
  const std::size_t last = bucket_of(static_cast<std::uint64_t>(limit.count()));
  std::uint64_t seen = 0;
  const Range mine = occupied();
  for (std::size_t i = mine.begin; i < mine.end && i <= last; ++i) seen += bucket(i);
  return seen;
}

Histogram::Range Histogram::occupied() const {
  const std::uint64_t min_ns = min_ns_.load(kRelaxed);
  if (min_ns > kHighestNs) return {0, 0};
  return {bucket_of(min_ns), bucket_of(max_ns_.load(kRelaxed)) + 1};
}

std::uint64_t Histogram::bucket(std::size_t index) const { return buckets_[index].load(kRelaxed); }

std::size_t Histogram::bucket_of(std::uint64_t value_ns) {
  const std::uint64_t value = std::min(value_ns, kHighestNs);
  const auto magnitude =
      static_cast<std::size_t>(std::bit_width(value | (2 * kHalf - 1))) - kSubBucketBits;
  return magnitude * kHalf + static_cast<std::size_t>(value >> magnitude);
}

std::uint64_t Histogram::bucket_top_ns(std::size_t index) {
  if (index < 2 * kHalf) return index;
  const std::size_t magnitude = index / kHalf - 1;
  const std::uint64_t sub_bucket = index % kHalf + kHalf;
  return ((sub_bucket + 1) << magnitude) - 1;
}

}  // namespace gauntlet::metrics
