#include "sim/terminal/narrator.hpp"

namespace gauntlet::sim {
namespace {

TEST(Narrator, EndsTextThatStreamsBeforeALineOfItsOwn) {
  std::string text;
  Narrator narrator{[&](std::string_view more) { text += more; }};
  narrator.line("one");
  narrator.stream("to");
  narrator.stream("kens");
  narrator.line("two");
  narrator.stream("whole\n");
  narrator.line("three");
  narrator.stream("");
  narrator.line("four");
  EXPECT_EQ(text, "one\ntokens\ntwo\nwhole\nthree\nfour\n");
}

TEST(Printable, KeepsTextAndDropsWhatATerminalWouldObey) {
  EXPECT_EQ(printable("a\tb\n\u00E9 \U0001F680"), "a\tb\n\u00E9 \U0001F680");
  EXPECT_EQ(printable("\x1b[31mred\a\r\x7f"), "[31mred");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m\xC2\xA0"),
            "31m\xC2\xA0")
      << "C1 controls, not what follows them";
  EXPECT_EQ(printable("\xC2"), "\xC2");
}

}  // namespace
}  // namespace gauntlet::sim
