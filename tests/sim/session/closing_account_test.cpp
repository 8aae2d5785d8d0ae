// Who breaks what when a run ends: a cast of machines that the test plays, on links without a
// driver.
#include "sim/session/closing_account.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/session/cast.hpp"
#include "tests/support/fake_links.hpp"

namespace gauntlet::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;
using metrics::Breach;

// Connects, and does to its end as it is told.
class Guest final : public Machine {
 public:
  enum class Manners : std::uint8_t {
    good,       // hangs up when told to leave
    patient,    // awaits the target's close for two seconds
    expectant,  // has something under way, and gives it up in an hour
    hopeful,    // has something under way, for ever
    clinging,   // does not hear that it is to leave
  };
  explicit Guest(Manners manners) : manners_{manners} {}

  void handle(Instant now, const Input& input, Outbox& out) override {
    if (std::holds_alternative<Start>(input)) out.push(Connect{.to = Endpoint::relay_socket});
    if (std::holds_alternative<Leave>(input) && manners_ != Manners::clinging) {
      if (manners_ == Manners::patient)
        gives_up_ = now + 2s;
      else
        done_ = true;
    }
    if (gives_up_ && now >= *gives_up_) done_ = true;
  }
  std::optional<Instant> next_deadline() const override {
    return manners_ == Manners::expectant ? at(1h) : gives_up_;
  }
  bool done() const override { return done_; }
  bool busy() const override {
    return manners_ == Manners::expectant || manners_ == Manners::hopeful;
  }

 private:
  Manners manners_;
  std::optional<Instant> gives_up_;
  bool done_{false};
};
using Manners = Guest::Manners;

// Actors 0, 1, ..., one for each of the manners, from their start at 0 s on.
class Evening final : private LedgerSink {
 public:
  explicit Evening(std::vector<Manners> manners)
      : cast_{actors(manners.size()),
              [manners](const scenarios::PlannedActor& actor, Context&) {
                return Performer{std::make_unique<Guest>(manners[actor.id]), nullptr};
              },
              context_} {
    cast_.run_due(at(0s));
    for (LinkId link = 1; link <= links.last(); ++link) links.open(link);
  }

  /// As a driver does: at ten seconds, and three later.
  std::vector<Breach> end() {
    cast_.leave(at(10s));
    account_.told_to_leave(cast_.stuck(), at(10s));
    cast_.run_due(at(10s) + kGoodbye);
    account_.parted(links.connected(), at(10s) + kGoodbye);
    return account_.breaches();
  }
  std::uint64_t count(Invariant invariant) const {
    return recorder_.value(metrics::broken(invariant));
  }

  FakeLinks links;

 private:
  static std::vector<scenarios::PlannedActor> actors(std::size_t count) {
    std::vector<scenarios::PlannedActor> all(count);
    for (std::size_t i = 0; i < count; ++i) all[i].id = static_cast<ActorId>(i);
    return all;
  }
  void add(Track::Book, const metrics::LedgerEvent&) override {}

  metrics::Recorder recorder_;
  NoAnnouncer announcer_;
  Places places_{};
  Context context_{.links = links,
                   .recorder = recorder_,
                   .ledgers = *this,
                   .announcer = announcer_,
                   .places = places_,
                   .seed = 1,
                   .warm_up_begins = {},
                   .warm_up_ends = {}};
  Cast cast_;
  ClosingAccount account_{recorder_};
};

Breach breach(Invariant invariant, Duration when, ActorId actor) {
  return {invariant, at(when), at(when), actor, {.sender = actor}};
}

TEST(ClosingAccount, HasNothingAgainstThoseWhoLeave) {
  EXPECT_THAT(Evening({Manners::good, Manners::good}).end(), IsEmpty());
}

TEST(ClosingAccount, HasNothingAgainstThoseWhoWaitWithADeadline) {
  EXPECT_THAT(Evening({Manners::expectant}).end(), IsEmpty());
}

TEST(ClosingAccount, NamesThoseWhoWaitWithoutOne) {
  Evening evening{{Manners::good, Manners::hopeful, Manners::hopeful}};
  EXPECT_THAT(evening.end(), ElementsAre(breach(Invariant::nobody_stuck, 10s, 1),
                                         breach(Invariant::nobody_stuck, 10s, 2)));
  EXPECT_EQ(evening.count(Invariant::nobody_stuck), 2);
  EXPECT_EQ(evening.count(Invariant::all_closed), 0);
}

TEST(ClosingAccount, NamesThoseWhoStayConnected) {
  Evening evening{{Manners::clinging, Manners::good}};
  EXPECT_THAT(evening.end(), ElementsAre(breach(Invariant::all_closed, 13s, 0)));
  EXPECT_EQ(evening.count(Invariant::all_closed), 1);
}

TEST(ClosingAccount, HoldsATargetThatNeverClosesAgainstNobody) {
  Evening evening{{Manners::patient}};
  EXPECT_THAT(evening.end(), IsEmpty());
  EXPECT_EQ(evening.links.line(1).ended, Ending::close);
}

}  // namespace
}  // namespace gauntlet::sim
