#include "scenarios/parse/quantity.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <utility>

namespace gauntlet::scenarios {
namespace {

using namespace std::chrono_literals;

TEST(Durations, ReadEveryUnitExactly) {
  const std::vector<std::pair<std::string, Duration>> rows{
      {"10s", 10s},      {"250ms", 250ms},
      {"1.5m", 90s},     {"2h", 2h},
      {"100us", 100us},  {"50ns", 50ns},
      {"3min", 3min},    {"7 \u00B5s", 7us},
      {"7\u03BCs", 7us}, {"0.000000001s", 1ns},
      {"0s", 0s},        {"10000h", 10'000h},
      {"1.1s", 1100ms},  {"123456.789ms", 123456789us}};
  for (const auto& [text, want] : rows) {
    const auto got = parse_duration(text);
    ASSERT_TRUE(got.ok()) << text;
    EXPECT_EQ(got.value(), want) << text;
  }
}

TEST(Durations, RefuseAnyNumberOfSignsAtOnce) {
  std::string text(200'000, '-');
  text += "5s";
  const auto read = parse_duration(text);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().fix, "5s");
}

TEST(Durations, RefuseWhatIsNoTimeAndSayTheFix) {
  for (const std::string text :
       {"", "s", "-1s", "1e3s", "1..2s", ".5s", "1.s", "10 s ", "10  s", "10sec", "10001h", "0.1ns",
        "1234567890123s", "1234567890123456789ns", "1.0000000001s"})
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  EXPECT_EQ(parse_duration("10").error().fix, "10s");
}

TEST(Durations, WithAnotherSpellingAreAnsweredWithOurs) {
  for (const auto& [text, fix] :
       {std::pair{"8 sec", "8s"}, std::pair{"8S", "8s"}, std::pair{"1.5 minutes", "1.5min"},
        std::pair{"250 msec", "250ms"}, std::pair{"-8s", "8s"}, std::pair{"- 8 sec", "8s"},
        std::pair{"8 parsecs", ""}})
    EXPECT_EQ(parse_duration(text).error().fix, fix) << text;
  for (const auto& [text, fix] : {std::pair{"3/sec", "3/s"}, std::pair{"3 / s", "3/s"},
                                  std::pair{"30/minute", "30/min"}, std::pair{"-2/s", "2/s"}})
    EXPECT_EQ(parse_rate(text).error().fix, fix) << text;
  for (const auto& [text, fix] : {std::pair{"200KB", "200 kB"}, std::pair{"64 kib", "64 KiB"},
                                  std::pair{"64k", "64 kB"}, std::pair{"2 mb", "2 MB"}})
    EXPECT_EQ(parse_size(text).error().fix, fix) << text;
}

TEST(Durations, AreWrittenInTheLargestUnitThatIsWhole) {
  EXPECT_EQ(duration_text(90s), "90s");
  EXPECT_EQ(duration_text(120s), "2min");
  EXPECT_EQ(duration_text(1500ms), "1500ms");
  EXPECT_EQ(duration_text(7200s), "2h");
  EXPECT_EQ(duration_text(1'000'001ns), "1000001ns");
  EXPECT_EQ(duration_text(0s), "0s");
}

TEST(Rates, ComeBackExactlyFromTheirText) {
  for (const std::string text : {"2/s", "30/min", "100/h", "0.02/s", "1/h", "7/min", "0.0001/h",
                                 "333.25/s", "1000000/s", "1/min", "0.1/min"}) {
    const auto rate = parse_rate(text);
    ASSERT_TRUE(rate.ok()) << text;
    const auto again = parse_rate(rate_text(rate.value()));
    ASSERT_TRUE(again.ok()) << text << " became " << rate_text(rate.value());
    EXPECT_EQ(again.value(), rate.value()) << text;
  }
  EXPECT_EQ(rate_text(parse_rate("1/h").value()), "1/h");
  EXPECT_EQ(rate_text(parse_rate("7/min").value()), "7/min");
  EXPECT_EQ(rate_text(parse_rate("0.02/s").value()), "0.02/s");
}

TEST(Rates, RefuseZeroAndWhatHasNoUnit) {
  for (const std::string text :
       {"0/s", "0.0/min", "2", "2/", "2/day", "-2/s", "/s", "2 /s", "1000001/s"})
    EXPECT_FALSE(parse_rate(text).ok()) << text;
  EXPECT_EQ(parse_rate("2").error().fix, "2/s");
}

TEST(Sizes, ReadBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_size("120 bytes").value(), 120U);
  EXPECT_EQ(parse_size("64 KiB").value(), 65536U);
  EXPECT_EQ(parse_size("1kB").value(), 1000U);
  EXPECT_EQ(parse_size("1.5 KiB").value(), 1536U);
  EXPECT_EQ(parse_size("1 MiB").value(), 1048576U);
  for (const std::string text : {"120", "1.5 bytes", "5 GiB", "1 KB", "x"})
    EXPECT_FALSE(parse_size(text).ok()) << text;
  EXPECT_EQ(size_text(65536), "64 KiB");
  EXPECT_EQ(size_text(1000), "1000 bytes");
}

TEST(Fractions, AreWrittenAsPercentagesWhereThatIsExact) {
  EXPECT_EQ(fraction_text(0.3), "30%");
  EXPECT_EQ(fraction_text(0.07), "7%");
  EXPECT_EQ(fraction_text(0.005), "0.5%");
  const double third = 1.0 / 3;
  EXPECT_EQ(parse_number(fraction_text(third)), third);
}

TEST(Numbers, AreWhatJsonAndYamlBothCallNumbers) {
  EXPECT_EQ(parse_number("1e3"), 1000.0);
  EXPECT_EQ(parse_number("+5"), 5.0);
  EXPECT_EQ(parse_number("-0.25"), -0.25);
  for (const std::string text : {"", "-", "+", "nan", "inf", "-inf", "5s", "0x10", "1e999", "+-5"})
    EXPECT_FALSE(parse_number(text)) << text;
}

}  // namespace
}  // namespace gauntlet::scenarios
