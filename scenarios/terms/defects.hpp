// Which defects a server has. What there are is in defect.hpp, which is needed only by who names
// one.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace gauntlet {

enum class Defect : std::uint16_t;

/// A set of them.
class Defects {
 public:
  Defects() = default;
  Defects(std::initializer_list<Defect> all) {
    for (const Defect each : all) add(each);
  }
  void add(Defect defect) { bits_.set(static_cast<std::size_t>(defect)); }
  bool has(Defect defect) const { return bits_[static_cast<std::size_t>(defect)]; }
  bool none() const { return bits_.none(); }
  bool operator==(const Defects&) const = default;

 private:
  std::bitset<512> bits_;  // more than there are
};

}  // namespace gauntlet
