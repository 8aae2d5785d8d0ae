// The suite itself: what it makes of a server that breaks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/raw_frame.hpp"
#include "tests/sim/conformance/virtual_suite.hpp"

namespace gauntlet::sim::conformance {
namespace {

using namespace std::chrono_literals;

/// A relay that never speaks again once somebody has said "die", and may hang up on everybody, or
/// be gone.
class Mortal final : public Target {
 public:
  enum class Death : std::uint8_t { silent, hangs_up, gone };
  /// After a death, it stays dead, or is there again a second later, and does not die twice.
  enum class Life : std::uint8_t { one, returns_for_good };
  explicit Mortal(Death death, Life life = Life::one)
      : death_{death}, life_{life}, relay_{make_relay({}, 1, kEpochUnixMs)} {}

  void handle(Instant now, ConnectionId from, const TargetInput& input,
              TargetOutbox& out) override {
    if (dead_ && returns_ && *returns_ <= now) {
      dead_ = false;
      relay_ = make_relay({}, 1, kEpochUnixMs);
      out.push({0, Resume{}});
      return;
    }
    const auto* heard = std::get_if<Heard>(&input);
    const bool mortal = life_ == Life::one || !returns_;
    if (mortal && heard != nullptr && heard->text.find("die") != std::string_view::npos) {
      dead_ = true;
      if (life_ == Life::returns_for_good) returns_ = now + 1s;
    }
    if (dead_ && death_ == Death::hangs_up) out.push({from, HangUp{1011, {}}});
    if (dead_ && death_ == Death::gone) out.push({0, Crash{}});
    if (!dead_) relay_->handle(now, from, input, out);
  }
  std::optional<Instant> next_deadline() const override {
    return dead_ ? returns_ : relay_->next_deadline();
  }

 private:
  Death death_;
  Life life_;
  std::optional<Instant> returns_{};
  std::unique_ptr<Target> relay_;
  bool dead_{false};
};

Steps says_die(Stage& stage) {
  const Agent mallory = co_await enters(stage, "mallory");
  mallory.says("die");
  co_await stage.pause(100ms);
}
Steps gets_in(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  co_await alice.round_trip();
}
Steps asks_for_depth(Stage& stage) {
  const Reply reply = co_await stage.asks(Endpoint::relay_http, "GET", "/deep");
  if (!reply.json.is_object()) {
    stage.fail("an object", said(reply));
  }
}
Steps never_ends(Stage& stage) { co_await stage.pause(std::chrono::hours{1}); }
Steps fails_twice(Stage& stage) {
  stage.deviates("mildly");
  stage.fail("the first", "that");
  stage.fail("the second", "this");
  co_return;
}
Steps needs_an_answer(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  co_await alice.hears("what nobody says", of_type("nothing"));
  stage.fail("a case that has failed goes no further", "it did");
}

/// A relay whose answer at /deep nests so deep that whoever copied it had no stack left.
class Deep final : public Target {
 public:
  void handle(Instant now, ConnectionId from, const TargetInput& input,
              TargetOutbox& out) override {
    const auto* asked = std::get_if<Asked>(&input);
    if (asked == nullptr || asked->path != "/deep") return relay_->handle(now, from, input, out);
    constexpr std::size_t kLevels = 500'000;
    const std::uint32_t mark = out.mark();
    out.buffer() += R"({"deep":)" + std::string(kLevels, '[') + std::string(kLevels, ']') + '}';
    out.push({from, Respond{.status = 200, .body = out.since(mark)}});
  }
  std::optional<Instant> next_deadline() const override { return relay_->next_deadline(); }

 private:
  std::unique_ptr<Target> relay_{make_relay({}, 1, kEpochUnixMs)};
};

constexpr Case kAsksForDepth{
    .id = "T-10", .does = "asks for depth", .clause = "", .script = asks_for_depth};
constexpr Case kGetsIn{.id = "T-01", .does = "gets in", .clause = "", .script = gets_in};
constexpr Case kKills{
    .id = "T-02", .does = "kills", .clause = "", .script = says_die, .manner = Manner::hostile};
constexpr Case kKillsBeside{
    .id = "T-09", .does = "kills beside others", .clause = "", .script = says_die};
constexpr Case kGetsInAlone{.id = "T-03",
                            .does = "gets in, alone",
                            .clause = "",
                            .script = gets_in,
                            .manner = Manner::alone};
constexpr Case kNeverEnds{.id = "T-04", .does = "never ends", .clause = "", .script = never_ends};
constexpr Case kFailsTwice{.id = "T-05", .does = "fails", .clause = "", .script = fails_twice};
constexpr Case kWaits{.id = "T-06", .does = "waits", .clause = "", .script = needs_an_answer};
constexpr Case kOperated{.id = "T-07",
                         .does = "needs an operator",
                         .clause = "",
                         .script = gets_in,
                         .need = Need::control};
constexpr Case kRestarts{.id = "T-11",
                         .does = "restarts the server",
                         .clause = "",
                         .script = gets_in,
                         .need = Need::restart};
constexpr Case kSlow{
    .id = "T-08", .does = "takes long", .clause = "", .script = gets_in, .slow = true};

std::vector<CaseResult> played(Target& target, std::vector<const Case*> cases,
                               std::uint32_t at_once = 16) {
  VirtualServer server{
      target, {.message_bytes_max = 1024 * 1024}, Endpoint::relay_http, Endpoint::relay_socket};
  ArcBystanders bystanders;
  return server.run(std::move(cases), bystanders,
                    {.at_once = at_once, .door = Endpoint::relay_socket});
}

std::vector<CaseResult> played(std::vector<const Case*> cases) {
  const auto relay = make_relay({}, 1, kEpochUnixMs);
  return played(*relay, std::move(cases));
}

TEST(Suite, FindsTheCaseAfterWhichNobodyIsServed) {
  for (const Mortal::Death death : {Mortal::Death::silent, Mortal::Death::hangs_up}) {
    Mortal relay{death};
    const auto results = played(relay, {&kGetsIn, &kKills, &kGetsInAlone});
    ASSERT_EQ(results.size(), 3);
    EXPECT_EQ(results[0].ruling.verdict, Verdict::pass);
    EXPECT_EQ(results[1].ruling.verdict, Verdict::fail);
    EXPECT_THAT(results[1].ruling.expected, testing::HasSubstr("are served as before"));
  }
}

TEST(Suite, NamesThoseThatWerePlayedWhenTheServerDiedForGood) {
  Mortal relay{Mortal::Death::gone};
  std::vector<const Case*> cases{&kGetsIn, &kKillsBeside, &kWaits, &kWaits};
  cases.resize(20, &kGetsIn);
  const auto results = played(relay, cases, 4);
  ASSERT_EQ(results.size(), 20);
  EXPECT_EQ(results[0].ruling.verdict, Verdict::pass);
  EXPECT_EQ(results[2].ruling.verdict, Verdict::server_died);
  EXPECT_THAT(results[2].ruling.came, testing::HasSubstr("--at-once 1"));
  EXPECT_EQ(results[3].ruling.verdict, Verdict::server_died);
  EXPECT_EQ(results.back().ruling.verdict, Verdict::skipped);
}

TEST(Suite, KnowsOneByOneWhoKilledTheServerThoughItHadPassed) {
  Mortal relay{Mortal::Death::gone};
  const auto results = played(relay, {&kGetsIn, &kKillsBeside, &kGetsIn, &kGetsInAlone}, 1);
  ASSERT_EQ(results.size(), 4);
  EXPECT_EQ(results[0].ruling.verdict, Verdict::pass);
  EXPECT_EQ(results[1].ruling.verdict, Verdict::server_died);
  EXPECT_EQ(results[2].ruling.verdict, Verdict::skipped);
  EXPECT_EQ(results[3].ruling.verdict, Verdict::skipped);
}

TEST(Suite, DoesNotForgetADeathThatNoCaseBringsAboutAgain) {
  Mortal relay{Mortal::Death::gone, Mortal::Life::returns_for_good};
  const auto results = played(relay, {&kGetsIn, &kKillsBeside, &kGetsIn, &kGetsInAlone}, 1);
  ASSERT_EQ(results.size(), 4);
  EXPECT_EQ(results[1].ruling.verdict, Verdict::server_died);
  EXPECT_THAT(results[1].ruling.came, testing::HasSubstr("not again"));
  EXPECT_EQ(results[2].ruling.verdict, Verdict::pass);
  EXPECT_EQ(results[3].ruling.verdict, Verdict::pass);
}

TEST(Suite, DoesNotTryEveryCaseWhereNobodyGetsIn) {
  Mortal relay{Mortal::Death::silent};
  std::vector<const Case*> cases{&kKills};
  cases.resize(50, &kGetsInAlone);
  const auto results = played(relay, cases);
  ASSERT_EQ(results.size(), 50);
  EXPECT_EQ(results.back().ruling.verdict, Verdict::skipped);
  EXPECT_LT(results.back().began, at(2min));
}

TEST(Suite, ReportsInTheOrderThatWasAskedFor) {
  const auto results = played({&kGetsInAlone, &kKills, &kGetsIn});
  ASSERT_EQ(results.size(), 3);
  EXPECT_EQ(results[0].row, &kGetsInAlone);
  EXPECT_EQ(results[2].row, &kGetsIn);
}

TEST(Suite, EndsACaseThatDoesNot) {
  const auto results = played({&kNeverEnds});
  EXPECT_EQ(results.front().ruling.verdict, Verdict::inconclusive);
  EXPECT_EQ(results.front().took, 30s);
}

TEST(Suite, KeepsTheFirstFailureOfACase) {
  const auto results = played({&kFailsTwice});
  EXPECT_EQ(results.front().ruling.verdict, Verdict::fail);
  EXPECT_EQ(results.front().ruling.expected, "the first");
}

TEST(Suite, EndsACaseWithWhatDidNotCome) {
  const auto results = played({&kWaits});
  EXPECT_EQ(results.front().ruling.verdict, Verdict::fail);
  EXPECT_EQ(results.front().ruling.expected, "alice hears what nobody says");
}

TEST(Suite, CountsAnAnswerThatIsTooDeepAsNoJsonAndSaysSo) {
  Deep relay;
  const auto results = played(relay, {&kAsksForDepth});
  EXPECT_EQ(results.front().ruling.verdict, Verdict::fail);
  EXPECT_THAT(results.front().transcript.entries(),
              testing::Contains(testing::Field(
                  &Entry::text, testing::HasSubstr("deeper than 256 levels, and counts as no"))));
}

TEST(Suite, SkipsWhatCannotBeAskedAndSaysWhy) {
  const auto results = played({&kOperated, &kSlow, &kRestarts});
  for (const CaseResult& result : results) EXPECT_EQ(result.ruling.verdict, Verdict::skipped);
  EXPECT_THAT(results[0].ruling.came, testing::HasSubstr("--control"));
  EXPECT_THAT(results[1].ruling.came, testing::HasSubstr("--slow"));
  EXPECT_THAT(results[2].ruling.came, testing::HasSubstr("--restart-command"));
}

TEST(RawFrame, IsAsRfc6455HasIt) {
  EXPECT_EQ(bytes_of({.opcode = 0x9, .payload = "Hello", .masked = false}),
            std::string("\x89\x05Hello"));
  EXPECT_EQ(bytes_of({.opcode = 0x1, .payload = "Hello", .mask = 0x3D'21'FA'37}),
            std::string("\x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58"));  // §5.7
  EXPECT_EQ(bytes_of({.payload = "", .masked = false, .claimed = 0x10000}).size(), 10);
}

}  // namespace
}  // namespace gauntlet::sim::conformance
