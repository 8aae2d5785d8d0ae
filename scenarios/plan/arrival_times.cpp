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

ArrivalTimes::ArrivalTimes(const Load& load, Share share, Instant begin, Instant end, Stream random)
    : arrivals_{load.arrivals},
      share_{share},
      trace_{load.trace ? load.trace->times.get() : nullptr},
      intensity_{load, share},
      begin_{begin},
      end_{end},
      random_{random} {
  // Evenly spaced streams start at a random part of a gap, so that a crowd does not march in step.
  if (std::holds_alternative<ConstantArrivals>(arrivals_) ||
      std::holds_alternative<BurstArrivals>(arrivals_))
    unit_ = random_.unit();
}

std::optional<Instant> ArrivalTimes::next() {
  if (trace_ != nullptr) return next_of_trace();
  const auto elapsed_s = intensity_.when_s(next_at_unit_rate());
  // Compared as seconds first: a tiny rate can mean a time that no Instant holds.
  if (!elapsed_s || !(*elapsed_s < seconds(end_ - begin_))) return std::nullopt;
  const Instant due = begin_ + from_seconds(*elapsed_s);
  return due < end_ ? std::optional{due} : std::nullopt;
}

double ArrivalTimes::next_at_unit_rate() {
  const auto given = static_cast<double>(given_++);
  return std::visit(
      match{
          [&](const ConstantArrivals&) { return unit_ + given; },
          [&](const PoissonArrivals&) { return unit_ -= std::log(1.0 - random_.unit()); },
          [&](const GammaArrivals& gamma) {
            const double shape = gamma.burstiness;
            // Traffic starts in the midst of a gap, and more likely of a long one.
            const double gap = given > 0 ? draw_gamma(shape, random_)
                                         : draw_gamma(shape + 1, random_) * random_.unit();
            return unit_ += gap / shape;
          },
          [&](const BurstArrivals& bursts) {
            return bursts.size * (unit_ + std::floor(given / bursts.size));
          },
      },
      arrivals_);
}

std::optional<Instant> ArrivalTimes::next_of_trace() {
  const std::uint64_t line = share_.place + given_ * share_.of;
  if (line >= trace_->size()) return std::nullopt;
  ++given_;
  const Instant due = begin_ + (*trace_)[line];
  return due < end_ ? std::optional{due} : std::nullopt;
}

}  // namespace gauntlet::scenarios
