#include "sim/population/population.hpp"

#include <algorithm>
#include <cstdlib>

#include "runners/command/shell_runner.hpp"
#include "runners/remote/remote_runner.hpp"
#include "sim/actor/arc_agent.hpp"
#include "sim/actor/arena_observer.hpp"
#include "sim/actor/arena_operator.hpp"
#include "sim/actor/arena_participant.hpp"
#include "sim/actor/voter.hpp"
#include "sim/fault/faulty_client.hpp"

namespace gauntlet::sim {
namespace {

static_assert(scenarios::kModelServersMax == kModelServersMax);
static_assert(scenarios::kRelaysMax == kRelaysMax);

const scenarios::Participants& group_of(const scenarios::PlannedActor& actor, const Crew& crew) {
  return std::get<scenarios::Participants>(crew.scenario.population[actor.population]);
}

}  // namespace

Secret api_key(const scenarios::ModelServer& server) {
  const char* key = server.api_key_env ? std::getenv(server.api_key_env->c_str()) : nullptr;
  return key == nullptr ? "" : key;
}

Population::Population(Crew& crew, std::pmr::memory_resource& memory)
    : crew_{crew}, model_clients_{crew.scenario.population.size()} {
  for (std::size_t i = 0; i < crew.scenario.population.size(); ++i)
    loads_.push_back(place<runners::MockLoad>(memory));
}

Performer Population::make(const scenarios::PlannedActor& actor, Context& on) {
  using scenarios::Role;
  const auto faulty = [&](std::unique_ptr<Machine> client) {
    return with_faults(std::move(client), crew_.scenario, crew_.plan, actor);
  };
  switch (actor.role) {
    case Role::agent:
      return {faulty(std::make_unique<ArcAgent>(crew_, actor.id)), command_of(actor, on)};
    case Role::participant:
      return {faulty(std::make_unique<ArenaParticipant>(crew_, actor.id)), runner_of(actor, on)};
    case Role::observer:
      return {faulty(std::make_unique<ArenaObserver>(crew_, actor.id)), nullptr};
    case Role::voter:
      return {std::make_unique<Voter>(crew_, actor.id), nullptr};
    case Role::operator_:
      return {std::make_unique<ArenaOperator>(crew_, actor.id), nullptr};
  }
  return {};
}

std::unique_ptr<runners::Runner> Population::runner_of(const scenarios::PlannedActor& actor,
                                                       Context& on) {
  const scenarios::Participants& group = group_of(actor, crew_);
  if (const auto* mock = std::get_if<scenarios::MockRunner>(&group.runner))
    return std::make_unique<runners::MockRunner>(*mock, crew_.plan.seed, actor.id,
                                                 *loads_[actor.population]);
  auto& client = model_clients_[actor.population];
  if (!client) client = client_of(actor, on);
  const auto& server = std::get<scenarios::ModelServer>(group.runner);
  return std::make_unique<runners::RemoteRunner>(
      runners::RemoteRunner::Options{.dialect = runners::dialect_of(server.api),
                                     .model = model_of(group),
                                     .silence_max = server.silence_max},
      *client);
}

std::unique_ptr<runners::Runner> Population::command_of(const scenarios::PlannedActor& actor,
                                                        const Context& on) {
  const auto& group = std::get<scenarios::Agents>(crew_.scenario.population[actor.population]);
  if (!group.answer || !group.answer->with) return nullptr;
  return std::make_unique<runners::ShellRunner>(
      runners::ShellRunner::Options{.command = *group.answer->with,
                                    .post = on.post,
                                    .time_max = scenarios::kCommandTime,
                                    .places = &commands_});
}

std::unique_ptr<ModelClient> Population::client_of(const scenarios::PlannedActor& actor,
                                                   Context& on) const {
  const auto& server = std::get<scenarios::ModelServer>(group_of(actor, crew_).runner);
  const auto served = scenarios::with_model_servers(crew_.scenario);
  const auto number = std::ranges::find(served, actor.population) - served.begin();
  return std::make_unique<ModelClient>(
      ModelClient::Options{.to = model_server(static_cast<std::size_t>(number)),
                           .actor = actor.id,
                           .bearer = api_key(server),
                           .concurrent_max = server.concurrent,
                           .pipeline_max = server.pipeline},
      on);
}

}  // namespace gauntlet::sim
