#include "sim/orchestrator/event_merge.hpp"

#include <gtest/gtest.h>

#include "scenarios/terms/random.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

// An event that can be told from others by its actor.
BookedEvent event(Duration time, ActorId actor) {
  metrics::LedgerEvent noted;
  noted.at = at(time);
  noted.actor = actor;
  return {Track::Book::relay, noted};
}

void add(EventMerge& merge, std::size_t source, std::vector<BookedEvent> events, Instant complete) {
  merge.add(source, events, complete);
}

std::vector<ActorId> drained(EventMerge& merge) {
  std::vector<ActorId> order;
  merge.drain([&](const BookedEvent& each) { order.push_back(each.second.actor); });
  return order;
}

TEST(EventMerge, GivesOutEventsInTheOrderOfTheirTime) {
  EventMerge merge;
  add(merge, 0, {event(1ms, 10), event(4ms, 13), event(5ms, 14)}, at(9ms));
  add(merge, 1, {event(2ms, 11), event(3ms, 12), event(6ms, 15)}, at(9ms));
  EXPECT_EQ(drained(merge), (std::vector<ActorId>{10, 11, 12, 13, 14, 15}));
}

TEST(EventMerge, KeepsEventsBackThatAnotherSourceHasNotAccountedFor) {
  EventMerge merge;
  add(merge, 0, {event(1ms, 1), event(4ms, 2)}, at(5ms));
  add(merge, 1, {}, at(3ms));
  EXPECT_EQ(drained(merge), (std::vector<ActorId>{1}));
  add(merge, 0, {event(7ms, 4)}, at(8ms));
  add(merge, 1, {event(6ms, 3)}, at(8ms));
  EXPECT_EQ(drained(merge), (std::vector<ActorId>{2, 3, 4}));
}

TEST(EventMerge, PutsEqualTimesInTheOrderOfTheSources) {
  EventMerge merge;
  add(merge, 1, {event(1ms, 3), event(1ms, 4)}, at(2ms));
  add(merge, 0, {event(1ms, 1), event(1ms, 2)}, at(2ms));
  add(merge, 2, {event(1ms, 5)}, at(2ms));
  EXPECT_EQ(drained(merge), (std::vector<ActorId>{1, 2, 3, 4, 5}));
}

// However the events are dealt out and in whatever pieces they come.
TEST(EventMerge, SortsAnyStreams) {
  Stream random{7};
  EventMerge merge;
  std::vector<std::vector<BookedEvent>> pieces(3);
  std::vector<Duration> want;
  std::vector<Duration> got;
  for (int step = 1; step <= 1000; ++step) {
    const Duration time = step * 1us;
    pieces[random.below(3)].push_back(event(time, 0));
    want.push_back(time);
    if (!random.chance(0.05)) continue;
    const auto source = random.below(3);
    add(merge, source, std::exchange(pieces[source], {}), at(time) + 1ns);
    merge.drain([&](const BookedEvent& e) { got.push_back(e.second.at.time_since_epoch()); });
  }
  for (std::size_t i = 0; i < 3; ++i) add(merge, i, std::move(pieces[i]), at(1s));
  merge.drain([&](const BookedEvent& e) { got.push_back(e.second.at.time_since_epoch()); });
  EXPECT_EQ(got, want);
}

}  // namespace
}  // namespace gauntlet::sim
