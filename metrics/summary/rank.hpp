// Which of so many sorted samples a quantile is.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace gauntlet::metrics {

/// The least whole rank, from 1, with rank / count >= fraction. Not ceil(fraction * count): 0.55 *
/// 100 is 55.00000000000001.
inline std::uint64_t rank_of(double fraction, std::uint64_t count) {
  const auto n = static_cast<double>(count);
  double rank = std::clamp(std::ceil(fraction * n), 1.0, n);
  if (rank > 1 && (rank - 1) / n >= fraction) rank -= 1;
  return static_cast<std::uint64_t>(rank);
}

}  // namespace gauntlet::metrics
