#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

TEST(Words, GiveADurationThreeDigitsInTheUnitThatSuitsIt) {
  EXPECT_EQ(in_words(0ns), "0 ns");
  EXPECT_EQ(in_words(850ns), "850 ns");
  EXPECT_EQ(in_words(45'600ns), "45.6 µs");
  EXPECT_EQ(in_words(1'234us), "1.23 ms");
  EXPECT_EQ(in_words(250ms), "250 ms");
  EXPECT_EQ(in_words(2'100ms), "2.10 s");
  EXPECT_EQ(in_words(1h), "3600 s");
}

TEST(Words, RoundIntoTheNextUnitRatherThanToFourDigits) {
  EXPECT_EQ(in_words(9'996us), "10.0 ms");
  EXPECT_EQ(in_words(999'700us), "1.00 s");
  EXPECT_EQ(in_words(999'400us), "999 ms");
}

TEST(Words, GiveMoreDigitsWhenAsked) {
  EXPECT_EQ(in_words(250'040us, 3), "250 ms");
  EXPECT_EQ(in_words(250'040us, 5), "250.04 ms");
}

TEST(Words, SeparateThousands) {
  EXPECT_EQ(in_words(std::uint64_t{0}), "0");
  EXPECT_EQ(in_words(std::uint64_t{999}), "999");
  EXPECT_EQ(in_words(std::uint64_t{1'000}), "1,000");
  EXPECT_EQ(in_words(std::uint64_t{1'234'567}), "1,234,567");
}

TEST(Words, GiveBytesInBinaryUnits) {
  EXPECT_EQ(bytes_in_words(512), "512 B");
  EXPECT_EQ(bytes_in_words(3'328), "3.25 KiB");
  EXPECT_EQ(bytes_in_words(85 << 20), "85.0 MiB");
}

TEST(RateInWords, HasThreeDigitsOrMore) {
  EXPECT_EQ(rate_in_words(0), "0.00/s");
  EXPECT_EQ(rate_in_words(1.234), "1.23/s");
  EXPECT_EQ(rate_in_words(52.66), "52.7/s");
  EXPECT_EQ(rate_in_words(1'234.5), "1,235/s");
}

}  // namespace
}  // namespace gauntlet::metrics
