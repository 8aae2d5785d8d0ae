#include "scenarios/plan/arrival_times.hpp"

#include <algorithm>
#include <cmath>

#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet::scenarios {
namespace {

/// A gamma variate of the given shape and scale 1.
/// @source Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", ACM TOMS 26(3),
///         2000; for a shape below 1, its note on boosting.
double draw_gamma(double shape, Stream& random) {
  if (shape < 1) {
    const double boost = std::pow(1.0 - random.unit(), 1.0 / shape);
    return boost * draw_gamma(shape + 1, random);
  }
  const double d = shape - 1.0 / 3;
  const double c = 1.0 / std::sqrt(9 * d);
  for (;;) {
    const double x = draw_normal(random);
    const double v = std::pow(1 + c * x, 3);
    if (v <= 0) continue;
    if (std::log(1.0 - random.unit()) < x * x / 2 + d - d * v + d * std::log(v)) return d * v;
  }
}

}  // namespace

ArrivalTimes::ArrivalTimes(const Arrivals& arrivals, Rate rate, Instant begin, Instant end,
                           Stream random)
    : arrivals_{arrivals}, rate_per_s_{rate.per_second}, end_{end}, random_{random}, begin_{begin} {
  // Evenly spaced streams start at a random part of a gap, so that a crowd does not march in step.
  first_s_ = random_.unit();
}

std::optional<Instant> ArrivalTimes::next() {
  if (rate_per_s_ <= 0) return std::nullopt;
  const double gap_s = 1.0 / rate_per_s_;
  std::visit(
      match{
          [&](const ConstantArrivals&) {
            elapsed_s_ = gap_s * (first_s_ + static_cast<double>(given_));
          },
          [&](const PoissonArrivals&) { elapsed_s_ += gap_s * -std::log(1.0 - random_.unit()); },
          [&](const GammaArrivals& gamma) {
            elapsed_s_ += gap_s / gamma.burstiness * draw_gamma(gamma.burstiness, random_);
          },
          [&](const BurstArrivals& bursts) {
            const double size = bursts.size;
            const std::uint64_t burst = given_ / bursts.size;
            elapsed_s_ = gap_s * size * (first_s_ + static_cast<double>(burst));
          },
      },
      arrivals_);
  ++given_;
  // Compared as seconds first: a tiny rate can mean a time that no Instant holds.
  if (elapsed_s_ >= seconds(end_ - begin_)) {
    rate_per_s_ = 0;
    return std::nullopt;
  }
  const Instant due = begin_ + from_seconds(elapsed_s_);
  if (due < end_) return due;
  rate_per_s_ = 0;
  return std::nullopt;
}

Instant arrival_of(const Arrive& arrive, std::uint32_t number, std::uint32_t count) {
  const Instant first = at(arrive.at);
  if (arrive.rate) return first + from_seconds(number / arrive.rate->per_second);
  if (arrive.over) return first + *arrive.over * number / std::max(count, 1U);
  return first;
}

}  // namespace gauntlet::scenarios
