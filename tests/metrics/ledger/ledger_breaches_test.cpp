// What a ledger calls broken, and what it excuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

#include "metrics/ledger/ledger.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using What = LedgerEvent::What;

constexpr ActorId kAnn = 0, kBob = 1, kCid = 2, kDee = 3, kOperator = 9;
constexpr std::uint32_t kRound = 7;  // a lane

// Tells a ledger what happened, a millisecond an event.
class Story {
 public:
  explicit Story(const Ledger::Names& names, Ledger::Settings settings = {})
      : ledger_{names, settings, recorder_} {}

  Story& tell(LedgerEvent event) {
    event.at = now_ += 1ms;
    ledger_.add(event);
    return *this;
  }
  Story& happens(What what, ActorId actor) { return tell({.what = what, .actor = actor}); }
  Story& enter(std::initializer_list<ActorId> actors) {
    for (const ActorId actor : actors) happens(What::entered, actor);
    return *this;
  }
  Story& shout(ActorId from, std::uint32_t n, std::uint32_t lane = 0) {
    return tell({.what = What::sent_to_all, .message = {from, lane, n}});
  }
  Story& whisper(ActorId from, std::uint32_t n, ActorId to) {
    return tell({.what = What::sent_to, .actor = to, .message = {from, 0, n}});
  }
  Story& hear(ActorId who, ActorId from, std::uint32_t n, std::uint32_t lane = 0) {
    return tell({.what = What::arrived, .actor = who, .message = {from, lane, n}});
  }
  Story& stream(ActorId from, std::uint32_t tokens) {
    for (std::uint32_t n = 0; n < tokens; ++n) shout(from, n, kRound);
    return *this;
  }
  Story& watch(ActorId who, ActorId from, std::initializer_list<std::uint32_t> tokens) {
    for (const std::uint32_t n : tokens) hear(who, from, n, kRound);
    return *this;
  }
  // Asked for just before.
  Story& claim(ActorId of, std::uint32_t tokens, Duration ago = 1us) {
    return tell({.what = What::claimed,
                 .actor = kOperator,
                 .message = {of, kRound, tokens},
                 .intended = now_ + 1ms - ago});
  }
  Story& round_is(What what, Duration ago = 1us) {
    return tell({.what = what,
                 .actor = kOperator,
                 .message = {.lane = kRound},
                 .intended = now_ + 1ms - ago});
  }
  Story& close() {
    ledger_.close(now_, 0ms);
    return *this;
  }

  const std::vector<Breach>& breaches() const { return ledger_.breaches(); }
  std::uint64_t counted(Invariant invariant) const { return recorder_.value(broken(invariant)); }

 private:
  Recorder recorder_;
  Ledger ledger_;
  Instant now_{};
};

auto breach_of(Invariant invariant, ActorId at_whom) {
  return AllOf(Field(&Breach::invariant, invariant), Field(&Breach::actor, at_whom));
}

Story on_relay() { return Story{Ledger::kRelay}; }
Story in_arena() { return Story{Ledger::kArena}; }

// ---- A relay.

TEST(LedgerBreaches, AMessageThatNeverArrivesIsOneOfDelivered) {
  Story s = on_relay();
  s.enter({kAnn, kBob, kCid}).shout(kAnn, 0).hear(kBob, kAnn, 0).close();
  EXPECT_THAT(s.breaches(), ElementsAre(breach_of(Invariant::delivered, kCid)));
  EXPECT_EQ(s.counted(Invariant::delivered), 1);
}

TEST(LedgerBreaches, WhatItsSenderHadUnderWayWhenItsConnectionBrokeMayBeLost) {
  for (const What what : {What::left, What::interrupted, What::misspoke, What::unreliable}) {
    Story s = on_relay();
    s.enter({kAnn, kBob}).whisper(kAnn, 0, kBob).happens(what, kAnn).close();
    EXPECT_THAT(s.breaches(), IsEmpty());
  }
}

TEST(LedgerBreaches, OnceItIsBackASenderIsHeldToWhatItSaysAgain) {
  Story s = on_relay();
  s.enter({kAnn, kBob}).happens(What::unreliable, kAnn).whisper(kAnn, 0, kBob);
  s.happens(What::left, kAnn).enter({kAnn}).whisper(kAnn, 1, kBob).close();
  EXPECT_EQ(s.counted(Invariant::delivered), 1);
}

TEST(LedgerBreaches, NobodyIsBlamedForWhatDoesNotReachOneWhoDoesNotRead) {
  Story s = on_relay();
  s.enter({kAnn, kBob, kCid}).happens(What::unreliable, kBob);
  s.whisper(kAnn, 0, kBob).shout(kAnn, 1).hear(kCid, kAnn, 1).close();
  EXPECT_THAT(s.breaches(), IsEmpty());
}

TEST(LedgerBreaches, AStrangerACopyAndAnOvertakenMessageAreOneEach) {
  Story s = on_relay();
  s.enter({kAnn, kBob, kCid}).whisper(kAnn, 0, kBob).whisper(kAnn, 1, kBob);
  s.hear(kCid, kAnn, 0).hear(kBob, kAnn, 1).hear(kBob, kAnn, 0).hear(kBob, kAnn, 0).close();
  EXPECT_THAT(s.breaches(),
              ElementsAre(breach_of(Invariant::addressed, kCid),
                          breach_of(Invariant::in_order, kBob), breach_of(Invariant::once, kBob)));
}

TEST(LedgerBreaches, NobodyIsOwedWhatWentToANameOfBefore) {
  Story s = on_relay();
  s.enter({kAnn, kBob, kCid});
  s.tell({.what = What::sent_to, .outdated = true, .actor = kBob, .message = {kAnn, 0, 0}});
  EXPECT_THAT(s.close().breaches(), IsEmpty());
}

TEST(LedgerBreaches, AMessageToANameThatTheRelayGaveAnewIsForItsOwner) {
  Story s = on_relay();
  s.enter({kAnn, kBob, kCid}).whisper(kAnn, 0, kBob).happens(What::left, kBob);
  s.whisper(kAnn, 1, kBob).whisper(kAnn, 2, kCid);
  for (std::uint32_t n = 0; n < 3; ++n)
    s.tell({.what = What::arrived, .by_name = true, .actor = kCid, .message = {kAnn, 0, n}});
  EXPECT_THAT(s.breaches(), IsEmpty());
  s.tell({.what = What::arrived, .by_name = true, .actor = kDee, .message = {kAnn, 0, 2}});
  s.hear(kDee, kAnn, 1);
  EXPECT_THAT(s.close().breaches(), ElementsAre(breach_of(Invariant::addressed, kDee),
                                                breach_of(Invariant::addressed, kDee)))
      << "who has it was in, and who hears it is not of that name";
}

TEST(LedgerBreaches, AMessageInAnothersNameIsOneOfTrueSender) {
  Story s = on_relay();
  s.enter({kAnn, kBob}).whisper(kAnn, 0, kBob);
  s.tell({.what = What::arrived, .misattributed = true, .actor = kBob, .message = {kAnn, 0, 0}});
  EXPECT_THAT(s.close().breaches(), ElementsAre(breach_of(Invariant::true_sender, kBob)));
}

// ---- An arena.

TEST(LedgerBreaches, AnObserverThatIsShownTheNextTokenButOneHasAGap) {
  Story s = in_arena();
  s.enter({kBob}).stream(kAnn, 3).watch(kBob, kAnn, {0, 2});
  EXPECT_THAT(s.breaches(), ElementsAre(breach_of(Invariant::tokens_in_order, kBob)));
}

TEST(LedgerBreaches, AnObserverThatComesLaterStartsWhereverTheArenaIs) {
  Story s = in_arena();
  s.enter({kBob}).stream(kAnn, 2).watch(kBob, kAnn, {0, 1}).enter({kCid});
  s.shout(kAnn, 2, kRound).watch(kBob, kAnn, {2}).watch(kCid, kAnn, {2}).close();
  EXPECT_THAT(s.breaches(), IsEmpty());
}

TEST(LedgerBreaches, ATokenThatNobodySentIsOneOfTokensTrue) {
  Story s = in_arena();
  s.enter({kBob}).stream(kAnn, 1).watch(kBob, kAnn, {0, 1}).hear(kBob, kAnn, 0, kRound + 1);
  s.hear(kBob, kCid, 0, kRound);
  EXPECT_EQ(s.counted(Invariant::tokens_true), 3) << "a later one, another round, another sender";
}

TEST(LedgerBreaches, AfterALossAnArenaTakesNoFurtherTokenOfTheRound) {
  Story s = in_arena();
  s.enter({kBob}).stream(kAnn, 1).happens(What::interrupted, kAnn);
  s.shout(kAnn, 1, kRound).shout(kAnn, 2, kRound).close();
  EXPECT_THAT(s.breaches(), IsEmpty());
}

TEST(LedgerBreaches, WhenTheRoundIsOverTokensMayBeLost) {
  Story s = in_arena();
  s.enter({kBob}).stream(kAnn, 1).round_is(What::lane_over).stream(kCid, 1).close();
  EXPECT_THAT(s.breaches(), IsEmpty());
}

TEST(LedgerBreaches, ATokenThatHadAllTheTimeToArriveIsNotExcusedByTheEndOfItsRound) {
  Story s{Ledger::kArena, {.lane_patience = 0ms}};
  s.enter({kBob}).stream(kAnn, 1).round_is(What::lane_over).close();
  EXPECT_THAT(s.breaches(), ElementsAre(breach_of(Invariant::tokens_delivered, kBob)));
}

TEST(LedgerBreaches, WhoBrokeTheRulesMayHaveSaidMoreThanItSent) {
  Story s = in_arena();
  s.enter({kBob}).stream(kAnn, 1).happens(What::misspoke, kAnn).watch(kBob, kAnn, {0, 1});
  s.claim(kAnn, 2).round_is(What::claims_read);
  EXPECT_THAT(s.breaches(), IsEmpty());
}

TEST(LedgerBreaches, WhoHasLeftStillHasItsRowInTheScoreboard) {
  Story s = in_arena();
  s.enter({kBob}).stream(kAnn, 1).watch(kBob, kAnn, {0}).happens(What::interrupted, kAnn);
  s.round_is(What::claims_read);
  EXPECT_THAT(s.breaches(), ElementsAre(breach_of(Invariant::scoreboard, kOperator)));
}

TEST(LedgerBreaches, NobodyKnowsWhatHadToArriveWhenOthersEndTheRounds) {
  Story s{Ledger::kArena, {.lanes_end = false}};
  s.enter({kBob}).stream(kAnn, 1).close();
  EXPECT_THAT(s.breaches(), IsEmpty());
}

TEST(LedgerBreaches, AScoreboardMustCountWhatWasShown) {
  Story s = in_arena();
  s.enter({kBob}).stream(kAnn, 2).watch(kBob, kAnn, {0, 1}).round_is(What::lane_over);
  s.claim(kAnn, 2).round_is(What::claims_read);
  EXPECT_THAT(s.breaches(), IsEmpty());
  s.claim(kAnn, 3);
  EXPECT_THAT(s.breaches(), ElementsAre(breach_of(Invariant::scoreboard, kOperator)));
}

TEST(LedgerBreaches, AScoreboardMustNotLeaveOutWhoWasShown) {
  Story s = in_arena();
  s.enter({kBob}).stream(kAnn, 1).stream(kCid, 1).watch(kBob, kAnn, {0}).watch(kBob, kCid, {0});
  s.claim(kAnn, 1).round_is(What::claims_read);
  ASSERT_THAT(s.breaches(), ElementsAre(breach_of(Invariant::scoreboard, kOperator)));
  EXPECT_EQ(s.breaches()[0].message.sender, kCid);
}

TEST(LedgerBreaches, AScoreboardIsNotHeldAgainstTokensThatNobodySaw) {
  Story s = in_arena();
  s.enter({kBob}).stream(kAnn, 3).watch(kBob, kAnn, {0, 1}).claim(kAnn, 2);
  EXPECT_THAT(s.breaches(), IsEmpty()) << "the third may have come too late";
}

// A round that was not stopped goes on while the scoreboard is asked for.
TEST(LedgerBreaches, AClaimSaysNothingOfWhatWasShownAfterItWasAskedFor) {
  Story s = in_arena();
  s.enter({kBob}).stream(kAnn, 2).watch(kBob, kAnn, {0, 1});
  s.claim(kAnn, 1, 3ms).round_is(What::claims_read, 4ms);
  EXPECT_THAT(s.breaches(), IsEmpty());
  s.claim(kAnn, 1);
  EXPECT_THAT(s.close().breaches(), ElementsAre(breach_of(Invariant::scoreboard, kOperator)));
}

}  // namespace
}  // namespace gauntlet::metrics
