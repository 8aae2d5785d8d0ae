#include "sim/wire/utf8.hpp"

#include <gtest/gtest.h>

namespace gauntlet::sim::wire {
namespace {

// UTF-8 by its definition: decode a character's bits, and ask whether this is how they are written.
std::size_t character_by_definition(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.empty()) return 0;
  const std::size_t length = byte(0) < 0x80             ? 1
                             : (byte(0) & 0xE0) == 0xC0 ? 2
                             : (byte(0) & 0xF0) == 0xE0 ? 3
                             : (byte(0) & 0xF8) == 0xF0 ? 4
                                                        : 0;
  if (length == 0 || text.size() < length) return 0;
  std::uint32_t point = length == 1 ? byte(0) : byte(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    point = point << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  return point >= kSmallest[length] && point <= 0x10FFFF && !surrogate ? length : 0;
}

TEST(Utf8, AgreesWithTheDefinitionOnEveryPairOfBytesAndWhatCanFollow) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      for (const unsigned third : {0x00U, 0x41U, 0x7FU, 0x80U, 0xBFU, 0xC0U, 0xFFU}) {
        const std::string text{static_cast<char>(first), static_cast<char>(second),
                               static_cast<char>(third), '\x80'};
        for (std::size_t size = 1; size <= text.size(); ++size) {
          const std::string_view part{text.data(), size};
          ASSERT_EQ(utf8_character(part), character_by_definition(part))
              << std::hex << first << ' ' << second << ' ' << third;
        }
      }
    }
  }
}

TEST(Utf8, IsCheckedAcrossEveryCut) {
  const std::string text = "plain ascii, ol\xC3\xA1, \xE2\x82\xAC, \xF0\x9F\x98\x80 and more ascii";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Utf8Checker checker;
    EXPECT_TRUE(checker.feed(std::string_view{text}.substr(0, cut)));
    const bool between =
        cut == text.size() || (static_cast<unsigned char>(text[cut]) & 0xC0) != 0x80;
    EXPECT_EQ(checker.complete(), between) << cut;
    EXPECT_TRUE(checker.feed(std::string_view{text}.substr(cut)));
    EXPECT_TRUE(checker.complete());
  }
}

TEST(Utf8, FindsABadByteWhereverItStands) {
  for (const std::size_t size : {5, 8, 13, 16, 20, 37}) {
    for (std::size_t place = 0; place < size; ++place) {
      std::string text(size, 'x');
      EXPECT_TRUE(Utf8Checker{}.feed(text));
      text[place] = '\xFF';
      EXPECT_FALSE(Utf8Checker{}.feed(text)) << place << " of " << size;
    }
  }
}

TEST(Utf8, FailsAtTheFirstByteThatNothingCouldMakeRight) {
  Utf8Checker surrogate;
  EXPECT_TRUE(surrogate.feed("12345678\xED"));
  EXPECT_FALSE(surrogate.feed("\xA0"));  // U+D800 and up, known before its third byte
  Utf8Checker beyond;
  EXPECT_FALSE(beyond.feed("\xF4\x90"));
}

}  // namespace
}  // namespace gauntlet::sim::wire
