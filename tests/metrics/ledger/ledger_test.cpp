// The conservation law, one story at a time.
#include "metrics/ledger/ledger.hpp"

#include <gtest/gtest.h>

#include "scenarios/terms/random.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

constexpr ActorId kAnn = 0, kBob = 1, kCid = 2, kDee = 3;

// Tells a ledger a story, a millisecond a line.
class Story {
 public:
  explicit Story(Ledger::Settings settings = {}) : ledger_{Ledger::kRelay, settings, recorder_} {}

  Story& enter(std::initializer_list<ActorId> actors) {
    for (const ActorId actor : actors) tell({.what = What::entered, .actor = actor});
    return *this;
  }
  Story& leave(ActorId actor) { return tell({.what = What::left, .actor = actor}); }
  Story& shout(ActorId from, std::uint32_t n) {
    return tell({.what = What::sent_to_all,
                 .kind = MessageKind::broadcast,
                 .message = {from, 0, n},
                 .intended = now_});
  }
  Story& whisper(ActorId from, std::uint32_t n, std::initializer_list<ActorId> to) {
    now_ += 1ms;
    for (const ActorId actor : to)
      ledger_.add({.what = What::sent_to,
                   .kind = MessageKind::direct,
                   .actor = actor,
                   .message = {from, 0, n},
                   .at = now_,
                   .intended = now_ - 1ms});
    return *this;
  }
  Story& hear(ActorId who, ActorId from, std::uint32_t n, bool subscribed = false) {
    return tell(
        {.what = What::arrived, .subscribed = subscribed, .actor = who, .message = {from, 0, n}});
  }
  Story& wait(Duration d) {
    now_ += d;
    return *this;
  }
  Story& close(Duration patience = 0s) {
    ledger_.close(now_, patience);
    return *this;
  }

  std::uint64_t operator[](Counter counter) const { return recorder_.value(counter); }
  const Histogram* series(Series s, Window w = Window::measured) const {
    return recorder_.histogram(s, w);
  }
  /// expected = received + lost + in flight.
  bool conserved() const {
    const Story& s = *this;
    return s[Counter::relay_expected] ==
           s[Counter::relay_received] + s[Counter::relay_lost] + s[Counter::relay_in_flight];
  }
  Ledger& ledger() { return ledger_; }

 private:
  using What = LedgerEvent::What;
  Story& tell(LedgerEvent event) {
    now_ += 1ms;
    event.at = now_;
    ledger_.add(event);
    return *this;
  }

  Recorder recorder_;
  Ledger ledger_;
  Instant now_{};
};

TEST(Ledger, OwesABroadcastToEverybodyWhoIsInButItsSender) {
  Story s;
  s.enter({kAnn, kBob, kCid}).shout(kAnn, 0).hear(kBob, kAnn, 0).close();
  EXPECT_EQ(s[Counter::relay_expected], 2);
  EXPECT_EQ(s[Counter::relay_received], 1);
  EXPECT_EQ(s[Counter::relay_lost], 1);
  EXPECT_TRUE(s.conserved());
}

TEST(Ledger, OwesADirectMessageToEachOfItsReceiversWhoIsIn) {
  Story s;
  s.enter({kAnn, kBob}).whisper(kAnn, 0, {kBob, kCid}).hear(kBob, kAnn, 0).close();
  EXPECT_EQ(s[Counter::relay_expected], 1) << "Cid is not in";
  EXPECT_EQ(s[Counter::relay_received], 1);
}

TEST(Ledger, ExcusesWhatIsUnderWayToOneWhoLeaves) {
  Story s;
  s.enter({kAnn, kBob, kCid}).shout(kAnn, 0).whisper(kAnn, 1, {kBob}).leave(kBob);
  s.hear(kCid, kAnn, 0).close();
  EXPECT_EQ(s[Counter::relay_excused], 2);
  EXPECT_EQ(s[Counter::relay_expected], 1);
  EXPECT_EQ(s[Counter::relay_lost], 0);
  EXPECT_TRUE(s.conserved());
}

TEST(Ledger, CountsAnArrivalThatBeatTheNewsOfBeingInAsOwed) {
  Story s;
  s.enter({kAnn}).shout(kAnn, 0).whisper(kAnn, 1, {kBob});
  s.hear(kBob, kAnn, 0).hear(kBob, kAnn, 1).enter({kBob}).close();
  EXPECT_EQ(s[Counter::relay_expected], 2);
  EXPECT_EQ(s[Counter::relay_received], 2);
  EXPECT_EQ(s[Counter::relay_misdelivered], 0);
}

TEST(Ledger, TellsADuplicateFromASubscribersSecondCopy) {
  Story s;
  s.enter({kAnn, kBob, kCid}).shout(kAnn, 0);
  s.hear(kBob, kAnn, 0, true).hear(kBob, kAnn, 0, true).hear(kBob, kAnn, 0, true);
  s.hear(kCid, kAnn, 0).hear(kCid, kAnn, 0).close();
  EXPECT_EQ(s[Counter::relay_received], 2);
  EXPECT_EQ(s[Counter::relay_subscription_copies], 1);
  EXPECT_EQ(s[Counter::relay_duplicated], 2) << "Bob's third copy and Cid's second";
  EXPECT_EQ(s.series(Series::relay_delivery_subscription)->count(), 1);
}

TEST(Ledger, NoticesAMessageThatALaterOneOvertook) {
  Story s;
  s.enter({kAnn, kBob, kCid}).shout(kAnn, 0).whisper(kAnn, 1, {kBob}).shout(kAnn, 2);
  s.hear(kBob, kAnn, 1).hear(kBob, kAnn, 0).hear(kBob, kAnn, 2);
  s.hear(kCid, kAnn, 0).hear(kCid, kAnn, 2).close();
  EXPECT_EQ(s[Counter::relay_reordered], 1);
  EXPECT_EQ(s[Counter::relay_received], 5);
}

TEST(Ledger, CallsAMessageForSomebodyElseMisdelivered) {
  Story s;
  s.enter({kAnn, kBob, kCid}).whisper(kAnn, 0, {kBob}).hear(kCid, kAnn, 0).hear(kBob, kAnn, 0);
  s.shout(kAnn, 1).hear(kAnn, kAnn, 1).close();
  EXPECT_EQ(s[Counter::relay_misdelivered], 2) << "to Cid, and a broadcast to its own sender";
  EXPECT_TRUE(s.conserved());
}

TEST(Ledger, HoldsWhatHadNoTimeToArriveToBeInFlight) {
  Story s;
  s.enter({kAnn, kBob}).whisper(kAnn, 0, {kBob}).wait(5s).whisper(kAnn, 1, {kBob}).wait(1s);
  s.close(2s);
  EXPECT_EQ(s[Counter::relay_lost], 1);
  EXPECT_EQ(s[Counter::relay_in_flight], 1);
  EXPECT_TRUE(s.conserved());
}

TEST(Ledger, DoesNotExcuseWhatWasLostWhenEverybodyLeavesAfterTheEnd) {
  Story s;
  s.enter({kAnn, kBob}).whisper(kAnn, 0, {kBob}).close().leave(kBob).leave(kAnn);
  s.ledger().publish();
  EXPECT_EQ(s[Counter::relay_lost], 1);
  EXPECT_EQ(s[Counter::relay_excused], 0);
  EXPECT_TRUE(s.conserved());
}

TEST(Ledger, GivesUpOnAMessageOlderThanItsMemory) {
  Story s{{.memory = 10s}};
  s.enter({kAnn, kBob}).whisper(kAnn, 0, {kBob}).wait(11s).whisper(kAnn, 1, {kBob});
  s.hear(kBob, kAnn, 0).hear(kBob, kAnn, 1).close();
  EXPECT_EQ(s[Counter::relay_lost], 1);
  EXPECT_EQ(s[Counter::relay_late], 1);
  EXPECT_EQ(s[Counter::relay_received], 1);
  EXPECT_TRUE(s.conserved());
}

// A duplicate is known as one for as long as there is room to remember its first copy.
TEST(Ledger, RemembersWhatHasArrivedOnlyAsFarAsThereIsRoom) {
  Story s{{.remembered_bytes_max = 10 * sizeof(Entry)}};
  s.enter({kAnn, kBob});
  for (std::uint32_t n = 0; n < 100; ++n) s.whisper(kAnn, n, {kBob}).hear(kBob, kAnn, n);
  s.hear(kBob, kAnn, 99).hear(kBob, kAnn, 0).close();
  EXPECT_EQ(s[Counter::relay_duplicated], 1);
  EXPECT_EQ(s[Counter::relay_late], 1);
  EXPECT_EQ(s[Counter::relay_received], 100);
}

// However little room there is, what is owed is never forgotten before its time.
TEST(Ledger, NeverForgetsForWantOfRoomWhatIsStillOwed) {
  Story s{{.remembered_bytes_max = 0}};
  s.enter({kAnn, kBob, kCid});
  for (std::uint32_t n = 0; n < 100; ++n) s.whisper(kAnn, n, {kBob}).whisper(kCid, n, {kBob});
  for (std::uint32_t n = 100; n-- > 0;) s.hear(kBob, kAnn, n).hear(kBob, kCid, n);
  s.close();
  EXPECT_EQ(s[Counter::relay_received], 200);
  EXPECT_EQ(s[Counter::relay_reordered], 198);
}

TEST(Ledger, MeasuresFromTheIntendedMomentAndTheFanOutToTheLastReceiver) {
  Story s;
  s.enter({kAnn, kBob, kCid}).shout(kAnn, 0).hear(kBob, kAnn, 0).wait(5ms).hear(kCid, kAnn, 0);
  // Intended one line before it was sent; heard 2 and 8 ms after that.
  EXPECT_EQ(s.series(Series::relay_delivery_broadcast)->min(), 2ms);
  EXPECT_EQ(s.series(Series::relay_delivery_broadcast)->max(), 8ms);
  EXPECT_EQ(s.series(Series::relay_delivery_service)->min(), 1ms);
  EXPECT_EQ(s.series(Series::relay_fanout)->count(), 1);
  EXPECT_EQ(s.series(Series::relay_fanout)->max(), 8ms);
}

TEST(Ledger, MeasuresOneFanOutThoughSomebodyGetsItWhoWasNotKnownToBeIn) {
  Story s;
  s.enter({kAnn, kBob}).shout(kAnn, 0).hear(kBob, kAnn, 0).enter({kCid}).wait(5ms);
  s.hear(kCid, kAnn, 0).close();
  EXPECT_EQ(s[Counter::relay_received], 2);
  EXPECT_EQ(s.series(Series::relay_fanout)->count(), 1);
  EXPECT_EQ(s.series(Series::relay_fanout)->max(), 2ms);
}

TEST(Ledger, KeepsWarmUpSamplesApartByTheirIntendedTime) {
  Story s{{.warm_up_begins = at(0s), .warm_up_ends = at(1s)}};
  s.enter({kAnn, kBob}).whisper(kAnn, 0, {kBob}).wait(2s).hear(kBob, kAnn, 0);
  EXPECT_EQ(s.series(Series::relay_delivery_direct), nullptr);
  EXPECT_EQ(s.series(Series::relay_delivery_direct, Window::warm_up)->count(), 1);
}

// Whatever happens, in whatever order: the law holds after every single event.
TEST(Ledger, ConservesDeliveriesThroughAnyStory) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Stream random{seed};
    Story s{{.memory = 200ms, .remembered_bytes_max = seed % 2 == 0 ? 1000U : 1'000'000U}};
    std::uint32_t next[4]{};
    for (int step = 0; step < 400; ++step) {
      const auto who = static_cast<ActorId>(random.below(4));
      const auto other = static_cast<ActorId>(random.below(4));
      switch (random.below(6)) {
        case 0:
          s.enter({who});
          break;
        case 1:
          s.leave(who);
          break;
        case 2:
          s.shout(who, next[who]++);
          break;
        case 3:
          s.whisper(who, next[who]++, {other, kDee});
          break;
        default:
          s.hear(who, other, static_cast<std::uint32_t>(random.below(next[other] + 1)),
                 random.chance(0.3));
      }
      s.ledger().publish();
      ASSERT_TRUE(s.conserved()) << "after step " << step;
    }
    s.close();
    EXPECT_TRUE(s.conserved());
    EXPECT_EQ(s.ledger().open(), 0);
  }
}

}  // namespace
}  // namespace gauntlet::metrics
