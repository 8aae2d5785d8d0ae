// Spans of time drawn at random: think times, token gaps, service times, link delays.
#pragma once

#include <variant>

#include "scenarios/terms/random.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet {

struct Constant {
  Duration value;
  bool operator==(const Constant&) const = default;
};

/// Uniform in [min, max].
struct Uniform {
  Duration min;
  Duration max;
  bool operator==(const Uniform&) const = default;
};

struct Exponential {
  Duration mean;
  bool operator==(const Exponential&) const = default;
};

/// Log-normal, given by the two numbers that people read off a latency graph. p99 >= median > 0.
struct LogNormal {
  Duration median;
  Duration p99;
  bool operator==(const LogNormal&) const = default;
};

using Distribution = std::variant<Constant, Uniform, Exponential, LogNormal>;

/// One draw, never negative. Uses at most two numbers of the stream.
Duration draw(const Distribution& distribution, Stream& stream);

/// The mean of the distribution, for plans and estimates.
Duration mean(const Distribution& distribution);

/// A standard normal variate (Box and Muller, one of the pair).
double draw_normal(Stream& stream);

}  // namespace gauntlet
