#include "metrics/verdict/threshold.hpp"

#include <regex>

#include "scenarios/terms/random.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

ThresholdRule parsed(std::string_view text) {
  auto rule = parse_threshold(text);
  EXPECT_TRUE(rule.ok()) << text << ": " << (rule.ok() ? "" : rule.error().what);
  return rule.ok() ? rule.value() : ThresholdRule{};
}

const std::vector<std::string> kGood{
    "relay.delivery.p99 < 250ms",
    "relay.delivery{kind=direct}.p99_9 <= 0.5 s",
    "  generator.slip.max<5us\t",
    "arena.tpot.mean > 3\u00B5s",
    "relay.register.p50 != 2min",
    "relay.delivery.count >= 1000",
    "relay.lost == 0",
    "relay.failures{outcome=reset} == 0",
    "arena.rounds_completed >= 95%",
    "relay.unsent <= 12.5 %",
    "relay.sent.rate >= 500/s",
    "generator.bytes{direction=sent}.rate < 1000000 /s",
};

TEST(Threshold, ReadsAllThatIsInALatencyClaim) {
  const auto rule = parsed("relay.delivery{kind=direct}.p99 < 250ms");
  EXPECT_EQ(rule.text, "relay.delivery{kind=direct}.p99 < 250ms");
  EXPECT_EQ(rule.name, "relay.delivery");
  EXPECT_EQ(rule.label.value, "direct");
  EXPECT_EQ(rule.relation, Relation::less);
  const auto& claim = std::get<LatencyClaim>(rule.claim);
  EXPECT_EQ(claim.statistic.name, "p99");
  EXPECT_EQ(claim.limit, 250ms);
}

TEST(Threshold, ReadsEveryUnitOfTime) {
  const std::map<std::string, Duration> limits{
      {"7ns", 7ns}, {"7us", 7us}, {"7\u00B5s", 7us}, {"7\u03BCs", 7us}, {"7ms", 7ms},
      {"7s", 7s},   {"7m", 7min}, {"7min", 7min},    {"7h", 7h},        {"0.25 s", 250ms}};
  for (const auto& [text, limit] : limits)
    EXPECT_EQ(std::get<LatencyClaim>(parsed("relay.answer.p50 < " + text).claim).limit, limit)
        << text;
}

TEST(Threshold, TakesALimitBeyondAllTimeAsTheLongestTime) {
  EXPECT_EQ(std::get<LatencyClaim>(parsed("relay.answer.p50 < 999999999999h").claim).limit,
            Duration::max());
}

TEST(Threshold, TellsTheKindsOfClaimApart) {
  EXPECT_EQ(std::get<SamplesClaim>(parsed("relay.delivery.count > 7").claim).limit, 7);
  EXPECT_EQ(std::get<TotalClaim>(parsed("relay.lost == 0.5").claim).limit, 0.5);
  EXPECT_EQ(std::get<SpeedClaim>(parsed("relay.sent.rate >= 500/s").claim).per_second, 500);
  const auto share = std::get<ShareClaim>(parsed("arena.rounds_completed >= 95%").claim);
  EXPECT_EQ(share.percent, 95);
  EXPECT_EQ(share.of, "arena.rounds_offered");
}

TEST(Threshold, OutlivesItsText) {
  std::string text = "relay.delivery{kind=direct}.p99 < 250ms";
  const auto rule = parsed(text);
  text.assign(text.size(), '#');
  EXPECT_EQ(rule.name, "relay.delivery");
  EXPECT_EQ(rule.label.value, "direct");
}

struct Mistake {
  const char* name;
  const char* text;
  std::size_t offset;
  const char* what;
  const char* fix;
};
void PrintTo(const Mistake& mistake, std::ostream* os) { *os << mistake.text; }

class ThresholdMistake : public testing::TestWithParam<Mistake> {};

TEST_P(ThresholdMistake, IsExplainedAtItsPlace) {
  const Mistake& mistake = GetParam();
  const auto rule = parse_threshold(mistake.text);
  ASSERT_FALSE(rule.ok());
  EXPECT_EQ(rule.error().offset, mistake.offset);
  EXPECT_THAT(rule.error().what, testing::HasSubstr(mistake.what));
  EXPECT_THAT(rule.error().fix, testing::HasSubstr(mistake.fix));
}

INSTANTIATE_TEST_SUITE_P(
    , ThresholdMistake,
    testing::Values(
        Mistake{"Empty", "", 0, "names no metric", "relay.delivery.p99 < 250ms"},
        Mistake{"MistypedSeries", "relay.delivry.p99 < 1s", 0,
                "`relay.delivry.p99` is not a metric", "did you mean `relay.delivery.p99`?"},
        Mistake{"MistypedCounter", " relay.losst == 0", 1, "not a metric", "`relay.lost`"},
        Mistake{"PointInTheQuantile", "relay.delivery.p99.9 < 1s", 0, "not a metric",
                "`relay.delivery.p99_9`"},
        Mistake{"NoStatistic", "relay.delivery < 1s", 0, "needs a statistic",
                "`relay.delivery.p99`"},
        Mistake{"UnknownStatistic", "relay.delivery.p75 < 1s", 0, "`.p75` is no statistic",
                "p50, p90"},
        Mistake{"StatisticOfACounter", "relay.lost.p99 < 1s", 0, "a counter has no `.p99`",
                "relay.lost.rate"},
        Mistake{"Gauge", "relay.agents > 5", 0, "is a gauge", "relay.connected"},
        Mistake{"UnknownRow", "relay.delivery{kind=directly}.p99 < 1s", 14, "no row",
                "{kind=broadcast}"},
        Mistake{"RowOfOneThatHasNone", "relay.lost{kind=direct} == 0", 10, "no labels",
                "`relay.lost`"},
        Mistake{"OpenLabel", "relay.sent{kind=direct > 3", 10, "has no end", "`}`"},
        Mistake{"NoComparison", "relay.lost", 10, "relation is missing", "== != >="},
        Mistake{"SingleEqualsSign", "relay.lost = 0", 11, "`=` is no relation", "`==`"},
        Mistake{"NoNumber", "relay.lost == none", 14, "number is missing", "`12`"},
        Mistake{"NegativeNumber", "relay.lost >= -1", 14, "below zero", "`0`"},
        Mistake{"TwoBounds", " relay.delivery.p99 < 1ms to 5ms", 22, "one bound",
                "`relay.delivery.p99 >= 1ms` and `relay.delivery.p99 <= 5ms`"},
        Mistake{"PointWithoutDigits", "relay.lost == 1.", 14, "number is missing", "`0.5`"},
        Mistake{"TooManyDigits", "relay.lost < 1234567890123", 13, "too many digits", "12"},
        Mistake{"NoUnit", "relay.delivery.p99 < 250", 24, "needs a unit", "250ms"},
        Mistake{"WrongUnit", "relay.delivery.p99 < 250 sec", 25, "`sec` is no unit", "ms, s"},
        Mistake{"UnitOfACounter", "relay.lost < 5ms", 14, "no unit of a counter", "`%`"},
        Mistake{"PercentOfASumThatIsNoPart", "relay.sent >= 99%", 16, "not a part of anything",
                "number"},
        Mistake{"PercentOfNothing", "relay.asked >= 5%", 16, "not a part of anything", "number"},
        Mistake{"CountWithUnit", "relay.delivery.count > 5s", 24, "no unit", "alone"},
        Mistake{"RateWithoutSeconds", "relay.sent.rate > 5", 19, "per second", "`/s`"},
        Mistake{"MoreAfterwards", "relay.lost == 0 please", 16, "no unit", "alone"}),
    [](const auto& row) { return std::string{row.param.name}; });

// One edit to a text: a byte removed, doubled, or replaced by one that the grammar uses.
std::string edited(const std::string& text, Stream& random) {
  constexpr std::string_view kBytes = "019.%/s{}=<>! \tmpc_kd\xC2";
  std::string copy = text;
  const std::size_t at = random.below(copy.size());
  switch (random.below(3)) {
    case 0:
      copy.erase(at, 1);
      break;
    case 1:
      copy.insert(at, 1, copy[at]);
      break;
    default:
      copy[at] = kBytes[random.below(kBytes.size())];
  }
  return copy;
}

TEST(ThresholdPattern, AcceptsExactlyWhatTheParserAccepts) {
  const std::regex pattern{threshold_pattern()};
  Stream random{1};
  int accepted = 0;
  int refused = 0;
  for (const std::string& good : kGood) {
    EXPECT_TRUE(parse_threshold(good).ok()) << good;
    EXPECT_TRUE(std::regex_match(good, pattern)) << good;
    for (int i = 0; i < 100; ++i) {
      const std::string text = edited(good, random);
      const bool ok = parse_threshold(text).ok();
      ASSERT_EQ(std::regex_match(text, pattern), ok) << text;
      ++(ok ? accepted : refused);
    }
  }
  EXPECT_GT(accepted, 50);  // else the relation above says little
  EXPECT_GT(refused, 50);
}

TEST(ThresholdPattern, RefusesAllThatTheParserExplains) {
  const std::regex pattern{threshold_pattern()};
  for (const char* text : {"", "relay.agents > 5", "relay.delivery < 1s", "relay.asked >= 5%",
                           "relay.lost < 1234567890123", "relay.lost{kind=direct} == 0"}) {
    EXPECT_FALSE(std::regex_match(text, pattern)) << text;
    EXPECT_FALSE(parse_threshold(text).ok()) << text;
  }
}

}  // namespace
}  // namespace gauntlet::metrics
