// Plan -> machines: makes each actor when its time comes.
#pragma once

#include <memory>
#include <vector>

#include "runners/mock/mock_runner.hpp"
#include "sim/actor/crew.hpp"
#include "sim/session/cast.hpp"

namespace gauntlet::sim {

/// Makes the machine, and for a participant the runner, of any actor of a plan.
/// @threads Any; what it makes belongs to the thread that asked.
class Population {
 public:
  explicit Population(Crew& crew);

  Performer make(const scenarios::PlannedActor& actor);

 private:
  Crew& crew_;
  std::vector<std::unique_ptr<runners::MockLoad>> loads_;  // by index of the population
};

}  // namespace gauntlet::sim
