#include "sim/orchestrator/event_ring.hpp"

#include <gtest/gtest.h>

#include <numeric>

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

}  // namespace
}  // namespace gauntlet::sim
