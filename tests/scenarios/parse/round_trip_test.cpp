// What to_yaml writes, parse_scenario reads as the same scenario: for every shipped file and for
// scenarios drawn at random.
#include <gtest/gtest.h>

#include <filesystem>

#include "scenarios/parse/parse.hpp"
#include "scenarios/terms/random.hpp"
#include "tests/support/golden.hpp"

namespace gauntlet::scenarios {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPin = "271828";

ParseOptions options(const std::string& file) {
  ParseOptions made;
  made.file = file;
  made.environment = [](std::string_view name) -> std::optional<std::string> {
    if (name == "ARENA_PIN") return kPin;
    return std::nullopt;
  };
  return made;
}

std::string problems_of(const Parsed& parsed) {
  std::string all;
  for (const Diagnostic& problem : parsed.problems) all += to_string(problem);
  return all;
}

void expect_round_trip(const Scenario& scenario) {
  const std::string yaml = to_yaml(scenario);
  SCOPED_TRACE(yaml);
  const Parsed again = parse_scenario(yaml, options("written.yaml"));
  ASSERT_EQ(problems_of(again), "");
  EXPECT_EQ(*again.scenario, scenario);
  EXPECT_EQ(to_yaml(*again.scenario), yaml);
}

std::vector<std::filesystem::path> library() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator{tests::source_path("scenarios/library")})
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

TEST(Library, ParsesAndComesBackFromItsEffectiveScenario) {
  ASSERT_GE(library().size(), 7U);
  for (const auto& file : library()) {
    const Parsed parsed = parse_scenario(tests::read_file(file), options(file.filename()));
    ASSERT_EQ(problems_of(parsed), "");
    expect_round_trip(*parsed.scenario);
  }
}

TEST(EffectiveScenario, ReadsAsAPersonWouldWriteIt) {
  const Parsed parsed = parse_scenario(
      tests::read_file(tests::source_path("scenarios/library/quickstart.yaml")), options("q.yaml"));
  ASSERT_EQ(problems_of(parsed), "");
  const std::string yaml = to_yaml(*parsed.scenario);
  EXPECT_EQ(yaml, tests::golden("tests/golden/effective_quickstart.yaml", yaml));
}

TEST(EffectiveScenario, NeverShowsThePin) {
  Scenario scenario;
  scenario.name = "secret";
  scenario.targets.arena = ArenaAddress{"ws://127.0.0.1:3000/ws", std::nullopt, kPin};
  scenario.population = {Participants{.count = 1}};
  EXPECT_EQ(to_yaml(scenario).find(kPin), std::string::npos);
  expect_round_trip(scenario);
}

const RelayAddress kRelay{"http://[::1]:8081", "ws://relay.example:8080/arc?x=1"};

TEST(EffectiveScenario, ListsSeveralRelays) {
  Scenario scenario;
  scenario.name = "three";
  scenario.targets.relay = RelayAddresses(3, kRelay);
  scenario.source_addresses = {{0x7f000001, 0x7f000014}, {0x0a000001, 0x0a000001}};
  scenario.population = {Agents{.count = 3}};
  expect_round_trip(scenario);
}

// Draws scenarios that use every part of the model, with odd but allowed values.
class Author {
 public:
  explicit Author(std::uint64_t seed) : random_{seed} {}

  Scenario scenario() {
    Scenario s;
    s.name = "random-" + std::to_string(random_.next());
    s.seed = random_.next();
    s.duration = 1000s + time();
    s.connect = maybe(Duration{500s});
    s.warm_up = time();
    s.drain = 100s + time();
    s.network = {
        .latency = distribution(), .bandwidth = maybe(number()), .loss = random_.unit() / 2};
    s.validity = {.slip_p99 = time(),
                  .loop_lag_p99 = time(),
                  .pause = time(),
                  .starved = random_.unit(),
                  .stolen = random_.unit(),
                  .throttled = random_.unit(),
                  .packets_dropped = random_.unit()};
    s.targets.relay =
        flip() ? decltype(s.targets.relay)::value_type{relay()} : RelayAddresses{kRelay};
    s.targets.arena =
        flip() ? decltype(s.targets.arena)::value_type{arena()}
               : ArenaAddress{"ws://club:3000/ws", "http://club:3000", maybe(std::string{kPin})};
    s.population = {
        agents(), participants(),
        Observers{
            .count = number(), .arrive = arrive(), .timeout = time(), .reconnect = reconnect()},
        Voters{.count = number(), .votes = number(), .after = distribution(), .timeout = time()},
        Agents{.count = 50}};
    for (int i = 0; i < 3; ++i)
      s.rounds.push_back({.at = i * 100s,
                          .prompt = text(),
                          .max_tokens = number(),
                          .temperature = 2 * random_.unit(),
                          .deadline = 1s + time(),
                          .seed = maybe(static_cast<std::int64_t>(random_.next()))});
    for (int i = 0; i < 3; ++i) s.thresholds.push_back({text(), {}});
    return s;
  }

 private:
  bool flip() { return random_.chance(0.5); }
  std::uint32_t number() { return 1 + static_cast<std::uint32_t>(random_.below(1000)); }
  template <class T>
  std::optional<T> maybe(T value) {
    return flip() ? std::optional<T>{std::move(value)} : std::nullopt;
  }

  // From a nanosecond to a minute and a half, in all units.
  Duration time() {
    constexpr std::array<Duration, 4> kUnits{1ns, 1us, 1ms, 1s};
    return kUnits.at(random_.below(kUnits.size())) * (1 + random_.below(90));
  }

  // Of what comes again and again.
  Duration period() { return std::max<Duration>(time(), 1ms); }

  // Only what a person can write comes back exactly: so many per unit, with a few digits.
  Rate rate() {
    constexpr std::array<double, 3> kUnits{1, 60, 3600};
    return {static_cast<double>(number()) / 8 / kUnits.at(random_.below(kUnits.size()))};
  }

  std::string text() {
    constexpr std::string_view kOdd = "ab 01.:#-{}[]\"'\\,&*!|>%@`$~?\t\n";
    std::string odd = flip() ? "x" : "";
    for (std::uint64_t left = 1 + random_.below(12); left > 0; --left)
      odd += kOdd[random_.below(kOdd.size())];
    const std::array<std::string, 8> kWords{
        "true", "42", "${HOME}", "null", "", "---", "\u00FCml\u00E4ut \U0001F680", odd};
    const std::string& chosen = kWords.at(random_.below(kWords.size()));
    return chosen.empty() ? odd : chosen;
  }

  Distribution distribution() {
    switch (random_.below(4)) {
      case 0:
        return Constant{time()};
      case 1:
        return Uniform{time(), 100s};
      case 2:
        return Exponential{time()};
      default:
        return LogNormal{time(), 100s};
    }
  }

  Arrivals arrivals() {
    switch (random_.below(4)) {
      case 0:
        return ConstantArrivals{};
      case 1:
        return PoissonArrivals{};
      case 2:
        return GammaArrivals{random_.unit() + 0.001};
      default:
        return BurstArrivals{number()};
    }
  }

  Load open_load() {
    if (flip()) return {.rate = rate(), .arrivals = arrivals()};
    return {.stages = {{time(), {rate(), rate()}}, {time(), {Rate{0}, rate()}}, {time(), {}}},
            .arrivals = arrivals()};
  }

  Load closed_load() { return {.in_flight = number(), .think = distribution()}; }

  Recipients recipients() {
    return flip() ? Recipients{Everyone{}}
                  : RandomAgents{1 + static_cast<std::uint32_t>(random_.below(40))};
  }

  Arrive arrive() {
    if (flip()) return {.at = time(), .over = maybe(time()), .rate = {}};
    return {.at = time(), .over = {}, .rate = Rate{1000}};
  }

  Reconnect reconnect() {
    using Backoff = Reconnect::Backoff;
    constexpr std::array<Backoff, 3> kAll{Backoff::constant, Backoff::linear, Backoff::exponential};
    return {.backoff = kAll.at(random_.below(3)),
            .first = period(),
            .max = 100s,
            .attempts = flip() ? 0 : number(),
            .jitter = flip() ? 0.5 : random_.unit()};
  }

  Agents agents() {
    Agents a{.count = number(), .arrive = arrive(), .choose_id = flip()};
    for (std::uint64_t left = random_.below(4); left > 0; --left)
      a.send.push_back({.to = recipients(),
                        .load = open_load(),
                        .payload_bytes = kPayloadBytesMin + number(),
                        .type = flip() ? "" : text()});
    if (flip()) a.send.push_back({.to = Itself{}, .load = closed_load(), .timeout = time()});
    if (flip()) a.subscribe = Subscribe{.to = {3}, .after = time(), .keep = maybe(time())};
    if (flip())
      a.ask = Ask{.load = flip() ? open_load() : closed_load(),
                  .to = recipients(),
                  .timeout = time(),
                  .payload_bytes = 64 * 1024};
    if (flip())
      a.answer =
          Answer{.probability = random_.unit(), .after = distribution(), .payload_bytes = 500};
    if (a.answer && flip()) a.answer->with = "tr a-z \"A-Z\" < ${FILE}  # as: is";
    a.list = maybe(rate());
    a.ping = maybe(rate());
    if (flip()) a.throttle = Throttle{.rate = rate(), .burst = number()};
    a.heartbeat = flip() ? 0s : period();
    a.timeout = time();
    a.reconnect = reconnect();
    return a;
  }

  Participants participants() {
    Participants p{.count = number(), .arrive = arrive()};
    if (flip())
      p.runner = MockRunner{.first_token = distribution(),
                            .gap = distribution(),
                            .tokens = {number(), flip() ? 1000U : 2000U},
                            .slow_down = 3 * random_.unit(),
                            .failure_probability = random_.unit()};
    else
      p.runner = model_server();
    p.model = maybe(text());
    p.heartbeat = period();
    p.timeout = time();
    p.timeout_per_client = flip() ? 0s : time();
    p.reconnect = reconnect();
    return p;
  }

  ModelServer model_server() {
    using Api = ModelServer::Api;
    ModelServer server{
        .api = std::array{Api::ollama, Api::completions, Api::chat}[random_.below(3)],
        .url = flip() ? "http://127.0.0.1:11434" : "http://model.example:80",
        .concurrent = number(),
        .pipeline = number(),
        .silence_max = time()};
    if (flip()) server.api_key_env = "KEY";
    return server;
  }

  RelayOptions relay() {
    return {
        .register_port_apart = flip(),
        .welcome = flip(),
        .bad_token =
            flip() ? RelayOptions::BadToken::refuse_401 : RelayOptions::BadToken::close_4001,
        .token_lifetime = flip() ? 0s : time(),
        .double_delivery = flip(),
        .message_bytes_max = number(),
        .messages_per_minute = number(),
        .rate_limit = flip() ? RelayOptions::RateLimit::close_4029 : RelayOptions::RateLimit::error,
        .registrations_per_minute = number(),
        .service_time = distribution(),
        .queue_max = number(),
        .stall = maybe(Stall{100s, time()}),
        .heartbeat = flip() ? 0s : period(),
        .silence_max = flip() ? 0s : time(),
        .drop_every = number(),
        .duplicate_every = number(),
        .reorder_every = number()};
  }

  ArenaOptions arena() {
    return {.pin_length = 4 + static_cast<std::uint32_t>(random_.below(9)),
            .pin_hash_rounds = number(),
            .message_bytes_max = 1024 * number(),
            .heartbeat = period(),
            .silence_max = time(),
            .requests_per_minute = number(),
            .service_time = distribution(),
            .stall = maybe(Stall{100s, time()}),
            .drop_token_every = number()};
  }

  Stream random_;
};

TEST(EffectiveScenario, IsTheSameScenarioForAnyScenario) {
  for (std::uint64_t seed = 0; seed < 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    expect_round_trip(Author{seed}.scenario());
  }
}

}  // namespace
}  // namespace gauntlet::scenarios
