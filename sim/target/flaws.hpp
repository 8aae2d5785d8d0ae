// Deliberate flaws of a server, by count: every nth delivery meets with one. They prove that a
// harness notices.
#pragma once

#include <cstdint>

namespace gauntlet::sim {

enum class Fate : std::uint8_t { passed, dropped, duplicated, held };

/// Decides over deliveries in their order. When several flaws fall on the same delivery, it is
/// dropped rather than duplicated, and duplicated rather than held.
class Flaws {
 public:
  struct Every {  // nth; 0: never
    std::uint32_t drop;
    std::uint32_t duplicate;
    std::uint32_t hold;
  };

  explicit constexpr Flaws(Every every) : every_{every} {}

  bool none() const { return every_.drop == 0 && every_.duplicate == 0 && every_.hold == 0; }

  Fate next() {
    ++deliveries_;
    if (falls_on(every_.drop)) return Fate::dropped;
    if (falls_on(every_.duplicate)) return Fate::duplicated;
    if (falls_on(every_.hold)) return Fate::held;
    return Fate::passed;
  }

 private:
  bool falls_on(std::uint32_t nth) const { return nth != 0 && deliveries_ % nth == 0; }

  Every every_;
  std::uint64_t deliveries_{0};
};

}  // namespace gauntlet::sim
