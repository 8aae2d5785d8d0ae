#include "sim/orchestrator/generator.hpp"

namespace gauntlet::sim {

bool take_all(Generator& from, EventMerge& into, Instant moment,
              const std::function<bool()>& wait) {
  while (from.take_events(into) < moment)
    if (!wait()) return false;
  return true;
}

}  // namespace gauntlet::sim
