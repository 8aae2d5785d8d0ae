// Who takes part, and what each does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/model/arrivals.hpp"
#include "scenarios/model/load.hpp"
#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/secret.hpp"
#include "scenarios/terms/time.hpp"
#include "scenarios/terms/tls.hpp"

namespace gauntlet::scenarios {

/// Whom an agent addresses.
struct Everyone {  // "everyone": ARC's ["*"], all but the sender
  bool operator==(const Everyone&) const = default;
};
struct RandomAgents {  // "random agent", "3 random agents": drawn anew each time, never the sender
  std::uint32_t count{1};
  bool operator==(const RandomAgents&) const = default;
};
struct Itself {  // "itself": a message that comes back shows when it has arrived
  bool operator==(const Itself&) const = default;
};
using Recipients = std::variant<Everyone, RandomAgents, Itself>;

/// A stream of messages that every agent of a population sends.
struct SendRule {
  Recipients to{RandomAgents{}};
  Load load;
  /// In a closed loop: then a message is not waited for any longer, and the next one leaves.
  Duration timeout{std::chrono::seconds{10}};
  std::uint32_t payload_bytes{160};  // of the payload's JSON text; at least kPayloadBytesMin
  std::string type;                  // ARC "type"; empty: none is sent
  bool operator==(const SendRule&) const = default;
};

/// The tag that every payload carries (run, sender, counter, times) needs this much room.
inline constexpr std::uint32_t kPayloadBytesMin = 120;

/// Messages that an agent can keep under way in one closed loop.
inline constexpr std::uint32_t kInFlightMax = 1000;

/// Agents that each agent subscribes to once it is in, and again after every reconnect.
struct Subscribe {
  RandomAgents to{1};
  /// How long after getting in; and when set, how long until it unsubscribes again.
  Duration after{};
  std::optional<Duration> keep;
  bool operator==(const Subscribe&) const = default;
};

struct Ask {
  Load load;
  Recipients to{Everyone{}};
  Duration timeout{std::chrono::seconds{30}};  // then the question counts as unanswered
  std::uint32_t payload_bytes{160};
  bool operator==(const Ask&) const = default;
};

struct Answer {
  double probability{1};                     // that an agent answers a question that reaches it
  Distribution after{Constant{Duration{}}};  // think time, from the question's arrival
  std::uint32_t payload_bytes{160};          // of answers without a command
  /// A shell command: the question's payload is its input, its output the answer.
  std::optional<std::string> with;
  bool operator==(const Answer&) const = default;
};

/// Commands of a run that answer questions at the same time, at most; others wait their turn.
inline constexpr std::uint32_t kCommandsMax = 16;
/// Then a command is ended.
inline constexpr Duration kCommandTime = std::chrono::seconds{30};

/// What a client does after losing its connection. Neither protocol replays what was missed.
struct Reconnect {
  enum class Backoff : std::uint8_t { constant, linear, exponential };
  Backoff backoff{Backoff::exponential};
  Duration first{std::chrono::seconds{1}};
  Duration max{std::chrono::seconds{30}};
  std::uint32_t attempts{15};  // in a row; 0: never reconnect
  /// By how much of it, at most, a pause is shortened at random: a crowd that fell together does
  /// not come back together.
  double jitter{0.5};
  bool operator==(const Reconnect&) const = default;
};

/// What ARC's documents say: min(2n, 30) s after the nth failure.
inline constexpr Reconnect kReconnectLinear{.backoff = Reconnect::Backoff::linear,
                                            .first = std::chrono::seconds{2},
                                            .max = std::chrono::seconds{30},
                                            .attempts = 5,
                                            .jitter = 0};
/// What the arena's clients do: 1, 2, 4 ... 30 s.
inline constexpr Reconnect kReconnectExponential{.jitter = 0};

/// A client's own limit on what it sends; by default what ARC's documents recommend: no more than
/// 100 messages in any minute, those of a burst among them.
struct Throttle {
  Rate rate{90.0 / 60};
  std::uint32_t burst{10};  // messages that may leave at once
  bool operator==(const Throttle&) const = default;
};

/// An agent that is registered already.
struct Enrolled {
  std::string id;  // empty: the relay's welcome may tell
  Secret token;
  bool operator==(const Enrolled&) const = default;
};

/// Whose tokens are in a file: one agent a line, the first agent's first.
struct Tokens {
  std::string file;
  std::vector<Enrolled> agents;
  bool operator==(const Tokens&) const = default;
};

struct Agents {
  std::uint32_t count{0};
  Arrive arrive;
  bool choose_id{true};          // false: the relay assigns one
  std::optional<Tokens> tokens;  // they do not register then
  std::vector<SendRule> send;
  std::optional<Subscribe> subscribe;
  std::optional<Ask> ask;
  std::optional<Answer> answer;
  /// Commands to the relay, when set: list_subscriptions and ping, at this rate each.
  std::optional<Rate> list;
  std::optional<Rate> ping;
  std::optional<Throttle> throttle;              // of planned messages and commands
  Duration heartbeat{std::chrono::seconds{30}};  // WebSocket ping when set above 0
  Duration timeout{std::chrono::seconds{10}};    // of a registration, a connect, a command
  Reconnect reconnect{};
  bool operator==(const Agents&) const = default;
};

/// A whole number: fixed (min == max) or uniform in [min, max].
struct CountRange {
  std::uint32_t min{1};
  std::uint32_t max{1};
  bool operator==(const CountRange&) const = default;
};

/// A model that exists only as numbers: when tokens come, how many, and what goes wrong.
struct MockRunner {
  Distribution first_token{Constant{std::chrono::milliseconds{200}}};
  /// Between tokens. `tokens_per_second: 40` is Constant{25ms}.
  Distribution gap{Uniform{std::chrono::milliseconds{20}, std::chrono::milliseconds{80}}};
  CountRange tokens{100, 100};  // cut at the round's max_tokens
  /// Every gap grows by this fraction for each other generation that runs at the same time.
  double slow_down{0};
  double failure_probability{0};  // that a generation fails, at a random token
  bool operator==(const MockRunner&) const = default;
};

/// A model behind an HTTP API that streams its answers.
struct ModelServer {
  enum class Api : std::uint8_t { ollama, completions, chat };  // the last two are OpenAI's
  Api api{Api::ollama};
  std::string url{"http://localhost:11434"};
  std::optional<std::string> api_key_env{};  // the environment variable that holds the API key
  std::uint32_t concurrent{0};               // generations at once; 0: any number
  std::uint32_t pipeline{1};                 // of them on one connection
  /// From the server, in the middle of a generation and before it.
  Duration silence_max{std::chrono::seconds{60}};
  std::optional<TlsClientOptions> tls{};
  bool operator==(const ModelServer&) const = default;
};

/// Populations with a model server, in one scenario.
inline constexpr std::size_t kModelServersMax = 8;

/// What generates a participant's tokens.
using Runner = std::variant<MockRunner, ModelServer>;

struct Participants {
  std::uint32_t count{0};
  Arrive arrive;
  Runner runner;
  std::optional<std::string> model;  // its name, for the model server and for the arena
  std::uint32_t max_tokens{400};     // where a challenge does not say
  double temperature{0.8};           // the same
  Duration heartbeat{std::chrono::seconds{30}};
  /// Of the connect and of the registration. An arena that hashes the PIN serves registrations one
  /// after another, so the registration's limit grows by this much for each client of the crowd.
  Duration timeout{std::chrono::seconds{10}};
  Duration timeout_per_client{std::chrono::milliseconds{250}};
  Reconnect reconnect{};
  bool operator==(const Participants&) const = default;
};

/// Public screens: they register without a PIN and see every token.
struct Observers {
  std::uint32_t count{0};
  Arrive arrive;
  Duration timeout{std::chrono::seconds{10}};
  Reconnect reconnect{};
  bool operator==(const Observers&) const = default;
};

/// The audience: after a round ends, each voter scores some of those who took part.
struct Voters {
  std::uint32_t count{0};
  std::uint32_t votes{1};                                 // per voter and round
  Distribution after{Constant{std::chrono::seconds{1}}};  // think time, from the round's end
  Duration timeout{std::chrono::seconds{10}};
  bool operator==(const Voters&) const = default;
};

using Population = std::variant<Agents, Participants, Observers, Voters>;

/// As the reference clients call it when nobody does.
inline std::string_view model_of(const Participants& participants) {
  if (participants.model) return *participants.model;
  return std::holds_alternative<MockRunner>(participants.runner) ? "mock-1" : "llama3.1:8b";
}

/// How participants introduce their runner.
inline std::string_view name(const Runner& runner) {
  const auto* server = std::get_if<ModelServer>(&runner);
  if (server == nullptr) return "mock";
  return server->api == ModelServer::Api::ollama ? "ollama" : "lmstudio";
}

}  // namespace gauntlet::scenarios
