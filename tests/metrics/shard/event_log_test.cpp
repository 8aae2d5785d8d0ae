#include "metrics/shard/event_log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scenarios/terms/random.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;
using What = LedgerEvent::What;

bool same(const LoggedEvent& a, const LoggedEvent& b) {
  const LedgerEvent& x = a.event;
  const LedgerEvent& y = b.event;
  return a.of_arena == b.of_arena && x.what == y.what && x.kind == y.kind &&
         x.subscribed == y.subscribed && x.misattributed == y.misattributed &&
         x.outdated == y.outdated && x.by_name == y.by_name && x.actor == y.actor &&
         x.message == y.message && x.at == y.at && x.intended == y.intended;
}

// What the ledger does not look at is left as it was made.
LoggedEvent any_event(Stream& random) {
  LoggedEvent logged;
  LedgerEvent& event = logged.event;
  const auto below = [&](std::uint64_t n) { return random.next() % n; };
  const auto number = [&] { return static_cast<std::uint32_t>(random.next() >> below(64)); };
  logged.of_arena = below(2) == 1;
  event.what = static_cast<What>(below(11));
  event.kind = static_cast<MessageKind>(below(4));
  event.subscribed = below(2) == 1;
  event.misattributed = below(2) == 1;
  event.outdated = below(2) == 1;
  event.by_name = below(2) == 1;
  event.actor = number();
  event.at = at(Duration{static_cast<std::int64_t>(below(1ULL << 40U))} - 1s);
  if (is_of_message(event.what)) event.message = {number(), number(), number()};
  if (event.what == What::sent_to || event.what == What::sent_to_all ||
      event.what == What::claimed || event.what == What::claims_read)
    event.intended = event.at - Duration{static_cast<std::int64_t>(below(1'000'000))} + 10us;
  return logged;
}

TEST(EventLog, GivesBackWhatWasWritten) {
  Stream random{11};
  std::vector<LoggedEvent> written;
  std::string bytes;
  EventEncoder encoder;
  for (int i = 0; i < 10'000; ++i) {
    written.push_back(any_event(random));
    encoder.append(bytes, written.back());
  }
  EventDecoder decoder{bytes};
  for (const LoggedEvent& each : written) {
    const auto read = decoder.next();
    ASSERT_TRUE(read);
    ASSERT_TRUE(same(*read, each));
  }
  EXPECT_FALSE(decoder.next());
  EXPECT_TRUE(decoder.at_end());
  EXPECT_EQ(decoder.count(), written.size());
}

TEST(EventLog, TakesSixteenBytesForADelivery) {
  std::string bytes;
  EventEncoder encoder;
  LedgerEvent event;
  event.what = What::arrived;
  event.actor = 9'999;
  event.message = {.sender = 5'000, .lane = 0, .n = 600};
  for (int i = 1; i <= 1'000; ++i) {
    event.at = at(i * 40us);
    encoder.append(bytes, {.of_arena = false, .event = event});
  }
  EXPECT_LE(bytes.size(), 16'000U);
}

TEST(EventLog, EndsWhereTheBytesAreNoEvent) {
  std::string bytes;
  EventEncoder encoder;
  LedgerEvent event;
  event.what = What::sent_to;
  event.at = event.intended = at(1h);
  event.message = {.sender = 300, .lane = 1, .n = 300};
  encoder.append(bytes, {.of_arena = false, .event = event});
  const std::size_t whole = bytes.size();
  encoder.append(bytes, {.of_arena = false, .event = event});
  for (std::size_t cut = whole + 1; cut < bytes.size(); ++cut) {
    EventDecoder decoder{std::string_view{bytes}.substr(0, cut)};
    EXPECT_TRUE(decoder.next());
    EXPECT_FALSE(decoder.next()) << cut;
    EXPECT_FALSE(decoder.at_end()) << cut;
    EXPECT_EQ(decoder.count(), 1U);
  }
  EventDecoder unknown{"\x0f\x00\x00\x00\x00\x00"};
  EXPECT_FALSE(unknown.next());
}

}  // namespace
}  // namespace gauntlet::metrics
