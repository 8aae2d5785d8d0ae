// Users and a driver that do anything at any time, in any weather.
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "sim/fault/faulty_links.hpp"
#include "tests/support/fake_links.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using scenarios::Direction;

// Holds what it hears of each link against what may be said of one: opened once, then bytes, then
// one end; and nothing of a link that it has ended itself.
class Witness final : public LinkUser {
 public:
  enum class State : std::uint8_t { dialed, open, over };

  void dialed(LinkId link) { links_[link] = State::dialed; }
  void gave_up(LinkId link) { links_[link] = State::over; }
  std::vector<LinkId> alive() const {
    std::vector<LinkId> all;
    for (const auto& [link, state] : links_)
      if (state != State::over) all.push_back(link);
    return all;
  }
  bool open(LinkId link) const { return links_.at(link) == State::open; }

  void opened(LinkId link, Instant) override { move(link, State::dialed, State::open); }
  void failed(LinkId link, Outcome, Instant) override { move(link, State::dialed, State::over); }
  void bytes(LinkId link, std::span<char> bytes, Instant) override {
    move(link, State::open, State::open);
    EXPECT_FALSE(bytes.empty());
  }
  void ended(LinkId link, Outcome, Instant) override { move(link, State::open, State::over); }

 private:
  void move(LinkId link, State from, State to) {
    EXPECT_EQ(links_.at(link), from);
    links_.at(link) = to;
  }
  std::map<LinkId, State> links_;
};

scenarios::Scenario all_kinds() {
  scenarios::Scenario scenario;
  for (const FaultDef& of : kFaults)
    if (of.place == FaultPlace::network)
      for (const Direction way : {Direction::both, Direction::to_target, Direction::from_target})
        scenario.faults.push_back({.action = {.kind = of.kind,
                                              .direction = way,
                                              .delay = Uniform{0ms, 30ms},
                                              .per_second = 500,
                                              .bytes = 50}});
  return scenario;
}

class Swarm {
 public:
  explicit Swarm(std::uint64_t seed) : random_{seed} {}

  void run() {
    for (Instant now{}; now < at(2s); now += Duration{random_.below(5'000'000)}) {
      tick(now);
      act(now);
    }
    // Everything that lasts is over by then, and every user leaves.
    tick(at(3s));
    for (const LinkId link : witness_.alive()) give_up(link, Ending::close);
    tick(at(10s));
    EXPECT_FALSE(driver_.any_alive()) << "no link is left behind";
    EXPECT_EQ(links_.links(), 0);
    EXPECT_EQ(links_.next_deadline(), std::nullopt);
  }

 private:
  void tick(Instant until) {
    while (links_.next_deadline() && *links_.next_deadline() <= until) {
      driver_.now = std::max(driver_.now, *links_.next_deadline());
      links_.tick(driver_.now);
    }
    driver_.now = until;
  }

  void act(Instant now) {
    const auto actor = static_cast<ActorId>(random_.below(3));
    const auto fault = static_cast<std::uint32_t>(random_.below(scenario_.faults.size()));
    const auto alive = witness_.alive();
    const LinkId link = alive.empty() ? 0 : alive[random_.below(alive.size())];
    const LinkId below = driver_.last() == 0 ? 0 : 1 + random_.below(driver_.last());
    switch (random_.below(10)) {
      case 0:
        return witness_.dialed(links_.dial(Endpoint::relay_socket, actor, witness_));
      case 1:
        return links_.impair(actor, fault, now, now + Duration{random_.below(300'000'000)});
      case 2:
        if (link != 0) links_.read(link, random_.chance(0.7));
        return;
      case 3:
        if (link != 0) give_up(link, static_cast<Ending>(random_.below(3)));
        return;
      case 4:
        if (link != 0 && witness_.open(link) && random_.chance(0.2)) links_.finish(link);
        return;
      case 5:
        if (below != 0) answer(below);
        return;
      case 6:
        if (opened_.contains(below) && random_.chance(0.3))
          driver_.finish(below, random_.chance(0.5) ? Outcome::reset : Outcome::closed_early);
        return;
      case 7:
        if (opened_.contains(below)) driver_.feed(below, std::string(1 + random_.below(60), 'y'));
        return;
      default:
        if (link != 0 && witness_.open(link)) links_.output(link).append(random_.below(60), 'x');
        return;
    }
  }

  // The target takes a connection, or does not.
  void answer(LinkId below) {
    if (!driver_.alive(below) || opened_.contains(below)) return;
    if (random_.chance(0.1)) return driver_.refuse(below, Outcome::refused);
    opened_.emplace(below, true);
    driver_.open(below);
  }
  void give_up(LinkId link, Ending how) {
    witness_.gave_up(link);
    links_.end(link, how);
  }

  Stream random_;
  scenarios::Scenario scenario_{all_kinds()};
  metrics::Recorder recorder_;
  FakeLinks driver_;
  FaultyLinks links_{driver_, scenario_, recorder_};
  Witness witness_;
  std::map<LinkId, bool> opened_;
};

TEST(AnyWeather, TellsEachLinksStoryOnceAndLeavesNothingBehind) {
  for (std::uint64_t seed = 0; seed < 300 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Swarm{seed}.run();
  }
}

}  // namespace
}  // namespace gauntlet::sim
