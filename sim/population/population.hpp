// Plan -> machines: makes each actor when its time comes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runners/command/places.hpp"
#include "runners/mock/mock_runner.hpp"
#include "scenarios/terms/placed.hpp"
#include "sim/actor/crew.hpp"
#include "sim/session/cast.hpp"
#include "sim/session/model_client.hpp"

namespace gauntlet::sim {

/// The API key in the environment, which is read where it is used and written nowhere; empty
/// without one.
Secret api_key(const scenarios::ModelServer& server);

/// Makes the machine, and for who has one the runner, of any actor of a plan.
/// @threads Any; what it makes belongs to the thread that asked.
class Population {
 public:
  /// @param memory  for what the members of a population slow each other down by.
  explicit Population(Crew& crew,
                      std::pmr::memory_resource& memory = *std::pmr::get_default_resource());

  /// @param on  the thread's; the same for every actor of a population with a model server, whose
  ///            connections they share.
  Performer make(const scenarios::PlannedActor& actor, Context& on);

 private:
  std::unique_ptr<runners::Runner> runner_of(const scenarios::PlannedActor& actor, Context& on);
  std::unique_ptr<runners::Runner> command_of(const scenarios::PlannedActor& actor,
                                              const Context& on);
  std::unique_ptr<ModelClient> client_of(const scenarios::PlannedActor& actor, Context& on) const;

  Crew& crew_;
  runners::Places commands_{scenarios::kCommandsMax};
  // By index of the population.
  std::vector<Placed<runners::MockLoad>> loads_;
  std::vector<std::unique_ptr<ModelClient>> model_clients_;  // made when the first one asks
};

}  // namespace gauntlet::sim
