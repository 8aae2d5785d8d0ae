// `gauntlet participant`: one participant at a terminal, until it is interrupted.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdio>
#include <memory>

#include "runners/remote/dialect.hpp"
#include "scenarios/parse/quantity.hpp"
#include "scenarios/plan/plan.hpp"
#include "scenarios/terms/url.hpp"
#include "sim/actor/crew.hpp"
#include "sim/cli/commands.hpp"
#include "sim/live/resolve.hpp"
#include "sim/live/worker.hpp"
#include "sim/orchestrator/server_test.hpp"
#include "sim/population/population.hpp"
#include "sim/terminal/narrated_participant.hpp"

namespace gauntlet::sim {
namespace {

namespace asio = boost::asio;

constexpr Duration kFindTimeout = std::chrono::seconds{5};
constexpr Duration kLook = std::chrono::milliseconds{50};
constexpr Duration kGoodbye = std::chrono::seconds{3};
constexpr int kInterrupted = 130;

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

scenarios::Reconnect reconnect_of(const std::string& policy) {
  if (policy == "linear") return scenarios::kReconnectLinear;
  if (policy == "never") return {.attempts = 0};
  return scenarios::kReconnectExponential;
}

// The scenario of one participant that stays as long as it is wanted.
scenarios::Scenario scenario_of(const ParticipantFlags& flags) {
  scenarios::Scenario scenario;
  scenario.name = "participant";
  scenario.seed =
      static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  scenario.duration = scenarios::kDurationMax;
  scenario.targets.arena = scenarios::ArenaAddress{.socket_url = flags.url, .pin = flags.pin};
  scenarios::Participants one{.count = 1, .runner = runner_of(flags), .model = flags.model};
  one.max_tokens = flags.max_tokens;
  one.temperature = flags.temperature;
  one.reconnect = reconnect_of(flags.reconnect);
  scenario.population.emplace_back(std::move(one));
  return scenario;
}

/// Where the arena and the model are.
struct Map {
  Addresses addresses{};
  Places places{};

  /// Looks for a listener at a URL. @error A sentence for the user.
  std::optional<std::string> find(Endpoint at, const char* who, const std::string& text,
                                  std::string_view path) {
    const auto url = parse_url(text);
    if (!url) return fmt::format("the {}'s URL `{}` is wrong: {}", who, text, url.error());
    if (url.value().secure())
      return fmt::format("the {}'s URL `{}` asks for TLS, which is not supported yet", who, text);
    const auto found = find_listener(url.value(), kFindTimeout);
    if (!found)
      return fmt::format("the {} at {} cannot be reached: {}", who, url.value().authority(),
                         found.error());
    const auto index = static_cast<std::size_t>(at);
    addresses[index] = found.value();
    places[index] = {url.value().authority(),
                     url.value().path == "/" ? std::string{path} : url.value().path};
    return std::nullopt;
  }
};

// The runner first: an arena that has us and no model behind us would wait in vain.
std::optional<std::string> prepare(const scenarios::Scenario& scenario,
                                   const ParticipantFlags& flags, Map& map) {
  const auto& one = std::get<scenarios::Participants>(scenario.population.front());
  if (const auto* server = std::get_if<scenarios::ModelServer>(&one.runner)) {
    if (auto problem = map.find(model_server(0), "model server", server->url, "/")) return problem;
    const ServerTest test{.at = model_server(0),
                          .path = std::string{runners::dialect_of(server->api).test_path},
                          .bearer = api_key(*server)};
    if (auto problem = test_server(test, map.addresses, map.places))
      return fmt::format("the model server at {} cannot be used: {}", server->url, *problem);
    fmt::print("the model server at {} answers\n", server->url);
  }
  return map.find(Endpoint::arena_socket, "arena", flags.url, "/ws");
}

/// Keeps the participant going on its worker until it is told to stop, or has no hope.
class Stay {
 public:
  Stay(Worker& worker, const Clock& clock, const NarratedParticipant*& participant)
      : worker_{worker},
        clock_{clock},
        participant_{participant},
        signals_{control_, SIGINT, SIGTERM},
        timer_{control_} {}

  /// @return Why it is out for good; nothing when it was told to stop.
  std::optional<Outcome> wait() {
    signals_.async_wait([this](const auto& error, int) {
      if (error) return;
      stopping_ = true;
      // Impatience is understood.
      signals_.async_wait([](const auto& again, int) {
        if (!again) _exit(kInterrupted);
      });
    });
    look();
    control_.run();
    return hopeless_;
  }

 private:
  void look() {
    hopeless_ = worker_.ask([&] {
      worker_.take_events();  // there are no books to keep
      return participant_ != nullptr ? participant_->hopeless() : std::nullopt;
    });
    if (stopping_ && !leaving_until_) {
      worker_.ask([&] {
        worker_.cast().stop(clock_.now());
        worker_.cast().leave(clock_.now());
        return true;
      });
      leaving_until_ = clock_.now() + kGoodbye;
    }
    const bool gone = worker_.ask([&] { return worker_.cast().done(); });
    if (hopeless_ || gone || (leaving_until_ && clock_.now() >= *leaving_until_))
      return control_.stop();
    timer_.expires_after(kLook);
    timer_.async_wait([this](const auto& error) {
      if (!error) look();
    });
  }

  Worker& worker_;
  const Clock& clock_;
  const NarratedParticipant*& participant_;
  asio::io_context control_;
  asio::signal_set signals_;
  asio::steady_timer timer_;
  std::optional<Outcome> hopeless_;
  std::optional<Instant> leaving_until_;
  bool stopping_{false};
};

}  // namespace

ExitCode participant_command(const ParticipantFlags& flags) {
  const scenarios::Scenario scenario = scenario_of(flags);
  Map map;
  if (const auto problem = prepare(scenario, flags, map)) {
    fmt::print(stderr, "gauntlet: {}\n", *problem);
    return ExitCode::unreachable;
  }
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
  Worker worker{clock};
  worker.links().set_addresses(map.addresses);
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
      map.places, scenario.seed, {}, {}, nobody);
  worker.start();
  const auto hopeless = Stay{worker, clock, participant}.wait();
  worker.stop();
  if (!hopeless) return ExitCode::met;
  fmt::print(stderr, "gauntlet: out of the arena for good\n");
  return ExitCode::unreachable;
}

}  // namespace gauntlet::sim
