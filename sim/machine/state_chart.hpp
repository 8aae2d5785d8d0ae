// The states of a kind of machine and the steps between them: what there is to be reached.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace gauntlet::sim {

/// What one input may lead to, all that follows from it included. A step that is not in the chart
/// is never taken.
struct StateChart {
  struct Step {
    std::uint8_t from;
    std::uint8_t to;
  };
  std::string_view machine;  // "agent"
  std::span<const std::string_view> states;
  std::span<const Step> steps;
};

}  // namespace gauntlet::sim
