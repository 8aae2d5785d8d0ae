// What a run says about its target, with how sure that is: from how much its intervals differ among
// themselves. Samples of one interval are not independent of one another (a stall makes many of
// them late), but intervals nearly are; so intervals are counted, and not samples.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "metrics/summary/bucket_counts.hpp"

namespace gauntlet::metrics {

/// A value, and the limits of its confidence interval.
struct Estimate {
  double value;
  double low;
  double high;
};

/// One interval's part in a ratio of two sums: late ones of all, seconds of samples, counts of
/// seconds.
struct Share {
  double part;
  double whole;
};

/// Intervals that a comparison needs, and samples beyond a quantile.
inline constexpr std::size_t kIntervalsMin = 8;
inline constexpr double kSamplesBeyondMin = 10;

/// sum(part) / sum(whole). The variance is that of a ratio of sums over clusters, the interval
/// Student's. Nothing if fewer than kIntervalsMin have a whole above 0.
/// @source W. G. Cochran, Sampling Techniques, 3rd edition, section 6.3.
std::optional<Estimate> ratio(std::span<const Share> shares, double confidence);

/// In seconds.
std::optional<Estimate> mean_of(std::span<const BucketCounts> intervals, double confidence);

/// In seconds. The interval is that of the share of samples below the quantile, read back as
/// quantiles. Nothing if fewer than kSamplesBeyondMin samples lie beyond the quantile or its
/// interval.
/// @source R. S. Woodruff, Confidence Intervals for Medians and Other Position Measures, 1952.
std::optional<Estimate> quantile_of(std::span<const BucketCounts> intervals, double fraction,
                                    double confidence);

/// b - a of two independent estimates.
/// @source Zou and Donner, Construction of confidence limits about effect measures, 2008 (MOVER).
Estimate difference(const Estimate& a, const Estimate& b);

}  // namespace gauntlet::metrics
