// Which faults of a scenario cannot go on together, in words.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scenarios/model/fault.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::scenarios {

/// Two of a list that surely befall the same victims at the same time, though one of them leaves
/// nothing to the other. They are one and the same where it comes again before it is over.
struct Clash {
  std::size_t first;
  std::size_t second;
  std::string what;
  std::string fix;
};

/// At most one for each second fault.
/// @param end  of measuring: `every` repeats until then.
std::vector<Clash> clashes(const std::vector<Fault>& faults, Duration end);

}  // namespace gauntlet::scenarios
