#include "sim/orchestrator/event_ring.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "sim/orchestrator/generator.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

BookedEvent event(std::uint32_t n) {
  return {Track::Book::relay, {.message = {.n = n}, .at = at(1ms * n)}};
}

std::vector<std::uint32_t> numbers(const std::vector<BookedEvent>& events) {
  std::vector<std::uint32_t> all;
  for (const BookedEvent& e : events) all.push_back(e.second.message.n);
  return all;
}

TEST(EventRing, GivesWhatWasPutInOnceAndInOrder) {
  EventRing ring{*std::pmr::get_default_resource(), 4};
  EventFeed feed{ring};
  std::vector<BookedEvent> taken;
  for (std::uint32_t n = 0; n < 11; ++n) {
    feed.ship({event(n)}, at(1ms * n + 1us));
    EXPECT_EQ(ring.take(taken), at(1ms * n + 1us));
  }
  std::vector<std::uint32_t> all(11);
  std::iota(all.begin(), all.end(), 0U);
  EXPECT_EQ(numbers(taken), all);
}

TEST(EventRing, PromisesNoMoreThanFoundRoomInIt) {
  EventRing ring{*std::pmr::get_default_resource(), 4};
  EventFeed feed{ring};
  feed.ship({event(0), event(1), event(2), event(3), event(4), event(5)}, at(9ms));
  std::vector<BookedEvent> taken;
  EXPECT_EQ(ring.take(taken), at(4ms)) << "the fifth still waits";
  EXPECT_EQ(taken.size(), 4);
  feed.ship({}, at(9ms));
  EXPECT_EQ(ring.take(taken), at(9ms));
  EXPECT_EQ(numbers(taken), (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5}));
}

/// One worker whose ring has room for four events, seen from its supervisor.
struct NarrowGenerator final : Generator {
  EventRing ring{*std::pmr::get_default_resource(), 4};
  EventFeed feed{ring};

  Instant take_events(EventMerge& into) override {
    std::vector<BookedEvent> taken;
    const Instant complete = ring.take(taken);
    into.add(0, taken, complete);
    return complete;
  }
  void start(Clock::Epoch) override {}
  void stop() override {}
  void leave() override {}
  void end() override {}
  std::string newest_pin() const override { return {}; }
  bool busy() override { return false; }
  bool done() override { return true; }
  std::vector<ActorId> never_started() override { return {}; }
  std::vector<ActorId> stuck() override { return {}; }
  bool all_closed() override { return true; }
  std::vector<ActorId> connected() override { return {}; }
  std::vector<const metrics::Recorder*> recorders() const override { return {}; }
  void begin_measuring() override {}
  metrics::GeneratorFacts end_measuring() override { return {}; }
};

std::vector<std::uint32_t> drained(EventMerge& merge) {
  std::vector<BookedEvent> events;
  merge.drain([&](const BookedEvent& e) { events.push_back(e); });
  return numbers(events);
}

TEST(TakeAll, GoesOnUntilNothingIsMissingThatTheRingHadNoRoomFor) {
  NarrowGenerator worker;
  std::vector<BookedEvent> events;
  for (std::uint32_t n = 0; n < 11; ++n) events.push_back(event(n));
  worker.feed.ship(events, at(20ms));
  EventMerge merge;
  EXPECT_TRUE(take_all(worker, merge, at(20ms), [&] {
    worker.feed.ship({}, at(20ms));  // as a worker does with each look
    return true;
  }));
  std::vector<std::uint32_t> all(11);
  std::iota(all.begin(), all.end(), 0U);
  EXPECT_EQ(drained(merge), all);
}

TEST(TakeAll, EndsWhenItHasWaitedLongEnough) {
  NarrowGenerator worker;
  worker.feed.ship({event(0), event(1), event(2), event(3), event(4)}, at(20ms));
  EventMerge merge;
  int waits = 0;
  EXPECT_FALSE(take_all(worker, merge, at(20ms), [&] { return ++waits < 3; }));
  EXPECT_EQ(waits, 3);
  EXPECT_EQ(drained(merge), (std::vector<std::uint32_t>{0, 1, 2, 3}));
}

}  // namespace
}  // namespace gauntlet::sim
