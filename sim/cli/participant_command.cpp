// `gauntlet participant`: one participant at a terminal, until it is interrupted.
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "runners/remote/dialect.hpp"
#include "scenarios/parse/quantity.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/actor/crew.hpp"
#include "sim/cli/at_terminal.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/live/worker.hpp"
#include "sim/orchestrator/server_test.hpp"
#include "sim/orchestrator/whereabouts.hpp"
#include "sim/population/population.hpp"
#include "sim/terminal/narrated_participant.hpp"

namespace gauntlet::sim {
namespace {

scenarios::Runner runner_of(const ParticipantFlags& flags) {
  using scenarios::ModelServer;
  if (flags.runner == "mock") return scenarios::MockRunner{};
  ModelServer server{.api_key_env = flags.api_key_env};
  const bool chat = flags.endpoint == "chat";
  if (flags.runner == "ollama") {
    server.url = flags.ollama_url;
  } else {
    server.api = chat ? ModelServer::Api::chat : ModelServer::Api::completions;
    server.url = flags.lmstudio_url;
  }
  return server;
}

// The scenario of one participant that stays as long as it is wanted.
scenarios::Scenario scenario_of(const ParticipantFlags& flags) {
  scenarios::Scenario scenario;
  scenario.name = "participant";
  scenario.seed = seed_of_the_moment();
  scenario.duration = kDurationMax;
  scenario.targets.arena = scenarios::ArenaAddress{.socket_url = flags.url, .pin = flags.pin};
  scenarios::Participants one{.count = 1, .runner = runner_of(flags), .model = flags.model};
  one.max_tokens = flags.max_tokens;
  one.temperature = flags.temperature;
  one.reconnect = reconnect_of(flags.reconnect);
  scenario.population.emplace_back(std::move(one));
  return scenario;
}

// The runner first: an arena that has us and no model behind us would wait in vain.
std::optional<Obstacle> prepare(const scenarios::Scenario& scenario, const ParticipantFlags& flags,
                                Whereabouts& where) {
  const auto& one = std::get<scenarios::Participants>(scenario.population.front());
  if (const auto* server = std::get_if<scenarios::ModelServer>(&one.runner)) {
    if (auto gone = where.find(model_server(0), "model server", server->url, flags.tls))
      return gone;
    const ServerTest test{.at = model_server(0),
                          .path = std::string{runners::dialect_of(server->api).test_path},
                          .bearer = api_key(*server)};
    if (auto problem = test_server(test, where))
      return Obstacle{
          Obstacle::Whose::target,
          fmt::format("the model server at {} cannot be used: {}", server->url, *problem)};
    fmt::print("the model server at {} answers\n", server->url);
  }
  return where.find(Endpoint::arena_socket, "arena", flags.url, flags.tls,
                    [](const std::string& given) { return given == "/" ? "/ws" : given; });
}

}  // namespace

ExitCode participant_command(const ParticipantFlags& flags) {
  const scenarios::Scenario scenario = scenario_of(flags);
  Whereabouts where;
  if (const auto obstacle = prepare(scenario, flags, where)) return refuse(*obstacle);
  const auto log = open_log(flags.log, LogClock::wall);
  if (!log) return refuse({Obstacle::Whose::user, log.error()});
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  Crew crew{scenario, plan, "terminal"};
  crew.guise = Guise{flags.id, flags.nickname};
  Population population{crew};
  const NarratedParticipant* participant = nullptr;
  const auto write = [](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  };

  const Clock clock;
  NoAnnouncer nobody;
  Worker worker{clock, *log.value()};
  worker.links().set_destinations(where.destinations);
  worker.set_cast(
      plan.actors,
      [&](const auto& actor, Context& on) {
        Performer performer = population.make(actor, on);
        auto narrated = std::make_unique<NarratedParticipant>(
            std::move(performer.machine),
            NarratedParticipant::Words{flags.url, flags.id, flags.nickname}, Narrator{write});
        participant = narrated.get();
        performer.machine = std::move(narrated);
        return performer;
      },
      where.places, scenario.seed, {}, {}, nobody);
  worker.start();
  const auto hopeless = [&] { return participant != nullptr && participant->hopeless(); };
  stay(worker, clock, hopeless);
  worker.stop();
  if (!hopeless()) return ExitCode::met;
  fmt::print(stderr, "gauntlet: out of the arena for good\n");
  return ExitCode::unreachable;
}

}  // namespace gauntlet::sim
