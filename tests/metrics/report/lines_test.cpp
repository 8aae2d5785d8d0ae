#include "metrics/report/lines.hpp"

namespace gauntlet::metrics {
namespace {

using testing::ElementsAre;

TEST(Wrapped, BreaksBetweenWordsAndIndentsWhatFollows) {
  const std::string word(30, 'x');
  EXPECT_THAT(wrapped("note: ", word + ' ' + word + ' ' + word),
              ElementsAre("note: " + word + ' ' + word, "      " + word));
}

TEST(Wrapped, LeavesAWordWholeThatFitsOnNoLine) {
  const std::string word(100, 'x');
  EXPECT_THAT(wrapped("", "a " + word + " b"), ElementsAre("a", word, "b"));
}

TEST(Wrapped, FillsALineToItsLastColumn) {
  EXPECT_EQ(wrapped("", std::string(40, 'a') + ' ' + std::string(39, 'b')).size(), 1U);
  EXPECT_EQ(wrapped("", std::string(40, 'a') + ' ' + std::string(40, 'b')).size(), 2U);
}

TEST(Wrapped, KeepsANumberWithItsUnit) {
  const std::string almost(76, 'a');
  EXPECT_THAT(wrapped("", almost + " 12 %, b"), ElementsAre(almost, "12 %, b"));
  EXPECT_THAT(wrapped("", almost + " 12 agents"), ElementsAre(almost + " 12", "agents"));
}

TEST(Width, CountsCharactersRatherThanBytes) { EXPECT_EQ(width_of("45.6 µs ✓"), 9U); }

}  // namespace
}  // namespace gauntlet::metrics
