// Which faults never happen, whatever is drawn, in words.
#pragma once

#include <optional>
#include <string>

#include "scenarios/model/fault.hpp"

namespace gauntlet::scenarios {

struct Futility {
  std::string path;  // where it is written
  std::string what;
  std::string fix;
};

/// @param path  of the fault: "faults.0".
std::optional<Futility> futility_of(const Fault& fault, const std::string& path);

}  // namespace gauntlet::scenarios
