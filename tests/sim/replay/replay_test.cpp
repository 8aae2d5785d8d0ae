// A run, its recording, and the recording's replay, in virtual time: with the same target, nothing
// is different.
#include <gtest/gtest.h>

#include "tests/sim/replay/recorded_run.hpp"

namespace gauntlet::sim::replay {
namespace {

using metrics::Counter;

constexpr const char* kAgents = R"(
name: agents
seed: 5
duration: 5s
connect: 1s
targets: {relay: {embedded: {service_time: 1ms}}}
population:
  - agents: 12
    send:
      - {to: random agent, rate: 5/s}
      - {to: everyone, rate: 1/s}
    subscribe: {to: 2 random agents}
    ask: {rate: 1/s}
    answer: {probability: 0.5}
  - {agents: 3, id: assigned, send: [{to: random agent, rate: 2/s}]}
faults:
  - {at: 3s, to: agent-1, do: reset_connection}
  - {at: 3s, to: agent-2, do: malformed_json}
)";

constexpr const char* kArena = R"(
name: arena
seed: 5
duration: 6s
connect: 1s
targets: {arena: embedded}
population:
  - {participants: 4, runner: {mock: {first_token: 100ms, gap: 10ms, tokens: 30}}}
  - observers: 1
  - {voters: 2, after: 100ms}
rounds: [{at: 2s, prompt: x, max_tokens: 100, deadline: 2s}]
)";

using Lines = std::map<ActorId, std::vector<std::string>>;

// Of thousands of lines, only the first of each actor that differs.
void expect_same(const Lines& got, const Lines& want) {
  ASSERT_EQ(got.size(), want.size());
  for (const auto& [actor, lines] : want) {
    const auto [ours, theirs] = std::ranges::mismatch(got.at(actor), lines);
    const bool both_end = ours == got.at(actor).end() && theirs == lines.end();
    EXPECT_TRUE(both_end) << "first: " << (theirs == lines.end() ? "ends" : *theirs)
                          << "\nagain: " << (ours == got.at(actor).end() ? "ends" : *ours);
  }
}

TEST(Replay, RecordedAgainIsTheRecording) {
  for (const char* scenario : {kAgents, kArena}) {
    const Recorded first = recorded(scenario);
    const Recorded again = replayed(first.bytes, scenario);
    expect_same(lines(again.bytes), lines(first.bytes));
  }
}

TEST(Replay, CountsWhatItSentAndHeardAndWasNeverLate) {
  const Recorded first = recorded(kAgents);
  const metrics::Snapshot again = replayed(first.bytes, kAgents).result.snapshot;
  EXPECT_GT(again.counter(Counter::replay_offered), 100U);
  EXPECT_EQ(again.counter(Counter::replay_sent), again.counter(Counter::replay_offered));
  EXPECT_EQ(again.counter(Counter::replay_unsent), 0U);
  EXPECT_EQ(again.counter(Counter::replay_heard), again.counter(Counter::replay_expected));
  EXPECT_EQ(again.counter(Counter::replay_cuts), again.counter(Counter::replay_cuts_expected));
  EXPECT_EQ(again.series("replay.lateness")->max(), Duration{});
}

// Whatever it calls its agents: what went to an agent goes to it again.
TEST(Replay, ReachesTheSameAgentsUnderOtherNames) {
  const Recorded first = recorded(kAgents);
  const std::string another_seed = [&] {
    std::string yaml = kAgents;
    return yaml.replace(yaml.find("seed: 5"), 7, "seed: 6");
  }();
  const Recorded again = replayed(first.bytes, another_seed);
  const metrics::Snapshot& counts = again.result.snapshot;
  EXPECT_EQ(counts.counter(Counter::replay_sent), counts.counter(Counter::replay_offered));
  EXPECT_EQ(counts.counter(Counter::replay_heard), counts.counter(Counter::replay_expected));
}

TEST(Replay, AtTwiceTheSpeedTakesHalfTheTime) {
  const Recorded first = recorded(kAgents);
  const Recorded again = replayed(first.bytes, kAgents, {.speed = 2});
  const metrics::Snapshot& counts = again.result.snapshot;
  EXPECT_EQ(counts.counter(Counter::replay_unsent), 0U);
  const auto read = [](const Recorded& run) { return Script::read(run.bytes).value().end(); };
  EXPECT_LT(read(again) - Instant{}, (read(first) - Instant{}) * 6 / 10);
}

TEST(Replay, FillsInThePinOfTheSessionThatItsOwnOperatorMade) {
  const Recorded first = recorded(kArena);
  EXPECT_FALSE(Script::read(first.bytes).value().needs().pin);
  const metrics::Snapshot counts = replayed(first.bytes, kArena).result.snapshot;
  EXPECT_EQ(counts.counter(Counter::replay_unsent), 0U);
  EXPECT_EQ(counts.counter("arena.failures"), 0U);
}

TEST(Replay, OfARecordingThatWasCutOffDoesWhatIsLeft) {
  const Recorded first = recorded(kAgents);
  const std::string cut = first.bytes.substr(0, first.bytes.size() - 3);
  auto script = Script::read(cut);
  ASSERT_TRUE(script.ok()) << script.error().what;
  EXPECT_EQ(script.value().ending().how, recording::Ending::How::cut_off);
  const metrics::Snapshot counts = replayed(cut, kAgents).result.snapshot;
  EXPECT_EQ(counts.counter(Counter::replay_sent), counts.counter(Counter::replay_offered));
}

TEST(Recording, HasNoTokenAndNoPinInIt) {
  // The embedded targets' own spelling of both.
  EXPECT_EQ(recorded(kAgents).bytes.find("tok_"), std::string::npos);
  const std::string arena = recorded(kArena).bytes;
  const std::size_t pin = arena.find(R"("pin":")");
  ASSERT_NE(pin, std::string::npos);
  for (std::size_t at = pin; at != std::string::npos; at = arena.find(R"("pin":")", at + 1))
    EXPECT_EQ(arena[at + 7], '"') << arena.substr(at, 20);
}

TEST(Recording, ChangesNothingInTheRun) {
  const scenarios::Scenario scenario = scenario_of(kAgents);
  EXPECT_EQ(recorded(kAgents).result.trace_hash, simulate(scenario).trace_hash);
}

}  // namespace
}  // namespace gauntlet::sim::replay
