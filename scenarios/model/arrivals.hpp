// When things start: the shapes of a stream of intended times.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "scenarios/terms/time.hpp"

namespace gauntlet::scenarios {

/// How often, per second. Users write 2/s, 30/min, 100/h.
struct Rate {
  double per_second{0};
  bool operator==(const Rate&) const = default;
};

/// Evenly spaced: gaps of exactly 1/rate, the first at a random part of one gap.
struct ConstantArrivals {
  bool operator==(const ConstantArrivals&) const = default;
};

/// Independent of one another: exponential gaps.
struct PoissonArrivals {
  bool operator==(const PoissonArrivals&) const = default;
};

/// Gaps from a gamma distribution of shape b and scale 1/(rate * b). b = 1 is Poisson, smaller is
/// burstier, larger is more even.
struct GammaArrivals {
  double burstiness{1};  // > 0
  bool operator==(const GammaArrivals&) const = default;
};

/// `size` at the same moment, then a pause: evenly spaced bursts at rate / size.
struct BurstArrivals {
  std::uint32_t size{1};  // >= 1
  bool operator==(const BurstArrivals&) const = default;
};

using Arrivals = std::variant<ConstantArrivals, PoissonArrivals, GammaArrivals, BurstArrivals>;

/// When the clients of a population start: evenly over a time, or at a rate.
struct Arrive {
  Duration at{};                 // the first one
  std::optional<Duration> over;  // all of them within this; unset and no rate: all at once
  std::optional<Rate> rate;      // one after another at this rate; excludes `over`
  bool operator==(const Arrive&) const = default;
};

}  // namespace gauntlet::scenarios
