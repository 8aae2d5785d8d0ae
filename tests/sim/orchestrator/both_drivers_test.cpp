// One scenario, both drivers: behaviour is not tied to sockets.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "metrics/verdict/conservation.hpp"
#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;

/// A run over sockets and one in virtual time, in both of which the conservation law holds.
class BothRuns {
 public:
  explicit BothRuns(const char* yaml, const Staging& staging = {}) {
    const scenarios::Scenario scenario = scenario_of(yaml);
    const scenarios::Plan plan = scenarios::make_plan(scenario);
    auto simulated = run_virtual(scenario, plan, {.staging = staging});
    auto over_sockets = run_live(scenario, plan, {.threads = 2, .staging = staging});
    for (auto* run : {&simulated, &over_sockets}) {
      if (!*run) {
        ADD_FAILURE() << run->error().sentence;
        return;
      }
      EXPECT_EQ(metrics::broken_conservation(run->value().snapshot), std::nullopt);
      EXPECT_EQ(run->value().measured, plan.phases.measure - plan.phases.warm_up)
          << "what rates are divided by";
    }
    in_virtual_time = std::move(simulated).value();
    live = std::move(over_sockets).value();
  }

  void agree_on(std::initializer_list<std::string_view> counters) const {
    for (const std::string_view counter : counters)
      EXPECT_EQ(live.snapshot.counter(counter), in_virtual_time.snapshot.counter(counter))
          << counter;
  }
  void agree_on(Counter counter) const {
    EXPECT_EQ(live.snapshot.counter(counter), in_virtual_time.snapshot.counter(counter))
        << "counter " << static_cast<std::size_t>(counter);
  }

  RunResult in_virtual_time;
  RunResult live;
};

// Small and quick, yet with every kind of message. Traffic begins once everybody is in, so what is
// expected does not hang on a race.
constexpr const char* kEverything = R"(
name: both-drivers
seed: 7
duration: 3s
connect: 1s
drain: 3s
targets: {relay: embedded, arena: embedded}
population:
  - agents: 20
    arrive: {over: 200ms}
    send:
      - {to: random agent, rate: 5/s}
      - {to: 3 random agents, rate: 1/s, payload: 500 bytes}
      - {to: everyone, rate: 0.5/s, type: thought}
    subscribe: {to: 2 random agents}
    ask: {rate: 0.5/s, timeout: 2s}
    answer: {probability: 0.2, after: {lognormal: {median: 20ms, p99: 100ms}}}
    list: 1/s
    ping: 1/s
  - agents: 5
    id: assigned
    send: [{to: random agent, rate: 2/s}]
  - participants: 8
    runner: {mock: {first_token: 50ms, gap: {uniform: {min: 2ms, max: 8ms}}, tokens: {uniform: {min: 20, max: 40}}}}
  - observers: 2
  - voters: 3
    after: 100ms
rounds:
  - {at: 1s, prompt: "first", deadline: 600ms}
  - {at: 2200ms, prompt: "second", max_tokens: 10, deadline: 500ms}
)";

TEST(BothDrivers, IntendSendExpectAndGenerateTheSame) {
  const BothRuns runs{kEverything};
  runs.agree_on({"relay.registered",
                 "relay.connected",
                 "relay.offered",
                 "relay.sent",
                 "relay.expected",
                 "relay.received",
                 "relay.lost",
                 "relay.duplicated",
                 "relay.misdelivered",
                 "relay.asked",
                 "arena.joined",
                 "arena.rounds_offered",
                 "arena.rounds_challenged",
                 "arena.rounds_completed",
                 "arena.tokens_sent",
                 "arena.tokens_expected",
                 "arena.tokens_received",
                 "arena.votes_accepted",
                 "arena.claims_agree",
                 "arena.claims_differ",
                 "relay.unknown",
                 "relay.malformed",
                 "arena.unknown",
                 "arena.malformed"});
  const metrics::Snapshot& live = runs.live.snapshot;
  EXPECT_GT(live.counter(Counter::relay_sent_answer), 0);
  EXPECT_EQ(live.counter(Counter::arena_rounds_completed), 16);
  EXPECT_EQ(live.counter(Counter::arena_claims_agree), 16);
  EXPECT_EQ(live.counter(Counter::arena_votes_accepted), 3) << "the second round ends with the run";
  EXPECT_EQ(live.counter("relay.failures"), 0);
  EXPECT_EQ(live.counter("arena.failures"), 0);
}

// Has something under way that nothing will ever end, and leaves when it is told to.
class Dreamer final : public Machine {
 public:
  void handle(Instant, const Input& input, Outbox&) override {
    if (std::holds_alternative<Leave>(input)) done_ = true;
  }
  std::optional<Instant> next_deadline() const override { return std::nullopt; }
  bool done() const override { return done_; }
  bool busy() const override { return !done_; }

 private:
  bool done_{false};
};

constexpr const char* kFive = R"(
name: stuck
duration: 500ms
connect: 100ms
drain: 200ms
targets: {relay: embedded}
population: [{agents: 5}]
)";

Staging with_a_dreamer() {
  return {.around = [](std::unique_ptr<Machine> machine, ActorId actor) {
    return actor == 3 ? std::make_unique<Dreamer>() : std::move(machine);
  }};
}

TEST(BothDrivers, FindWhoIsStuck) {
  const BothRuns runs{kFive, with_a_dreamer()};
  for (const RunResult* run : {&runs.in_virtual_time, &runs.live}) {
    ASSERT_EQ(run->breaches.size(), 1);
    EXPECT_EQ(run->breaches.front().invariant, Invariant::nobody_stuck);
    EXPECT_EQ(run->breaches.front().actor, 3);
  }
  runs.agree_on({"invariant.broken"});
}

TEST(LiveRun, FindsWhoIsStuckInAnotherProcess) {
  const scenarios::Scenario scenario = scenario_of(kFive);
  const auto run = run_live(scenario, scenarios::make_plan(scenario),
                            {.threads = 1, .processes = 2, .staging = with_a_dreamer()});
  ASSERT_TRUE(run) << run.error().sentence;
  ASSERT_EQ(run.value().breaches.size(), 1);
  EXPECT_EQ(run.value().breaches.front().invariant, Invariant::nobody_stuck);
  EXPECT_EQ(run.value().breaches.front().actor, 3);
  EXPECT_EQ(run.value().snapshot.counter(metrics::broken(Invariant::nobody_stuck)), 1);
}

/// A port of loopback where somebody listens, and never answers.
class Listener {
 public:
  Listener() {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(any);
    auto* const address = static_cast<sockaddr*>(static_cast<void*>(&any));
    EXPECT_EQ(::bind(socket_, address, size), 0);
    EXPECT_EQ(::listen(socket_, SOMAXCONN), 0);
    EXPECT_EQ(::getsockname(socket_, address, &size), 0);
    port_ = ntohs(any.sin_port);
  }
  ~Listener() { ::close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const { return port_; }
  /// How many have come, said something, and not been counted yet.
  int callers() {
    int count = 0;
    for (int caller = 0; (caller = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(caller)) {
      char first = 0;
      if (::recv(caller, &first, 1, MSG_DONTWAIT) == 1) ++count;
    }
    return count;
  }

 private:
  int socket_{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)};
  std::uint16_t port_{0};
};

TEST(LiveRun, LoadsNobodyWhenItIsRefusedBeforeItsStart) {
  Listener relay;
  const scenarios::Scenario scenario =
      scenario_of("name: refused\nduration: 3s\ntargets: {relay: \"http://127.0.0.1:" +
                  std::to_string(relay.port()) + "\"}\npopulation: [{agents: 20}]\n");
  const auto run = run_live(scenario, scenarios::make_plan(scenario),
                            {.threads = 1, .processes = 2, .on_start = [](const auto&) {
                               return fail(std::string{"not today"});
                             }});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().sentence, "not today");
  EXPECT_EQ(relay.callers(), 0);
}

TEST(BothDrivers, HoldATargetThatDoesNotAnswerAgainstNobody) {
  const BothRuns runs{R"(
name: silent-target
duration: 1s
connect: 500ms
drain: 300ms
targets: {relay: embedded}
population: [{agents: 5, send: [{to: random agent, rate: 5/s}]}]
faults: [{at: 700ms, for: 200s, to: relay, do: target_pause}]
)"};
  for (const RunResult* run : {&runs.in_virtual_time, &runs.live})
    for (const Invariant kept : {Invariant::nobody_stuck, Invariant::all_closed})
      EXPECT_EQ(run->snapshot.counter(metrics::broken(kept)), 0) << def(kept).name;
}

TEST(BothDrivers, HoldANetworkThatNeverDeliversTheCloseAgainstNobody) {
  const BothRuns runs{R"(
name: hole
duration: 1s
connect: 500ms
drain: 300ms
targets: {relay: {embedded: {silence_max: 0s}}}
population: [{agents: 3, send: [{to: random agent, rate: 5/s}]}]
faults: [{at: 700ms, to: 1 agent, do: blackhole}]
)"};
  for (const RunResult* run : {&runs.in_virtual_time, &runs.live})
    EXPECT_EQ(run->snapshot.counter(metrics::broken(Invariant::all_closed)), 0);
}

TEST(VirtualRun, HasTheSameTraceTwiceAndAnotherForAnotherSeed) {
  scenarios::Scenario scenario = scenario_of(kEverything);
  const auto first = simulate(scenario).trace_hash;
  EXPECT_EQ(first, simulate(scenario).trace_hash);
  scenario.seed = 8;
  EXPECT_NE(first, simulate(scenario).trace_hash);
}

// A run that is interrupted after so many moments.
RunResult interrupted_after(int moments) {
  const scenarios::Scenario scenario = scenario_of(kEverything);
  auto result = run_virtual(scenario, scenarios::make_plan(scenario),
                            {.interrupted = [&moments] { return moments-- <= 0; }});
  return std::move(result).value();
}

TEST(VirtualRun, EndsWithWhatIsUnderWayWhenItIsInterrupted) {
  const RunResult whole = simulate(kEverything);
  const RunResult cut = interrupted_after(2000);
  EXPECT_TRUE(cut.interrupted);
  EXPECT_TRUE(cut.generator.interrupted);
  EXPECT_LT(cut.closed, whole.closed);
  EXPECT_LT(cut.measured, whole.measured);
  EXPECT_EQ(cut.trace_hash, std::nullopt);
  EXPECT_EQ(metrics::broken_conservation(cut.snapshot), std::nullopt);
  EXPECT_GT(cut.snapshot.counter(metrics::Counter::relay_received), 0U);
  EXPECT_EQ(cut.snapshot.counter(metrics::Counter::relay_lost), 0U);
}

TEST(VirtualRun, MeasuresNothingWhenItIsInterruptedAtItsStart) {
  const RunResult cut = interrupted_after(0);
  EXPECT_TRUE(cut.interrupted);
  EXPECT_EQ(cut.measured, Duration::zero());
  EXPECT_EQ(metrics::broken_conservation(cut.snapshot), std::nullopt);
}

TEST(VirtualRun, WantsEmbeddedTargets) {
  const scenarios::Scenario scenario =
      scenario_of("name: x\ntargets: {relay: \"http://127.0.0.1:1\"}\npopulation: [{agents: 2}]\n");
  const auto result = run_virtual(scenario, scenarios::make_plan(scenario));
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().sentence, testing::HasSubstr("embedded"));
}

TEST(LiveRun, NamesTheTargetThatIsNotThere) {
  const scenarios::Scenario scenario =
      scenario_of("name: x\ntargets: {relay: \"http://127.0.0.1:1\"}\npopulation: [{agents: 2}]\n");
  const auto result = run_live(scenario, scenarios::make_plan(scenario), {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().whose, Obstacle::Whose::target);
  EXPECT_EQ(result.error().sentence,
            "the relay at 127.0.0.1:1 cannot be reached: connection refused");
}

TEST(VirtualTime, RefusesWhatHasAClockOfItsOwn) {
  constexpr const char* kCommand = R"(
name: commands
targets: {relay: embedded}
population: [{agents: 2, ask: {rate: 1/s}, answer: {with: cat}}]
)";
  const auto scenario = scenario_of(kCommand);
  const auto refused = run_virtual(scenario, scenarios::make_plan(scenario));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().sentence,
            "virtual time needs answers without a command: a process has its own clock");
  EXPECT_EQ(refused.error().fix, "leave `with` out of `answer`");
}

// Faults that end nobody's connection while a message is under way: those races are the world's.
// Whoever is befallen twice has had half a second to get over the first.
constexpr const char* kMisfortunes = R"(
name: both-drivers-faults
seed: 7
duration: 7s
connect: 4s
drain: 3s
targets: {relay: embedded, arena: embedded}
population:
  - agents: 10
    send: [{to: random agent, rate: 1/s}]
    reconnect: {backoff: constant, first: 100ms, jitter: 0}
  - participants: 4
    runner: {mock: {first_token: 50ms, gap: 10ms, tokens: 200}}
  - observers: 1
rounds: [{at: 4s, prompt: "first", deadline: 5s}]
faults:
  - {at: 500ms, to: 2 agents, do: reset_connection}
  - {at: 1s, to: 2 agents, do: {close_connection: {code: 4000}}}
  - {at: 1500ms, to: 2 agents, do: half_close}
  - {at: 2s, to: 2 agents, do: vanish}
  - {at: 2500ms, to: 2 agents, do: cut_frame}
  - {at: 3s, for: 1s, to: 1 agent, do: {idle_connections: {connections: 3}}}
  - {at: 4500ms, to: 3 agents, do: malformed_json}
  - {at: 5s, to: 2 agents, do: spoof_from}
  - {at: 5500ms, to: 1 agent, do: unmasked_frame}
  - {at: 4800ms, to: participants, do: seq_repeat}
  - {at: 5300ms, to: 2 participants, do: runner_failure}
)";

TEST(BothDrivers, MeetTheSameFaultsWithTheSameConsequences) {
  const BothRuns runs{kMisfortunes};
  for (const FaultDef& fault : gauntlet::kFaults) {
    SCOPED_TRACE(fault.name);
    for (const Counter first :
         {Counter::fault_injected, Counter::fault_answered, Counter::fault_closed})
      runs.agree_on(of_kind(first, fault.kind));
  }
  runs.agree_on({"relay.reconnects", "arena.rounds_failed", "arena.rounds_completed"});
}

// Troubles that lose nothing: what is sent arrives, sooner or later.
constexpr const char* kWeather = R"(
name: both-drivers-network
seed: 7
duration: 3s
connect: 1s
drain: 3s
targets: {relay: embedded, arena: embedded}
population:
  - agents: 10
    arrive: {over: 200ms}
    send: [{to: random agent, rate: 4/s}]
  - participants: 4
    runner: {mock: {first_token: 50ms, gap: 10ms, tokens: 50}}
rounds: [{at: 1200ms, prompt: "first", deadline: 1500ms}]
faults:
  - {to: 2 agents, do: {latency: {delay: {uniform: {min: 5ms, max: 20ms}}}}}
  - {at: 1500ms, for: 1s, to: 2 agents, do: {slicing: {piece: 20 bytes}}}
  - {at: 1500ms, for: 1s, to: participants, do: {bandwidth: {per_second: 10 kB}}}
  - {at: 1600ms, for: 300ms, to: 2 agents, do: blackhole}
  - {at: 2s, for: 200ms, to: 30% of agents, do: partition}
  - {at: 2500ms, for: 100ms, to: 1 agent, do: {slow_close: {delay: 10ms}}}
)";

TEST(BothDrivers, DeliverTheSameThroughTheSameBadNetwork) {
  const BothRuns runs{kWeather};
  runs.agree_on({"fault.injected", "fault.answered", "fault.closed", "fault.silent", "relay.sent",
                 "relay.expected", "relay.received", "relay.lost", "relay.reordered",
                 "relay.reconnects", "arena.rounds_completed", "arena.tokens_sent"});
  const metrics::Snapshot& live = runs.live.snapshot;
  EXPECT_EQ(live.counter("fault.injected"), 2 + 2 + 4 + 2 + 3 + 1);
  EXPECT_EQ(live.counter("relay.lost"), 0);
  EXPECT_GT(live.series("relay.delivery")->max(), std::chrono::milliseconds{150})
      << "the network held some back";
}

// Crashes when nothing is said, and the rest begins when everybody is back: what is broken off or
// drawn does not hang on a race. Of the messages it is drawn how many, and not which.
constexpr const char* kFailingTargets = R"(
name: both-drivers-targets
seed: 7
duration: 6s
connect: 3s
drain: 3s
targets: {relay: embedded, arena: embedded}
population:
  - agents: 10
    arrive: {over: 200ms}
    reconnect: {backoff: constant, first: 100ms, jitter: 0}
    send: [{to: random agent, rate: 2/s}]
  - participants: 3
    reconnect: {backoff: constant, first: 100ms, jitter: 0}
    runner: {mock: {first_token: 50ms, gap: 10ms, tokens: 20}}
rounds: [{at: 3500ms, prompt: "first", deadline: 3s}]
faults:
  - {at: 1s, for: 300ms, to: relay, do: target_crash}
  - {at: 1s, for: 200ms, to: arena, do: target_crash}
  - {at: 2300ms, to: relay, do: {target_duplicate: {share: 40%}}}
  - {at: 2300ms, to: relay, do: {target_delay: {delay: {uniform: {min: 1ms, max: 5ms}}}}}
  - {at: 2300ms, to: arena, do: {target_delay: {delay: 5ms}}}
  - {at: 4s, for: 300ms, to: relay, do: target_pause}
)";

TEST(BothDrivers, SurviveTheSameFailingTargets) {
  const BothRuns runs{kFailingTargets};
  runs.agree_on({"fault.injected", "fault.closed", "fault.recovered", "relay.registered",
                 "relay.connected", "relay.sent", "relay.received", "relay.lost",
                 "relay.duplicated", "relay.reordered", "arena.joined", "arena.rounds_completed",
                 "arena.tokens_received", "arena.tokens_lost"});
  for (const FaultKind kind : {FaultKind::target_duplicate, FaultKind::target_delay}) {
    SCOPED_TRACE(def(kind).name);
    runs.agree_on(metrics::of_messages(kind));
  }
  const metrics::Snapshot& live = runs.live.snapshot;
  EXPECT_EQ(live.counter("relay.registered"), 20) << "everybody, once more";
  EXPECT_EQ(live.counter(of_kind(Counter::fault_recovered, FaultKind::target_crash)), 2);
  EXPECT_GT(live.series("relay.delivery")->max(), std::chrono::milliseconds{150})
      << "some waited for the end of the pause";
}

}  // namespace
}  // namespace gauntlet::sim
