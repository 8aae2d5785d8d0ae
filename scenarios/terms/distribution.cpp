#include "scenarios/terms/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "scenarios/terms/duration_max.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet {
namespace {

// The 0.99 quantile of the standard normal distribution.
constexpr double kNormalP99 = 2.3263478740408408;

double sigma(const LogNormal& d) {
  return std::log(seconds(d.p99) / seconds(d.median)) / kNormalP99;
}

// A tail may be longer than a Duration can say.
Duration bounded(double drawn_s) { return from_seconds(std::min(drawn_s, seconds(kDurationMax))); }

}  // namespace

double draw_normal(Stream& stream) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - stream.unit()));
  return radius * std::cos(2.0 * std::numbers::pi * stream.unit());
}

Duration draw(const Distribution& distribution, Stream& stream) {
  return std::visit(
      match{
          [](const Constant& d) { return d.value; },
          [&](const Uniform& d) {
            const auto width = static_cast<std::uint64_t>((d.max - d.min).count());
            return d.min + Duration{static_cast<std::int64_t>(stream.below(width + 1))};
          },
          [&](const Exponential& d) {
            return from_seconds(-std::log(1.0 - stream.unit()) * seconds(d.mean));
          },
          [&](const LogNormal& d) {
            return bounded(seconds(d.median) * std::exp(sigma(d) * draw_normal(stream)));
          },
      },
      distribution);
}

Duration mean(const Distribution& distribution) {
  return std::visit(match{
                        [](const Constant& d) { return d.value; },
                        [](const Uniform& d) { return d.min + (d.max - d.min) / 2; },
                        [](const Exponential& d) { return d.mean; },
                        [](const LogNormal& d) {
                          const double s = sigma(d);
                          return bounded(seconds(d.median) * std::exp(s * s / 2));
                        },
                    },
                    distribution);
}

}  // namespace gauntlet
