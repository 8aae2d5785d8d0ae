#include "metrics/shard/clock_offsets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "scenarios/terms/random.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;
using What = LedgerEvent::What;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Messages from every shard to every other, whose ways take from half a millisecond to ten, by
// clocks that are ahead of the truth.
std::vector<ClockOffset> offsets_of(const std::vector<Duration>& ahead,
                                    const std::function<bool(std::uint32_t, std::uint32_t)>& talk) {
  const auto shards = static_cast<std::uint32_t>(ahead.size());
  Stream random{9};
  std::vector<LedgerEvent> all;
  for (std::uint32_t n = 0; n < 400; ++n)
    for (std::uint32_t from = 0; from < shards; ++from)
      for (std::uint32_t to = 0; to < shards; ++to) {
        if (from == to || !talk(from, to)) continue;
        LedgerEvent event;
        event.message = {.sender = from, .lane = to, .n = n};
        event.what = What::sent_to;
        event.actor = to;
        event.at = at(1s + n * 50ms) + ahead[from];
        all.push_back(event);
        event.what = What::arrived;
        event.at = at(1s + n * 50ms + 500us +
                      Duration{static_cast<std::int64_t>(random.next() % 9'500'000)}) +
                   ahead[to];
        all.push_back(event);
      }
  std::ranges::stable_sort(all, {}, &LedgerEvent::at);
  ClockOffsets offsets{shards};
  for (const LedgerEvent& event : all) offsets.add(event);
  return offsets.found();
}

bool everybody(std::uint32_t, std::uint32_t) { return true; }

TEST(ClockOffsets, AreNoneAsLongAsTheClocksMayAgree) {
  for (const ClockOffset& offset : offsets_of({0ms, 300us, -100us}, everybody))
    EXPECT_EQ(offset.ahead, 0ms);
  EXPECT_THAT(in_words(offsets_of({0ms, 300us}, everybody)), IsEmpty());
}

TEST(ClockOffsets, AreFoundFromWhatNoMessageCanDo) {
  for (const Duration ahead : {20ms, -20ms, 4000ms}) {
    const auto found = offsets_of({0ms, ahead}, everybody);
    EXPECT_EQ(found[0].ahead, 0ms);
    ASSERT_TRUE(found[1].within);
    EXPECT_LT(*found[1].within, 1ms);
    EXPECT_NEAR(seconds(found[1].ahead), seconds(ahead), seconds(*found[1].within));
  }
}

TEST(ClockOffsets, AreFoundByWayOfAThird) {
  const auto found = offsets_of({0ms, 30ms, 50ms}, [](std::uint32_t from, std::uint32_t to) {
    return from + to != 2;  // the first and the third never talk
  });
  EXPECT_NEAR(seconds(found[1].ahead), 0.030, 0.001);
  EXPECT_NEAR(seconds(found[2].ahead), 0.050, 0.002);
}

TEST(ClockOffsets, AreTheLeastThatIsPossibleWhereMessagesGoOneWay) {
  const auto found =
      offsets_of({0ms, -20ms}, [](std::uint32_t from, std::uint32_t) { return from == 0; });
  EXPECT_FALSE(found[1].within);
  EXPECT_LE(found[1].ahead, -19ms);
  EXPECT_GE(found[1].ahead, -20ms);
}

TEST(ClockOffsets, AreSaidWithWhatToDo) {
  EXPECT_THAT(in_words({{}, {3100us, 400us}, {-2ms, {}}}),
              ElementsAre(AllOf(HasSubstr("clock of shard 2 was 3.10 ms ahead of shard 1's"),
                                HasSubstr("within 400 µs"), HasSubstr("chrony")),
                          HasSubstr("clock of shard 3 was 2.00 ms behind shard 1's")));
}

}  // namespace
}  // namespace gauntlet::metrics
