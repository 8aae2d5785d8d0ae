#include "scenarios/parse/population_kinds.hpp"

#include <cmath>
#include <concepts>

#include "scenarios/parse/address_kinds.hpp"
#include "scenarios/parse/load_kinds.hpp"
#include "scenarios/parse/quantity.hpp"
#include "scenarios/parse/range_kinds.hpp"
#include "scenarios/parse/record.hpp"
#include "scenarios/parse/scalar_kinds.hpp"
#include "scenarios/parse/tls_kinds.hpp"
#include "scenarios/parse/token_kinds.hpp"
#include "scenarios/parse/traffic_kinds.hpp"

namespace gauntlet::scenarios {
namespace {

constexpr std::uint32_t kPipelineMax = 1000;

const std::string kPayloadDoc = "The payload's size as JSON text. It carries a tag that takes " +
                                std::to_string(kPayloadBytesMin) + " bytes.";
constexpr const char* kArriveDoc = "When they start.";
constexpr const char* kReconnectDoc = "What a client does after losing its connection.";
constexpr std::uint32_t kTokensMax = 1'000'000;

Kind<SendRule> send_rule() {
  return Record<SendRule>{"send", "A stream of messages that every agent of the population sends."}
      .key("to", &SendRule::to, recipients(), "Whom each message goes to.")
      .part(&SendRule::load, load_keys("message", "one has come back"))
      .key("timeout", &SendRule::timeout, positive_duration(),
           "In a closed loop: then a message is given up, and the next one leaves.")
      .only_with("timeout", "in_flight")
      .key("payload", &SendRule::payload_bytes, size(kPayloadBytesMin), kPayloadDoc)
      .key("type", &SendRule::type, free_text("thought"),
           "The message's ARC type. Empty: none is sent.")
      .kind();
}

Kind<Subscribe> subscribe() {
  return Record<Subscribe>{"subscribe",
                           "Agents that each agent subscribes to once it is in, and again after "
                           "every reconnect."}
      .key("to", &Subscribe::to, random_agents(), "Whom it subscribes to.")
      .key("after", &Subscribe::after, duration(), "How long after getting in.")
      .key("keep", &Subscribe::keep, positive_duration(),
           "How long until it unsubscribes. Without it: to the end.")
      .kind();
}

Kind<Ask> ask() {
  return Record<Ask>{"ask", "Questions that every agent of the population asks."}
      .part(&Ask::load, load_keys("question", "one was answered"))
      .key("to", &Ask::to, recipients(), "Who is asked.")
      .key("timeout", &Ask::timeout, positive_duration(), "Then a question counts as unanswered.")
      .key("payload", &Ask::payload_bytes, size(kPayloadBytesMin), kPayloadDoc)
      .kind();
}

Kind<Answer> answer() {
  return Record<Answer>{"answer", "How the agents of the population answer questions."}
      .key("probability", &Answer::probability, probability(),
           "That an agent answers a question that reaches it.")
      .key("after", &Answer::after, distribution(), "Think time, from the question's arrival.")
      .key("payload", &Answer::payload_bytes, size(kPayloadBytesMin), kPayloadDoc)
      .key(
          "with", &Answer::with, text("./reply.sh"),
          "A shell command that answers instead: the question's payload is its standard input, and "
          "what it writes is the answer, next to our tag: JSON if it is an object or an array, "
          "else words. No more than " +
              std::to_string(kCommandsMax) +
              " run at once, and each agent's one after another; `runner.queue` measures the "
              "wait. One that fails, or has not ended after " +
              duration_text(kCommandTime) +
              ", gives no answer and counts in `runner.failures`. Not in virtual time.")
      .kind();
}

Kind<Throttle> throttle() {
  const auto record =
      Record<Throttle>{"throttle",
                       "A client's own limit on what it sends. `arc` is short for what ARC's "
                       "documents recommend: no more than 100 messages in any minute."}
          .key("rate", &Throttle::rate, rate(), "In the long run.")
          .key("burst", &Throttle::burst, count(1, 1'000'000), "How many may leave at once.")
          .kind();
  return one_of<Throttle>("arc, or a map such as {rate: 90/min, burst: 10}", "arc",
                          {word("arc", Throttle{}), record});
}

Kind<Agents> agents() {
  const auto id = words<bool>({{"chosen", true}, {"assigned", false}});
  return Record<Agents>{"agents", "ARC agents; they need `targets.relay`."}
      .required("agents", &Agents::count, count(1, kActorsMax), "How many.")
      .key("arrive", &Agents::arrive, arrive(), kArriveDoc)
      .key("id", &Agents::choose_id, id,
           "Whether an agent chooses its id or the relay assigns one.")
      .key("tokens", &Agents::tokens, tokens(),
           "A file with the tokens of agents that are registered already, a line each: `ID TOKEN`, "
           "`TOKEN`, or what `gauntlet agent register --json` prints; the name counts from where "
           "gauntlet was started. These agents do not register, and one whose token is refused "
           "gives up. A relay must tell those without an id who they are, or nobody can write to "
           "them. Tokens are secrets: nothing but the file's name is ever written anywhere.")
      .key("send", &Agents::send, list_of(send_rule()), "The messages that each agent sends.")
      .key("subscribe", &Agents::subscribe, subscribe(), "Whose broadcasts it subscribes to.")
      .key("ask", &Agents::ask, ask(), "The questions that it asks.")
      .key("answer", &Agents::answer, answer(), "How it answers questions. Without it: not at all.")
      .key("list", &Agents::list, rate(), "How often it sends the command `list_subscriptions`.")
      .key("ping", &Agents::ping, rate(),
           "How often it sends the command `ping`; not every relay knows it.")
      .key("throttle", &Agents::throttle, throttle(),
           "Its own limit on planned messages and commands. What is due above it waits its turn, "
           "which `relay.throttle` measures; its latency still runs from the planned moment. With "
           "a throttle or without, an agent whose relay says in an error message that it sends too "
           "much holds all of these back for the pauses of `reconnect`, which grow while the relay "
           "goes on saying so; after each, one message leaves on trial.")
      .key("heartbeat", &Agents::heartbeat, none_or_from(kEveryMin),
           "Between WebSocket pings. 0s: none.")
      .key("timeout", &Agents::timeout, positive_duration(),
           "Of a registration, a connect, a command.")
      .key("reconnect", &Agents::reconnect, reconnect(), kReconnectDoc)
      .marked_by("agents")
      .tall()
      .kind();
}

// `40` for a gap of 25ms: what people know of a model is its speed.
Kind<Distribution> tokens_per_second() {
  return adapt<Distribution, double>(
      positive_number(1'000'000, "40"),
      [](double speed) {
        return Distribution{Constant{speed > 0 ? from_seconds(1 / speed) : Duration{}}};
      },
      [](const Distribution&) { return std::optional<double>{}; });
}

Kind<CountRange> token_count() {
  const auto any = count(1, kTokensMax);
  const auto fixed = adapt<CountRange, std::uint32_t>(
      any,
      [](std::uint32_t tokens) {
        return CountRange{tokens, tokens};
      },
      [](const CountRange& range) {
        return range.min == range.max ? std::optional{range.min} : std::nullopt;
      });
  const auto uniform =
      Record<CountRange>{"uniform", "Any number between two."}
          .required("min", &CountRange::min, any, "The fewest.")
          .required("max", &CountRange::max, any, "The most.")
          .rule(
              "min", "max", [](const CountRange& range) { return range.min <= range.max; },
              "at least min")
          .inlined();
  const auto whole = [](std::string_view text) -> Quantity<double> {
    const auto number = parse_number(text);
    if (number && *number >= 1 && *number <= kTokensMax && std::trunc(*number) == *number)
      return *number;
    return fail(Misread{});
  };
  return uniform_for_ranges(
      one_of<CountRange>("a whole number, or {uniform: {min, max}}", "100",
                         {fixed, tagged<CountRange>("uniform", uniform,
                                                    "Any number between two, both included.")}),
      whole);
}

Kind<MockRunner> mock_runner() {
  const auto record =
      Record<MockRunner>{
          "mock",
          "A model that exists only as numbers: when tokens come, how many, and what "
          "goes wrong."}
          .key("first_token", &MockRunner::first_token, distribution(),
               "From the challenge to the first token.")
          .key("gap", &MockRunner::gap, distribution(), "Between two tokens.")
          .or_key("tokens_per_second", &MockRunner::gap, tokens_per_second(),
                  "Instead of `gap`: evenly spaced tokens at this speed.")
          .key("tokens", &MockRunner::tokens, token_count(),
               "How many tokens; cut at the round's `max_tokens`.")
          .key("slow_down", &MockRunner::slow_down, growth(),
               "Every gap grows by this much for each other generation under way.")
          .key("failures", &MockRunner::failure_probability, probability(),
               "How many generations fail, at a random token.")
          .kind();
  return one_of<MockRunner>(
      "mock, or {mock: {...}}", "mock",
      {short_for("mock", MockRunner{}), tagged<MockRunner>("mock", record, "The mock runner.")});
}

// Model servers by the names that people know them by, each with its own defaults.
struct Ollama : ModelServer {};
struct LmStudio : ModelServer {
  LmStudio() {
    api = Api::completions;
    url = "http://localhost:1234";
  }
};

template <class Server, class M>
constexpr M Server::*of(M ModelServer::*member) {
  return member;
}

template <class Server>
Record<Server> model_server(std::string name) {
  return Record<Server>{std::move(name),
                        "A real model, behind an HTTP API that streams its answers. A challenge's "
                        "prompt, `max_tokens`, `temperature` and `seed` are passed on."}
      .key("url", of<Server>(&ModelServer::url), http_origin(), "Where the server is.")
      .key("api_key_env", of<Server>(&ModelServer::api_key_env), text("OPENAI_API_KEY"),
           "The environment variable that holds the API key, which is sent as a bearer token. "
           "Nothing but this name is ever written anywhere.")
      .key("concurrent", of<Server>(&ModelServer::concurrent), count(0, kActorsMax),
           "How many generations the server is asked for at once; the others wait for their turn, "
           "which `runner.queue` measures. 0: any number.")
      .key(
          "pipeline", of<Server>(&ModelServer::pipeline), count(1, kPipelineMax),
          "How many generations one connection is asked for at once, each before the answer to the "
          "one before has come; a server answers them one after another. What is behind one that "
          "is cut off is asked again on another connection.")
      .key("silence_max", of<Server>(&ModelServer::silence_max), positive_duration(),
           "A generation fails when nothing came of it for that long.")
      .key("tls", of<Server>(&ModelServer::tls), tls_client(),
           "How to meet a server at an https address.");
}

Kind<Ollama> ollama() { return model_server<Ollama>("ollama").kind(); }

Kind<LmStudio> lmstudio() {
  using Api = ModelServer::Api;
  return model_server<LmStudio>("lmstudio")
      .key("endpoint", of<LmStudio>(&ModelServer::api),
           words<Api>({{"completions", Api::completions}, {"chat", Api::chat}}),
           "`POST /v1/completions` or `/v1/chat/completions`.")
      .kind();
}

// `{ollama: {...}}`
template <class Server>
Kind<Runner> server_runner(std::string tag, Kind<Server> options, std::string doc) {
  return adapt<Runner, Server>(
      tagged<Server>(std::move(tag), std::move(options), std::move(doc)),
      [](Server server) { return Runner{static_cast<const ModelServer&>(server)}; },
      [](const Runner& runner) -> std::optional<Server> {
        const auto* held = std::get_if<ModelServer>(&runner);
        constexpr bool kOllama = std::same_as<Server, Ollama>;
        if (held == nullptr || (held->api == ModelServer::Api::ollama) != kOllama)
          return std::nullopt;
        Server server;
        static_cast<ModelServer&>(server) = *held;
        return server;
      });
}

Kind<Runner> runner() {
  return one_of<Runner>(
      "mock, ollama, lmstudio or openai, or one of them with its options", "mock",
      {alternative<Runner>(mock_runner()), short_for<Runner>("ollama", ModelServer{}),
       short_for<Runner>("lmstudio", static_cast<const ModelServer&>(LmStudio{})),
       short_for<Runner>("openai", static_cast<const ModelServer&>(LmStudio{})),
       server_runner("ollama", ollama(), "An Ollama server."),
       server_runner("lmstudio", lmstudio(),
                     "An LM Studio server, or another one that speaks OpenAI's API."),
       server_runner("openai", lmstudio(), "The same.")});
}

Kind<Participants> participants() {
  return Record<Participants>{"participants", "Arena participants; they need `targets.arena`."}
      .required("participants", &Participants::count, count(1, kActorsMax), "How many.")
      .key("arrive", &Participants::arrive, arrive(), kArriveDoc)
      .key("runner", &Participants::runner, runner(), "What generates the tokens.")
      .key("model", &Participants::model, text("llama3.1:8b"),
           "The model's name, as asked of a model server and told to the arena; without it, "
           "`mock-1` for the mock runner and `llama3.1:8b` for others.")
      .key("max_tokens", &Participants::max_tokens, count(1, kTokensMax),
           "How many tokens to generate where a challenge does not say.")
      .key("temperature", &Participants::temperature, number(0, 2, "0.8"),
           "The temperature where a challenge does not say; 0 is a value.")
      .key("heartbeat", &Participants::heartbeat, none_or_from(kEveryMin),
           "Between heartbeat messages. 0s: none.")
      .key("timeout", &Participants::timeout, positive_duration(),
           "Of a connect and of a registration.")
      .key("timeout_per_client", &Participants::timeout_per_client, duration(),
           "By this much the registration's timeout grows for each participant: an arena that "
           "hashes the PIN serves them one after another.")
      .key("reconnect", &Participants::reconnect, reconnect(), kReconnectDoc)
      .marked_by("participants")
      .tall()
      .kind();
}

Kind<Observers> observers() {
  return Record<Observers>{"observers",
                           "Public screens of the arena: they see every token. They need "
                           "`targets.arena`."}
      .required("observers", &Observers::count, count(1, kActorsMax), "How many.")
      .key("arrive", &Observers::arrive, arrive(), kArriveDoc)
      .key("timeout", &Observers::timeout, positive_duration(),
           "Of a connect and of a registration.")
      .key("reconnect", &Observers::reconnect, reconnect(), kReconnectDoc)
      .marked_by("observers")
      .tall()
      .kind();
}

Kind<Voters> voters() {
  return Record<Voters>{"voters",
                        "The arena's audience: after a round, each scores some of those who took "
                        "part. They need `targets.arena` and `rounds`."}
      .required("voters", &Voters::count, count(1, kActorsMax), "How many.")
      .key("votes", &Voters::votes, count(1, 1000),
           "How many votes each casts after a round, unless the run is over by then.")
      .key("after", &Voters::after, distribution(), "Think time, from the round's end.")
      .key("timeout", &Voters::timeout, positive_duration(), "Of a vote.")
      .marked_by("voters")
      .tall()
      .kind();
}

}  // namespace

const Kind<Population>& population() {
  static const Kind<Population> kKind = one_of<Population>(
      "agents, participants, observers or voters", "{agents: 100}",
      {alternative<Population>(agents()), alternative<Population>(participants()),
       alternative<Population>(observers()), alternative<Population>(voters())});
  return kKind;
}

}  // namespace gauntlet::scenarios
