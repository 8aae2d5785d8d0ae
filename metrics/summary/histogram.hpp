// A histogram of durations with fixed memory and a known relative error.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <vector>

#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

struct HistogramBucket {
  std::uint32_t index;
  std::uint64_t count;
  bool operator==(const HistogramBucket&) const = default;
};

/// What a histogram knows of its samples besides their buckets.
struct HistogramRest {
  std::uint64_t clamped;
  std::uint64_t sum_ns;
  Duration min;
  Duration max;
};

/// Log-linear buckets in HdrHistogram's layout: values of 1 ns to 1 h, 3 significant digits, so any
/// quantile is within 0.1 % of a real sample (exact below 2,048 ns). Longer values count as 1 h and
/// in `clamped()`. 265 KiB once allocated, whatever is recorded; no sample is kept.
///
/// @threads One writer; any number of readers at the same time. Counts are relaxed atomics that the
///          writer loads and stores (no locked instruction), so a reader sees every bucket whole,
///          and a sum that may lack the last few records. Exact once the writer has stopped.
/// @source  G. Tene, HdrHistogram, the layout of AbstractHistogram.
class Histogram {
 public:
  /// @param memory  for the buckets; outlives this.
  explicit Histogram(std::pmr::memory_resource& memory = *std::pmr::get_default_resource());

  /// @param value below zero is a caller's bug: count it elsewhere (MEASUREMENT: never clamped).
  void record(Duration value);

  /// Adds other's buckets to this one's: exact, associative and commutative.
  void merge(const Histogram& other);

  /// The same with one that was written down.
  /// @pre every index is below bucket_count().
  void merge(std::span<const HistogramBucket> buckets, const HistogramRest& rest);
  HistogramRest rest() const { return {clamped(), sum_ns(), min(), max()}; }

  std::uint64_t count() const;
  std::uint64_t clamped() const;
  Duration min() const;  // of the samples themselves; zero when empty
  Duration max() const;
  Duration mean() const;  // from the exact sum

  /// The smallest recorded value (the top of its bucket, capped at max()) that at least
  /// fraction * count samples do not exceed. @param fraction in (0, 1]. Zero when empty.
  Duration quantile(double fraction) const;

  /// How many samples are at most `limit` (to the bucket's precision).
  std::uint64_t count_at_most(Duration limit) const;

  /// Sum of all samples in nanoseconds.
  std::uint64_t sum_ns() const;

  /// Buckets [begin, end). A run fills a few hundred of them, side by side.
  struct Range {
    std::size_t begin;
    std::size_t end;
  };
  /// Outside of it every bucket is empty.
  Range occupied() const;

  /// The bucket array, for encoders: count at index, and the highest value that maps there.
  static constexpr std::size_t bucket_count() { return kBuckets; }
  std::uint64_t bucket(std::size_t index) const;
  static std::uint64_t bucket_top_ns(std::size_t index);
  static std::size_t bucket_of(std::uint64_t value_ns);

  /// What the layout is made for; an encoder writes these beside the counts.
  static constexpr std::uint64_t kLowestNs = 1;
  static constexpr std::uint64_t kHighestNs = 3'600'000'000'000;
  static constexpr int kSignificantDigits = 3;

 private:
  // 2,048 sub-buckets are the least power of two that tells 3 digits apart. Magnitude 0 has them
  // all at 1 ns each; every further one doubles their width and needs only its upper half.
  static constexpr unsigned kSubBucketBits = 11;
  static constexpr std::size_t kHalf = std::size_t{1} << (kSubBucketBits - 1);
  static constexpr std::size_t kMagnitudes = 32;  // 2,048 ns << 31 is the first above 1 h
  static constexpr std::size_t kBuckets = (kMagnitudes + 1) * kHalf;

  using Cell = std::atomic<std::uint64_t>;

  std::pmr::vector<Cell> buckets_;
  Cell count_{0};
  Cell clamped_{0};
  Cell sum_ns_{0};
  Cell min_ns_;  // above every value while empty
  Cell max_ns_{0};
};

}  // namespace gauntlet::metrics
