// Why something cannot begin.
#pragma once

#include <cstdint>
#include <string>

namespace gauntlet::sim {

/// A sentence, and whose fault it is.
struct Obstacle {
  enum class Whose : std::uint8_t { target, user };
  Whose whose;
  std::string sentence;
  std::string fix{};  // what to write instead; empty: nothing is known
};

}  // namespace gauntlet::sim
