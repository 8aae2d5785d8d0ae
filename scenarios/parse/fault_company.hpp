// Faults of a network, or of a target, that cannot go on together.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scenarios/model/fault.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::scenarios {

/// Two of a list that surely befall the same victims at the same time, though one of them leaves
/// nothing to the other.
struct Clash {
  std::size_t first;
  std::size_t second;
  std::string what;
  std::string fix;
};

/// At most one for each second fault. Of those that are drawn, or wait for something, it is not
/// known before the run whether they meet; then the latest of a kind counts.
/// @param end  of measuring: `every` repeats until then.
std::vector<Clash> clashes(const std::vector<Fault>& faults, Duration end);

}  // namespace gauntlet::scenarios
