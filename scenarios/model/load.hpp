// How often the messages of a stream come: at a rate, in stages, from a file, or in a closed loop.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/model/arrivals.hpp"
#include "scenarios/terms/distribution.hpp"

namespace gauntlet::scenarios {

/// A rate that goes in a straight line from one value to another, which may be the same.
struct RateSpan {
  Rate from;
  Rate to;
  bool operator==(const RateSpan&) const = default;
};

/// A stretch of time with its rate, of a whole population together.
struct Stage {
  Duration length{};  // above 0
  RateSpan rate;
  bool operator==(const Stage&) const = default;
};

/// Times that were written down, since the start of traffic, in order; of a whole population
/// together, whose agents take them in turn.
struct Trace {
  std::string file;
  std::shared_ptr<const std::vector<Duration>> times;  // read once, shared by all copies
  bool operator==(const Trace& other) const { return file == other.file && *times == *other.times; }
};

/// Exactly one of `rate`, `stages`, `trace` and `in_flight` is given.
struct Load {
  std::optional<Rate> rate;              // open: of each agent, whatever became of what it sent
  std::vector<Stage> stages{};           // open: one after another, and then nothing
  std::optional<Trace> trace{};          // open
  Arrivals arrivals{PoissonArrivals{}};  // of `rate` and `stages`
  /// Closed: each agent keeps so many under way, and sends the next when one has come back.
  std::optional<std::uint32_t> in_flight{};
  Distribution think{Constant{Duration{}}};  // closed: from a return to the next one's leaving
  bool operator==(const Load&) const = default;
};

}  // namespace gauntlet::scenarios
