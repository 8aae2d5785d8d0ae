// The physics of a target's faults, one by one: what a target of three lines says, and when.
#include "sim/fault/faulty_target.hpp"

#include <gtest/gtest.h>

#include <set>

#include "scenarios/terms/match.hpp"
#include "tests/support/scenarios.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using std::chrono::milliseconds;
using Lines = std::vector<std::string>;

/// Says to each client what it heard from it, while it knows the client.
class Parrot final : public Target {
 public:
  void handle(Instant, ConnectionId from, const TargetInput& input, TargetOutbox& out) override {
    if (const auto* asked = std::get_if<Asked>(&input); asked != nullptr && asked->upgrade) {
      knows_.insert(from);
      out.push(Addressed{from, Accept{}});
    } else if (asked != nullptr) {
      out.push(Addressed{from, Respond{200, out.keep(asked->body)}});
    }
    if (const auto* heard = std::get_if<Heard>(&input); heard != nullptr && knows_.contains(from)) {
      out.push(Addressed{from, Say{out.keep(heard->text)}});
      if (heard->text == "bye") out.push(Addressed{from, HangUp{4000}});
    }
  }
  std::optional<Instant> next_deadline() const override { return std::nullopt; }

 private:
  std::set<ConnectionId> knows_;
};

/// A parrot with faults, a hand on the clock, and a list of what came out: "1200 a" is a message to
/// the first client at 1.2 s, "1200 2: a" one to the second.
class Stage {
 public:
  explicit Stage(const std::string& faults)
      : scenario_{scenario_of("name: x\nduration: 100s\ntargets: {relay: embedded}\n"
                              "population: [{agents: 2}]\nfaults:\n  - " +
                              faults + "\n")},
        plan_{scenarios::make_plan(scenario_)},
        target_{with_faults([this](std::uint32_t life) { return born(life); }, scenario_, plan_,
                            scenarios::Selection::Among::relay, recorder_)} {}

  Stage& join(int at_ms, ConnectionId client = 1) {
    return tell(at_ms, client, Asked{.port = 0, .upgrade = true});
  }
  Stage& say(int at_ms, std::string_view text, ConnectionId client = 1) {
    return tell(at_ms, client, Heard{text});
  }
  Stage& leave(int at_ms, std::uint16_t code, ConnectionId client = 1) {
    return tell(at_ms, client, Gone{code});
  }
  Stage& wait_until(int at_ms) {
    const Instant end = at(milliseconds{at_ms});
    for (auto due = target_->next_deadline(); due && *due <= end; due = target_->next_deadline()) {
      now_ = std::max(now_, *due);
      handle(0, TimeCame{});
    }
    now_ = end;
    return *this;
  }

  const Lines& heard() const { return heard_; }
  std::uint32_t lives() const { return lives_; }
  std::uint64_t count(Counter first, FaultKind kind) const {
    return recorder_.value(of_kind(first, kind));
  }
  std::uint64_t messages(FaultKind kind) const {
    return recorder_.value(metrics::of_messages(kind));
  }
  Duration recovery() const {
    const auto* all =
        recorder_.histogram(metrics::Series::fault_recovery, metrics::Window::measured);
    return all == nullptr ? Duration::max() : all->max();
  }

 private:
  std::unique_ptr<Target> born(std::uint32_t life) {
    EXPECT_EQ(life, lives_++);
    return std::make_unique<Parrot>();
  }
  Stage& tell(int at_ms, ConnectionId client, const TargetInput& input) {
    wait_until(at_ms);
    handle(client, input);
    return *this;
  }
  void handle(ConnectionId from, const TargetInput& input) {
    target_->handle(now_, from, input, out_);
    for (const Addressed& addressed : out_.effects()) note(addressed);
    out_.clear();
  }
  void note(const Addressed& addressed) {
    const auto add = [&](std::string_view what) {
      const auto ms = std::chrono::duration_cast<milliseconds>(now_.time_since_epoch()).count();
      heard_.push_back(std::to_string(ms) + ' ' +
                       (addressed.to > 1 ? std::to_string(addressed.to) + ": " : "") +
                       std::string{what});
    };
    std::visit(match{
                   [&](const Say& e) { add(out_.text(e.text)); },
                   [&](const Respond& e) { add("answers " + std::string{out_.text(e.body)}); },
                   [&](const HangUp&) { add("hangs up"); },
                   [&](const Halt&) { add("stops"); },
                   [&](const Crash&) { add("crashes"); },
                   [&](const Resume&) { add("goes on"); },
                   [](const auto&) {},
               },
               addressed.effect);
  }

  scenarios::Scenario scenario_;
  scenarios::Plan plan_;
  metrics::Recorder recorder_;
  std::uint32_t lives_{0};
  std::unique_ptr<Target> target_;
  TargetOutbox out_;
  Instant now_{};
  Lines heard_;
};

struct Physics {
  std::string name;
  FaultKind kind;
  std::string what;
  Lines heard;
  std::uint64_t messages{0};
};

class FaultOfATarget : public testing::TestWithParam<Physics> {};

// From the first second to the second one; what is said before, meanwhile and afterwards.
TEST_P(FaultOfATarget, HasThisPhysics) {
  const Physics& expected = GetParam();
  Stage stage{"{at: 1s, for: 1s, to: relay, do: " + expected.what + "}"};
  stage.join(0).say(900, "a").say(1100, "b").say(1200, "c").say(1900, "d").say(2100, "e");
  stage.wait_until(4500);
  EXPECT_EQ(stage.heard(), expected.heard);
  EXPECT_EQ(stage.count(Counter::fault_injected, expected.kind), 1U);
  if (expected.kind < FaultKind::target_pause) {
    EXPECT_EQ(stage.messages(expected.kind), expected.messages);
  }
  const bool crash = expected.kind == FaultKind::target_crash;
  EXPECT_EQ(stage.count(Counter::fault_closed, expected.kind), crash ? 1U : 0U);
  EXPECT_EQ(stage.count(Counter::fault_silent, expected.kind), crash ? 0U : 1U);
  EXPECT_EQ(stage.count(Counter::fault_recovered, expected.kind), crash ? 0U : 1U)
      << "after a crash, nobody is in who does not come back";
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultOfATarget,
    testing::Values(
        Physics{
            "Drop", FaultKind::target_drop, "{target_drop: {share: 100%}}", {"900 a", "2100 e"}, 3},
        Physics{"Duplicate",
                FaultKind::target_duplicate,
                "{target_duplicate: {share: 100%}}",
                {"900 a", "1100 b", "1100 b", "1200 c", "1200 c", "1900 d", "1900 d", "2100 e"},
                3},
        Physics{"Reorder",
                FaultKind::target_reorder,
                "{target_reorder: {share: 100%}}",
                {"900 a", "1200 c", "1200 b", "2100 e", "2100 d"},
                2},
        // 'a' is 0x61, so that b and c differ in the lowest bit, and d and e.
        Physics{"Corrupt",
                FaultKind::target_corrupt,
                "{target_corrupt: {share: 100%}}",
                {"900 a", "1100 c", "1200 b", "1900 e", "2100 e"},
                3},
        // The last one comes when the fault is over, and goes behind what waits.
        Physics{"Delay",
                FaultKind::target_delay,
                "{target_delay: {delay: 250ms}}",
                {"900 a", "1350 b", "1450 c", "2150 d", "2150 e"},
                3},
        Physics{"Pause",
                FaultKind::target_pause,
                "target_pause",
                {"900 a", "1000 stops", "2000 goes on", "2000 b", "2000 c", "2000 d", "2100 e"}},
        Physics{"Crash",
                FaultKind::target_crash,
                "target_crash",
                {"900 a", "1000 crashes", "2000 goes on"}}),
    [](const auto& named) { return named.param.name; });

TEST(FaultyTarget, HoldsAMessageThatNothingOvertakesForASecond) {
  Stage stage{"{to: relay, do: {target_reorder: {share: 100%}}}"};
  stage.join(0).say(100, "a").wait_until(2000);
  EXPECT_EQ(stage.heard(), Lines{"1100 a"});
  EXPECT_EQ(stage.messages(FaultKind::target_reorder), 0U) << "nothing overtook it";
}

TEST(FaultyTarget, LetsGoOfWhatItHoldsBeforeAGoodbye) {
  Stage stage{"{to: relay, do: {target_reorder: {share: 100%}}}"};
  stage.join(0).say(100, "bye").wait_until(2000);
  EXPECT_EQ(stage.heard(), (Lines{"100 bye", "100 hangs up"}));
}

TEST(FaultyTarget, ReordersTheMessagesOfOneConnectionOnly) {
  Stage stage{"{for: 250ms, to: relay, do: {target_reorder: {share: 100%}}}"};
  stage.join(0, 1).join(0, 2).say(100, "a", 1).say(200, "b", 2).say(300, "c", 2).say(400, "d", 1);
  EXPECT_EQ(stage.heard(), (Lines{"300 2: c", "300 2: b", "400 d", "400 a"}));
}

TEST(FaultyTarget, DrawsEachKindFromAStreamOfItsOwn) {
  const auto dropped = [](const std::string& more) {
    Stage stage{"{to: relay, do: {target_drop: {share: 30%}}}" + more};
    stage.join(0);
    for (int i = 0; i < 200; ++i) stage.say(i, std::to_string(i));
    std::set<std::string> arrived;
    for (const std::string& line : stage.heard()) arrived.insert(line.substr(line.find(' ') + 1));
    EXPECT_EQ(arrived.size(), 200 - stage.messages(FaultKind::target_drop));
    return arrived;
  };
  const auto alone = dropped("");
  EXPECT_GT(alone.size(), 120U);
  EXPECT_LT(alone.size(), 160U);
  EXPECT_EQ(dropped("\n  - {to: relay, do: {target_duplicate: {share: 30%}}}"), alone);
}

TEST(FaultyTarget, LeavesTextWhatItWasBesidesOneBit) {
  Stage stage{"{to: relay, do: {target_corrupt: {share: 100%}}}"};
  stage.join(0)
      .say(100,
           "\xC3\xA4"
           "a\xC3\xB6")
      .say(200, "\xC3\xA4")
      .say(300, "");
  EXPECT_EQ(stage.heard(), (Lines{"100 \xC3\xA4`\xC3\xB6", "200 \xC3\xA4", "300 "}))
      << "no byte of a longer character is touched";
  EXPECT_EQ(stage.messages(FaultKind::target_corrupt), 1U);
}

TEST(FaultyTarget, IsBackWhenAsManyAreInAsBefore) {
  Stage stage{"{at: 1s, for: 1s, to: relay, do: target_crash}"};
  stage.join(0, 1).join(0, 2).join(2500, 3);
  EXPECT_EQ(stage.count(Counter::fault_recovered, FaultKind::target_crash), 0U);
  stage.join(2700, 4).say(2800, "a", 4).say(2900, "b", 1);
  EXPECT_EQ(stage.count(Counter::fault_recovered, FaultKind::target_crash), 1U);
  EXPECT_EQ(stage.recovery(), milliseconds{700});
  EXPECT_EQ(stage.lives(), 2U);
  EXPECT_EQ(stage.heard().back(), "2800 4: a") << "it does not know those of its former life";
}

TEST(FaultyTarget, ForgetsWithACrashWhatWaitsInside) {
  Stage delayed{
      "{to: relay, do: {target_delay: {delay: 500ms}}}\n"
      "  - {at: 1s, for: 1s, to: relay, do: target_crash}"};
  delayed.join(0).say(800, "a").wait_until(5000);
  EXPECT_EQ(delayed.heard(), (Lines{"1000 crashes", "2000 goes on"}));
}

TEST(FaultyTarget, DiesInItsSleepAndIsAwakeInItsNextLife) {
  Stage stage{
      "{at: 1s, for: 3s, to: relay, do: target_pause, probability: 99.9%}\n"
      "  - {at: 2s, for: 1s, to: relay, do: target_crash}"};
  stage.join(0).say(1500, "a").join(3500, 2).say(3600, "b", 2).wait_until(5000);
  EXPECT_EQ(stage.heard(), (Lines{"1000 stops", "2000 crashes", "3000 goes on", "3600 2: b"}));
}

TEST(FaultyTarget, IsNoticedByThoseWhoLeaveWithoutAGoodbye) {
  const auto closed = [](std::uint16_t code, int at_ms) {
    Stage stage{"{at: 1s, for: 1s, to: relay, do: target_drop}"};
    stage.join(0).leave(at_ms, code).wait_until(10'000);
    EXPECT_EQ(stage.count(Counter::fault_silent, FaultKind::target_drop),
              1 - stage.count(Counter::fault_closed, FaultKind::target_drop));
    return stage.count(Counter::fault_closed, FaultKind::target_drop);
  };
  EXPECT_EQ(closed(1006, 1500), 1U);
  EXPECT_EQ(closed(1006, 3900), 1U);
  EXPECT_EQ(closed(1006, 4100), 0U) << "two seconds after its end it is about something else";
  EXPECT_EQ(closed(1000, 1500), 0U) << "a goodbye";
}

TEST(FaultyTarget, CrashesEachTimeThatSomebodyGetsIn) {
  Stage stage{"{after: {event: joined, wait: 200ms}, for: 100ms, to: relay, do: target_crash}"};
  stage.join(0, 1).join(50, 2).join(1000, 3).wait_until(2000);
  EXPECT_EQ(stage.heard(), (Lines{"200 crashes", "300 goes on", "1200 crashes", "1300 goes on"}))
      << "at 250 ms nobody was there to crash";
  EXPECT_EQ(stage.count(Counter::fault_injected, FaultKind::target_crash), 2U);
}

TEST(FaultyTarget, IsTheTargetItselfWithoutAFaultOfIts) {
  Stage stage{"{to: agents, do: reset_connection}"};
  stage.join(0).say(100, "a");
  EXPECT_EQ(stage.heard(), Lines{"100 a"});
}

}  // namespace
}  // namespace gauntlet::sim
