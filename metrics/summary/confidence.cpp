#include "metrics/summary/confidence.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/summary/rank.hpp"
#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

constexpr double kOutside = 0.025;     // on either side of the interval
constexpr double kNegligible = 1e-16;  // beside the likeliest outcome

// The binomial distribution of how many of `n` samples lie below a quantile, relative to its
// likeliest outcome: walking from there, no probability is too small to be told from zero.
class Below {
 public:
  Below(std::uint64_t n, double fraction)
      : n_{static_cast<double>(n)},
        odds_{fraction / (1 - fraction)},
        mode_{std::min(std::floor((n_ + 1) * fraction), n_)} {
    for (double k = mode_, weight = 1; weight > kNegligible && k >= 0; --k) {
      up_to_mode_ += weight;
      weight *= k / (n_ - k + 1) / odds_;
    }
    total_ = up_to_mode_;
    for (double k = mode_, weight = 1; k < n_; ++k) {
      weight *= (n_ - k) / (k + 1) * odds_;
      if (weight <= kNegligible) break;
      total_ += weight;
    }
  }

  /// The most k >= 0 with P(at most k) <= p, for a small p.
  std::optional<std::uint64_t> most_with_at_most(double p) const {
    double sum = up_to_mode_;
    double weight = 1;
    for (double k = mode_; k >= 0; --k) {
      if (sum <= p * total_) return static_cast<std::uint64_t>(k);
      sum -= weight;
      weight *= k / (n_ - k + 1) / odds_;
    }
    return std::nullopt;
  }

  /// The least k < n with P(at most k) >= p, for a large p.
  std::optional<std::uint64_t> least_with_at_least(double p) const {
    double sum = up_to_mode_;
    double weight = 1;
    for (double k = mode_; k < n_; ++k) {
      if (sum >= p * total_) return static_cast<std::uint64_t>(k);
      weight *= (n_ - k) / (k + 1) * odds_;
      sum += weight;
    }
    return std::nullopt;
  }

 private:
  double n_;
  double odds_;
  double mode_;
  double up_to_mode_{0};  // the weights of all k up to the mode
  double total_{0};
};

Duration at_rank(const Histogram& histogram, std::uint64_t rank) {
  return histogram.quantile(static_cast<double>(rank) / static_cast<double>(histogram.count()));
}

}  // namespace

bool carries(std::uint64_t count, double fraction) {
  if (count == 0) return false;
  if (fraction <= 0.5 || fraction >= 1) return true;
  return count - rank_of(fraction, count) >= kSamplesBeyond;
}

std::string highest_carried(std::uint64_t count) {
  // In thousandths, and in whole numbers: 1 - 10 / 10,000 is not 0.999 to a computer.
  const std::uint64_t beyond = std::min(kSamplesBeyond, count);
  const std::uint64_t thousandths =
      count == 0 ? 0 : std::max<std::uint64_t>(500, (count - beyond) * 1000 / count);
  const int decimals = thousandths % 10 == 0 ? 0 : 1;
  return "p" + in_words(static_cast<double>(thousandths) / 10, decimals);
}

std::optional<Ranks> confidence_ranks(std::uint64_t count, double fraction) {
  if (count == 0 || fraction <= 0 || fraction >= 1) return std::nullopt;
  const Below below{count, fraction};
  const auto low = below.most_with_at_most(kOutside);
  const auto high = below.least_with_at_least(1 - kOutside);
  if (!low || !high) return std::nullopt;
  return Ranks{*low + 1, *high + 1};
}

std::optional<Bounds> confidence_bounds(const Histogram& histogram, double fraction) {
  const auto ranks = confidence_ranks(histogram.count(), fraction);
  if (!ranks) return std::nullopt;
  return Bounds{at_rank(histogram, ranks->low), at_rank(histogram, ranks->high)};
}

}  // namespace gauntlet::metrics
