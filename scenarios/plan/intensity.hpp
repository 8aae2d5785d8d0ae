// How much of a load is due until when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "scenarios/model/load.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::scenarios {

/// One agent's part of a load that its population carries together.
struct Share {
  std::uint32_t place{0};  // from 0, among the agents of the population
  std::uint32_t of{1};     // how many they are
};

/// The inverse of L(t), the integral of one agent's rate from the start of traffic to t. Within a
/// stage the rate is a straight line, so L is a parabola and its inverse a square root: nothing is
/// stepped through, and nothing but whole stages is ever added up.
class Intensity {
 public:
  /// Keeps a reference to the load's stages, of which each agent carries an equal part.
  Intensity(const Load& load, Share share);

  /// When so much has become due, in seconds since the start of traffic; nothing when it never
  /// does. To be asked with ascending values.
  std::optional<double> when_s(double due);

 private:
  double rate_per_s_;  // without stages
  std::span<const Stage> stages_;
  double agents_;
  std::size_t stage_{0};  // the one that was looked at last
  double stage_begin_s_{0};
  double stage_due_{0};  // of the population, at its begin
};

/// How many operations an open load makes due within so much time, on average: of the whole
/// population.
double expected_operations(const Load& load, std::uint32_t agents, Duration traffic);

}  // namespace gauntlet::scenarios
