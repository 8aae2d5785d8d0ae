// The shards of a run, merged, are the run: the same events in the same ledgers.
#include "sim/orchestrator/merged_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "metrics/verdict/conservation.hpp"
#include "scenarios/plan/shard.hpp"
#include "scenarios/terms/random.hpp"
#include "sim/session/books.hpp"
#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using metrics::Counter;
using metrics::LedgerEvent;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using What = LedgerEvent::What;

constexpr const char* kCrowd = R"(
name: crowd
connect: 1s
duration: 21s
drain: 2s
targets: {relay: "http://127.0.0.1:1"}
population: [{agents: 9}]
)";
constexpr std::uint32_t kAgents = 9;
constexpr Instant kClosed = at(23s);

// Who is in, what each says once a tenth of a second, to one or to all, and when it arrives; one in
// twenty deliveries does not, and one agent leaves halfway.
std::vector<LedgerEvent> events_of_a_run() {
  std::vector<LedgerEvent> all;
  Stream random{3};
  const auto add = [&](What what, ActorId actor, Instant when) -> LedgerEvent& {
    LedgerEvent event;
    event.what = what;
    event.actor = actor;
    event.at = event.intended = when;
    all.push_back(event);
    return all.back();
  };
  for (ActorId agent = 0; agent < kAgents; ++agent) add(What::entered, agent, at(agent * 1ms));
  for (std::uint32_t n = 0; n < 200; ++n)
    for (ActorId agent = 0; agent < kAgents; ++agent) {
      const Instant when = at(1s + n * 100ms + agent * 11us);
      const bool to_all = random.next() % 4 == 0;
      const auto receiver =
          static_cast<ActorId>((agent + 1 + random.next() % (kAgents - 1)) % kAgents);
      LedgerEvent& sent = add(to_all ? What::sent_to_all : What::sent_to, receiver, when);
      sent.message = {.sender = agent, .lane = 0, .n = n};
      sent.kind = to_all ? metrics::MessageKind::broadcast : metrics::MessageKind::direct;
      for (ActorId hearer = 0; hearer < kAgents; ++hearer) {
        if (hearer == agent || (!to_all && hearer != receiver) || random.next() % 20 == 0) continue;
        add(What::arrived, hearer,
            when + 1ms + Duration{static_cast<std::int64_t>(random.next() % 160'000'000)})
            .message = {.sender = agent, .lane = 0, .n = n};
      }
    }
  add(What::left, 4, at(11s + 500us));
  std::ranges::stable_sort(all, {}, &LedgerEvent::at);
  return all;
}

struct Shards {
  std::vector<metrics::FoundPart> parts;
  std::vector<std::string> logs;

  /// Leaves some out.
  void lose(std::size_t index) {
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(index));
    logs.erase(logs.begin() + static_cast<std::ptrdiff_t>(index));
  }
};

// An event is known to the shard of whoever it happened to: of a sending, to its sender's.
ActorId witness(const LedgerEvent& event) {
  const bool sending = event.what == What::sent_to || event.what == What::sent_to_all;
  return sending ? event.message.sender : event.actor;
}

Shards shards_of(const std::vector<LedgerEvent>& events, const scenarios::Plan& plan,
                 std::uint32_t count) {
  Shards shards;
  for (std::uint32_t number = 0; number < count; ++number) {
    metrics::FoundPart found{"folder", {}};
    found.part.who = {.scenario = "crowd",
                      .plan_hash = plan.hash,
                      .run = "00c0ffee",
                      .number = number,
                      .count = count};
    found.part.closed = kClosed;
    found.part.measured = 20s;
    shards.parts.push_back(std::move(found));
    shards.logs.emplace_back();
    metrics::EventEncoder encoder;
    for (const LedgerEvent& event : events)
      if (witness(event) % count == number) {
        encoder.append(shards.logs.back(), {.of_arena = false, .event = event});
        ++shards.parts.back().part.events;
      }
  }
  return shards;
}

MergedRun merge(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
                const Shards& shards) {
  std::vector<metrics::EventDecoder> logs;
  for (const std::string& log : shards.logs) logs.emplace_back(log);
  MergedRun merged = merged_run(scenario, plan, shards.parts, logs);
  for (const auto& log : logs) EXPECT_TRUE(log.at_end());
  EXPECT_EQ(metrics::broken_conservation(merged.result.snapshot), std::nullopt);
  return merged;
}

struct MergedRunTest : testing::Test {
  scenarios::Scenario scenario = scenario_of(kCrowd);
  scenarios::Plan plan = scenarios::make_plan(scenario);
  std::vector<LedgerEvent> events = events_of_a_run();
};

TEST_F(MergedRunTest, IsTheRunOfOneProcessHoweverManyShardsThereWere) {
  Books books{plan, false};
  for (const LedgerEvent& event : events) books.add(Track::Book::relay, event);
  books.close(kClosed, scenario.drain);
  metrics::Snapshot one;
  for (const metrics::Recorder* recorder : books.recorders()) one.add(*recorder);
  ASSERT_GT(one.counter(Counter::relay_received), 1'000U);
  ASSERT_GT(one.counter(Counter::relay_lost), 50U);
  ASSERT_GT(one.counter(Counter::relay_reordered), 0U);

  for (const std::uint32_t count : {1U, 2U, 3U, 9U}) {
    const RunResult merged = merge(scenario, plan, shards_of(events, plan, count)).result;
    EXPECT_EQ(merged.snapshot.counters, one.counters) << count;
    for (const metrics::SeriesDef& def : metrics::kSeries) {
      const auto& expected = one.measured[static_cast<std::size_t>(def.id)];
      const auto& found = merged.snapshot.measured[static_cast<std::size_t>(def.id)];
      ASSERT_EQ(found != nullptr, expected != nullptr) << def.name;
      if (!found) continue;
      EXPECT_EQ(metrics::BucketCounts{*found}, metrics::BucketCounts{*expected}) << def.name;
      EXPECT_EQ(found->sum_ns(), expected->sum_ns()) << def.name;
    }
    EXPECT_EQ(merged.breaches.size(), books.breaches().size());
    EXPECT_THAT(merged.generator.losses, IsEmpty());
  }
}

TEST_F(MergedRunTest, IsCutIntoTheIntervalsThatTheShardsHave) {
  auto shards = shards_of(events, plan, 2);
  for (auto& found : shards.parts) {
    metrics::Timeline timeline{plan.phases.warm_up, plan.phases.measure};
    metrics::Recorder recorder;
    const std::array<const metrics::Recorder*, 1> recorders{&recorder};
    while (const auto cut = timeline.next_cut()) {
      recorder.count(Counter::relay_sent_direct, 10);
      timeline.cut(*cut + 3ms, recorders);
    }
    found.part.intervals = std::move(timeline).finish(kClosed, recorders);
    found.part.snapshot.add(recorder);
  }
  const RunResult merged = merge(scenario, plan, shards).result;
  ASSERT_EQ(merged.intervals.measured.size(), 20U);
  std::int64_t received = 0;
  for (const metrics::Interval& each : merged.intervals.measured) {
    EXPECT_EQ(each.of(Counter::relay_sent_direct), 20);
    EXPECT_GT(each.of(Counter::relay_received), 0);
    EXPECT_FALSE(each.merged("relay.delivery").empty());
    received += each.of(Counter::relay_received);
  }
  received += merged.intervals.before.of(Counter::relay_received) +
              merged.intervals.after.of(Counter::relay_received);
  EXPECT_EQ(static_cast<std::uint64_t>(received), merged.snapshot.counter(Counter::relay_received));
  const auto open = merged.snapshot.gauges[static_cast<std::size_t>(metrics::Gauge::relay_open)];
  EXPECT_GT(open, 0) << "what was lost is still owed when measuring ends";
}

TEST_F(MergedRunTest, SeesThroughAClockThatIsAhead) {
  const auto agreeing = merge(scenario, plan, shards_of(events, plan, 2));
  EXPECT_THAT(agreeing.warnings, IsEmpty());
  for (LedgerEvent& event : events) {
    if (witness(event) % 2 == 0) continue;
    event.at += 300ms;
    event.intended += 300ms;
  }
  const auto apart = merge(scenario, plan, shards_of(events, plan, 2));
  EXPECT_THAT(apart.warnings, ElementsAre(HasSubstr("The clock of shard 2 was ")));
  const auto& counters = apart.result.snapshot.counters;
  for (const Counter counter :
       {Counter::relay_expected, Counter::relay_received, Counter::relay_lost, Counter::relay_late,
        Counter::generator_negative})
    EXPECT_EQ(counters[static_cast<std::size_t>(counter)],
              agreeing.result.snapshot.counter(counter))
        << static_cast<int>(counter);
  EXPECT_NEAR(seconds(apart.result.snapshot.series("relay.delivery")->mean()),
              seconds(agreeing.result.snapshot.series("relay.delivery")->mean()), 0.001);
}

TEST_F(MergedRunTest, NamesThoseWhoDidNotPartBesideWhatTheLedgersFound) {
  for (LedgerEvent& event : events) {
    if (witness(event) % 2 == 0) continue;
    event.at += 300ms;
    event.intended += 300ms;
  }
  auto shards = shards_of(events, plan, 2);
  const auto of_messages = merge(scenario, plan, shards).result.breaches;
  ASSERT_FALSE(of_messages.empty());

  const auto at_the_end = [](Invariant invariant, ActorId actor, Instant when) {
    return metrics::Breach{invariant, when, when, actor, {.sender = actor}};
  };
  shards.parts[0].part.breaches = {at_the_end(Invariant::all_closed, 4, kClosed + 3s)};
  shards.parts[1].part.breaches = {at_the_end(Invariant::nobody_stuck, 7, kClosed + 300ms + 1s)};
  const auto all = merge(scenario, plan, shards).result.breaches;
  ASSERT_EQ(all.size(), of_messages.size() + 2);
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &metrics::Breach::at));
  EXPECT_EQ(all.back(), shards.parts[0].part.breaches.front());
  const metrics::Breach& stuck = all[all.size() - 2];
  EXPECT_EQ(stuck.invariant, Invariant::nobody_stuck);
  EXPECT_EQ(stuck.actor, 7U);
  EXPECT_NEAR(seconds(stuck.at - kClosed), 1.0, 0.001) << "by the first shard's clock";
  EXPECT_EQ(stuck.since, stuck.at);
}

TEST_F(MergedRunTest, NamesAMissingShardAndBlamesNobodyForIt) {
  auto shards = shards_of(events, plan, 3);
  shards.lose(1);
  const RunResult merged = merge(scenario, plan, shards).result;
  EXPECT_THAT(merged.generator.losses,
              ElementsAre(HasSubstr("Shard 2 of 3 is missing: what became of its 3 clients")));
  EXPECT_EQ(merged.snapshot.counter(Counter::relay_late), 0U)
      << "what arrived from its clients is not taken for unheard of";
}

TEST_F(MergedRunTest, OwesNothingToAShardThatWasInterrupted) {
  auto shards = shards_of({}, plan, 2);
  metrics::EventEncoder stayed;
  metrics::EventEncoder went;
  const auto log = [](metrics::EventEncoder& encoder, std::string& bytes, What what, ActorId actor,
                      Instant when) {
    LedgerEvent event;
    event.what = what;
    event.actor = actor;
    event.at = event.intended = when;
    encoder.append(bytes, {.of_arena = false, .event = event});
  };
  log(stayed, shards.logs[0], What::entered, 0, at(1ms));
  log(went, shards.logs[1], What::entered, 1, at(1ms));
  log(stayed, shards.logs[0], What::sent_to, 1, at(10s));
  shards.parts[1].part.closed = at(5s);
  EXPECT_EQ(merge(scenario, plan, shards).result.snapshot.counter(Counter::relay_lost), 1U);
  shards.parts[1].part.interrupted = true;
  const RunResult merged = merge(scenario, plan, shards).result;
  EXPECT_EQ(merged.snapshot.counter(Counter::relay_lost), 0U);
  EXPECT_THAT(merged.generator.losses, ElementsAre(HasSubstr("Shard 2 of 2 was interrupted")));
}

}  // namespace
}  // namespace gauntlet::sim
