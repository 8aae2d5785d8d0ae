// Each fault has a physics: what becomes of the connection, of the client and of its target.
// In virtual time, against the embedded targets.
#include <gtest/gtest.h>

#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;

// Two agents that send to each other, ten times a second; what goes wrong is the test's.
RunResult agents_with(const std::string& faults) {
  return simulate(
      "name: faults\nseed: 3\nduration: 10s\nconnect: 1s\n"
      "targets: {relay: {embedded: {heartbeat: 1s, silence_max: 3s}}}\n"
      "population:\n"
      "  - agents: 2\n"
      "    send: [{to: random agent, rate: 10/s}]\n"
      "    heartbeat: 1s\n"
      "    reconnect: {backoff: constant, first: 500ms, jitter: 0}\n"
      "faults: " +
      faults + "\n");
}

std::uint64_t count(const RunResult& run, Counter first, FaultKind kind) {
  return run.snapshot.counter(of_kind(first, kind));
}

struct Consequence {
  std::string name;
  std::string fault;
  FaultKind kind;
  std::uint64_t answered, closed, silent;
  std::uint64_t reconnects;
  std::uint64_t lost{0};  // said into a connection that then ended on the way
};

class FaultOfAConnection : public testing::TestWithParam<Consequence> {};

TEST_P(FaultOfAConnection, HasThisConsequence) {
  const Consequence& expected = GetParam();
  const RunResult run = agents_with(expected.fault);
  EXPECT_EQ(count(run, Counter::fault_injected, expected.kind), 1U);
  EXPECT_EQ(count(run, Counter::fault_answered, expected.kind), expected.answered);
  EXPECT_EQ(count(run, Counter::fault_closed, expected.kind), expected.closed);
  EXPECT_EQ(count(run, Counter::fault_silent, expected.kind), expected.silent);
  EXPECT_EQ(count(run, Counter::fault_recovered, expected.kind), 1U);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_reconnects), expected.reconnects);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_lost), expected.lost) << "what is owed is excused";
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultOfAConnection,
    testing::Values(
        Consequence{"Close", "[{at: 3s, to: agent-1, do: close_connection}]",
                    FaultKind::close_connection, 0, 1, 0, 1},
        Consequence{"HalfClose", "[{at: 3s, to: agent-1, do: half_close}]", FaultKind::half_close,
                    0, 1, 0, 1},
        Consequence{"Reset", "[{at: 3s, to: agent-1, do: reset_connection}]",
                    FaultKind::reset_connection, 0, 0, 0, 1},
        // In at 3 s; gone 500 ms later, and in again a second after that; gone at 5 s, and so on.
        Consequence{"ReconnectStorm",
                    "[{at: 3s, for: 4s, to: agent-1, do: {reconnect_storm: {stay: 500ms}}}]",
                    FaultKind::reconnect_storm, 0, 0, 0, 4},
        Consequence{"Vanish", "[{at: 3s, to: agent-1, do: vanish}]", FaultKind::vanish, 0, 0, 0, 1},
        Consequence{"CutFrame", "[{at: 3s, to: agent-1, do: cut_frame}]", FaultKind::cut_frame, 0,
                    0, 0, 1},
        Consequence{"IdleConnections",
                    "[{at: 3s, for: 3s, to: agent-1, do: {idle_connections: {connections: 5}}}]",
                    FaultKind::idle_connections, 0, 0, 1, 0},
        // Refused, as nobody is let in without a token.
        Consequence{"ConnectStorm",
                    "[{at: 3s, for: 3s, to: agent-1, do: {connect_storm: {connections: 5}}}]",
                    FaultKind::connect_storm, 0, 1, 0, 0},
        Consequence{"Latency", "[{at: 3s, for: 3s, to: agent-1, do: {latency: {delay: 50ms}}}]",
                    FaultKind::latency, 0, 0, 1, 0},
        Consequence{"Bandwidth",
                    "[{at: 3s, for: 3s, to: agent-1, do: {bandwidth: {per_second: 5 kB}}}]",
                    FaultKind::bandwidth, 0, 0, 1, 0},
        Consequence{"Slicing", "[{at: 3s, for: 3s, to: agent-1, do: {slicing: {piece: 7 bytes}}}]",
                    FaultKind::slicing, 0, 0, 1, 0},
        Consequence{
            "CloseAfterBytes",
            "[{at: 3s, for: 400ms, to: agent-1, do: {close_after_bytes: {bytes: 300 bytes}}}]",
            FaultKind::close_after_bytes, 0, 0, 0, 1, 1},
        Consequence{
            "ResetAfterBytes",
            "[{at: 3s, for: 400ms, to: agent-1, do: {reset_after_bytes: {bytes: 300 bytes}}}]",
            FaultKind::reset_after_bytes, 0, 0, 0, 1, 1},
        Consequence{"ShortBlackhole", "[{at: 3s, for: 2s, to: agent-1, do: blackhole}]",
                    FaultKind::blackhole, 0, 0, 1, 0},
        Consequence{"ShortPartition", "[{at: 3s, for: 2s, to: agent-1, do: partition}]",
                    FaultKind::partition, 0, 0, 1, 0},
        // The relay's patience ends after 3 s; the client learns of it when it can be told.
        Consequence{"LongPartition", "[{at: 3s, for: 5s, to: agent-1, do: partition}]",
                    FaultKind::partition, 0, 0, 1, 1, 29},
        Consequence{"Outage", "[{at: 3s, for: 400ms, to: agent-1, do: outage}]", FaultKind::outage,
                    0, 0, 0, 1},
        Consequence{"StopReading", "[{at: 3s, for: 500ms, to: agent-1, do: stop_reading}]",
                    FaultKind::stop_reading, 0, 0, 1, 0},
        Consequence{"SlowReading",
                    "[{at: 3s, for: 1s, to: agent-1, do: {slow_reading: {per_second: 1 KiB}}}]",
                    FaultKind::slow_reading, 0, 0, 1, 0},
        Consequence{"NeverUpgrade",
                    "[{at: 3s, for: 3s, to: agent-1, do: {never_upgrade: {connections: 5}}}]",
                    FaultKind::never_upgrade, 0, 0, 1, 0},
        // The relay lets the newer one in and closes the older, which then is the newer one.
        Consequence{"SecondConnection", "[{at: 3s, for: 3s, to: agent-1, do: second_connection}]",
                    FaultKind::second_connection, 0, 1, 0, 1},
        Consequence{"DuplicateId", "[{at: 3s, to: agent-1, do: duplicate_id}]",
                    FaultKind::duplicate_id, 1, 0, 0, 0}),
    [](const auto& named) { return named.param.name; });

// Of a message from one to the other: 20 ms out of the sender, 20 ms into the receiver.
TEST(FaultOfTheNetwork, AddsItsLatencyToEachDelivery) {
  const auto slowest = [](const std::string& faults) {
    return agents_with(faults).snapshot.series("relay.delivery")->max();
  };
  using std::chrono::milliseconds;
  EXPECT_EQ(slowest("[{to: agents, do: {latency: {delay: 20ms}}}]"),
            slowest("[]") + milliseconds{40});
}

// Ten messages a second come, of some 150 bytes each.
TEST(FaultOfASlowReader, DelaysWhatItIsSentAndLosesNothing) {
  const RunResult run =
      agents_with("[{at: 3s, for: 2s, to: agent-1, do: {slow_reading: {per_second: 500 bytes}}}]");
  EXPECT_GE(run.snapshot.series("relay.delivery")->max(), std::chrono::milliseconds{800});
  EXPECT_LE(run.snapshot.series("relay.delivery")->max(), std::chrono::milliseconds{2000});
  EXPECT_EQ(run.snapshot.counter(Counter::relay_lost), 0U);
}

TEST(FaultOfTheNetwork, IsTheSameEveryTimeForOneSeed) {
  constexpr const char* kWeather =
      "[{at: 2s, for: 2s, to: 1 agent, do: {latency: {delay: {exponential: {mean: 30ms}}}}},"
      " {at: 3s, for: 2s, to: agents, do: {slicing: {piece: 5 bytes}}},"
      " {at: 6s, for: 1s, to: 1 agent, do: partition}]";
  EXPECT_EQ(agents_with(kWeather).trace_hash, agents_with(kWeather).trace_hash);
}

struct Words {
  FaultKind kind;
  std::uint64_t answered, closed;
};

class FaultOfWords : public testing::TestWithParam<Words> {};

// ARC answers nonsense with an error; RFC 6455 wants broken frames closed for.
TEST_P(FaultOfWords, IsAnsweredOrClosedForAndNobodyElseSuffers) {
  const Words& expected = GetParam();
  const RunResult run =
      agents_with("[{at: 3s, to: agent-1, do: " + std::string{def(expected.kind).name} + "}]");
  EXPECT_EQ(count(run, Counter::fault_injected, expected.kind), 1U);
  EXPECT_EQ(count(run, Counter::fault_answered, expected.kind), expected.answered);
  EXPECT_EQ(count(run, Counter::fault_closed, expected.kind), expected.closed);
  EXPECT_EQ(count(run, Counter::fault_recovered, expected.kind), 1U);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_reconnects), expected.closed);
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultOfWords,
    testing::Values(Words{FaultKind::malformed_json, 1, 0}, Words{FaultKind::wrong_types, 1, 0},
                    Words{FaultKind::deep_nesting, 1, 0}, Words{FaultKind::huge_message, 0, 1},
                    Words{FaultKind::empty_message, 1, 0}, Words{FaultKind::invalid_utf8, 0, 1},
                    Words{FaultKind::unmasked_frame, 0, 1}, Words{FaultKind::oversized_frame, 0, 1},
                    Words{FaultKind::bad_opcode, 0, 1}, Words{FaultKind::endless_fragments, 0, 1},
                    Words{FaultKind::missing_fields, 1, 0}, Words{FaultKind::absent_payload, 1, 0},
                    Words{FaultKind::spoof_id, 0, 0}, Words{FaultKind::spoof_from, 0, 0},
                    Words{FaultKind::spoof_ts, 0, 0}),
    [](const auto& named) { return std::string{def(named.param.kind).name}; });

// The relay pings after a second of silence and drops who answers nothing for three.
TEST(Fault, OfUnansweredPingsIsForgivenAsLongAsTheClientSpeaks) {
  const RunResult run = agents_with("[{at: 2s, for: 5s, to: agent-1, do: ignore_pings}]");
  EXPECT_EQ(count(run, Counter::fault_injected, FaultKind::ignore_pings), 1U);
  EXPECT_EQ(run.snapshot.counter(Counter::relay_reconnects), 0U);
}

TEST(Fault, BefallsAsOftenAsItIsAskedTo) {
  const RunResult run = agents_with(
      "[{at: 2s, every: 2s, to: 1 agent, do: reset_connection},"
      " {at: 2500ms, every: 1s, probability: 0.0001%, to: agents, do: vanish}]");
  EXPECT_EQ(count(run, Counter::fault_injected, FaultKind::reset_connection), 4U)
      << "at 2, 4, 6 and 8 s";
  EXPECT_EQ(count(run, Counter::fault_injected, FaultKind::vanish), 0U);
  EXPECT_EQ(run.snapshot.series("fault.recovery")->count(), 4U);
}

TEST(Fault, WaitsForWhatHappensToItsClient) {
  const RunResult run =
      agents_with("[{after: {event: joined, wait: 2s}, to: agent-0, do: reset_connection}]");
  // In at once, out at 2 s, in again at 2.5 s, and so on.
  EXPECT_EQ(count(run, Counter::fault_injected, FaultKind::reset_connection), 4U);
}

}  // namespace
}  // namespace gauntlet::sim
