// The numbers that sum up a distribution, by the names they have in thresholds and in summary.json.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "metrics/summary/histogram.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

struct Statistic {
  enum class Kind : std::uint8_t { min, mean, quantile };
  std::string_view name;
  Kind kind;
  double fraction{0};  // of a quantile
};

inline constexpr std::array kStatistics{
    Statistic{"min", Statistic::Kind::min},
    Statistic{"mean", Statistic::Kind::mean},
    Statistic{"p50", Statistic::Kind::quantile, 0.5},
    Statistic{"p90", Statistic::Kind::quantile, 0.9},
    Statistic{"p95", Statistic::Kind::quantile, 0.95},
    Statistic{"p99", Statistic::Kind::quantile, 0.99},
    Statistic{"p99_9", Statistic::Kind::quantile, 0.999},
    Statistic{"max", Statistic::Kind::quantile, 1},
};

inline Duration value_of(const Statistic& statistic, const Histogram& histogram) {
  switch (statistic.kind) {
    case Statistic::Kind::min:
      return histogram.min();
    case Statistic::Kind::mean:
      return histogram.mean();
    case Statistic::Kind::quantile:
      break;
  }
  return histogram.quantile(statistic.fraction);
}

}  // namespace gauntlet::metrics
